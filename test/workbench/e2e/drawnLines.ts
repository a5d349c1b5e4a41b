import type { Scenario } from './scenario.js';

/** Number of decorated words by the kind of their line. */
export const drawnLines = (scenario: Scenario): Promise<{ solid: number; dashed: number }> =>
  scenario.workbench.page.evaluate(() => {
    const counts = { solid: 0, dashed: 0 };
    for (const element of document.querySelectorAll(
      '.editor-instance .view-lines [class*="ced-"]',
    )) {
      const { textDecorationLine: line, textDecorationStyle: style } = getComputedStyle(element);
      if (line === 'underline' && (style === 'solid' || style === 'dashed')) counts[style]++;
    }
    return counts;
  });
