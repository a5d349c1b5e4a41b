import { describe, expect, it, vi } from 'vitest';
import { ALWAYS, NO_RULE } from '../../../../src/core/masking/masker.js';
import { message, verbatim } from '../../../../src/core/messages/message.js';
import {
  legendMarkdown,
  maskMarkdown,
} from '../../../../src/host/masking/preview/previewMarkdown.js';
import { RULE_STYLES, styleOf } from '../../../../src/host/masking/preview/ruleStyles.js';
import type { PreviewPlan } from '../../../../src/protocol/preview.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const none = new Int32Array(0);
const plan: PreviewPlan = {
  masks: { starts: none, ends: none, rules: new Int16Array(0), replacements: new Uint8Array(0) },
  stretches: [],
  legend: [
    { rule: ALWAYS, name: verbatim('always'), found: 2, masked: 2 },
    { rule: 0, name: verbatim('a|b [x](command:evil)'), found: 10, masked: 5 },
    { rule: NO_RULE, name: message('masking.atRandom'), found: 100, masked: 15 },
  ],
  tokens: 112,
  maskedTokens: 22,
  isComplete: true,
  seed: 7,
};
const word = { uri: 'file:///a.txt', word: 'whale', replacement: 0, replacementText: '[MASK]' };

describe('the hover on a masked word', () => {
  it('names the rule with its counts', () => {
    expect(maskMarkdown({ ...word, rule: 0 }, plan)).toMatch(/by the rule .*5 of 10 \(50\.0%\)/);
    expect(maskMarkdown({ ...word, rule: ALWAYS }, plan)).toContain('lists it under `always`');
    expect(maskMarkdown({ ...word, rule: NO_RULE }, plan)).toMatch(
      /at random.*15 of 100 \(15\.0%\)/,
    );
  });

  it('shows the replacement', () => {
    const shown = (replacement: number, replacementText: string): string =>
      maskMarkdown({ ...word, rule: 0, replacement, replacementText }, plan);
    expect(shown(0, '[MASK]')).toContain('Replacement: `[MASK]`');
    expect(shown(1, 'ship')).toContain('Random replacement: `ship`');
    expect(shown(2, 'whale')).toContain('kept unchanged, but still predicted');
  });

  it('shows a replacement of several lines as text', () => {
    const replacementText = 'x\n\n![](https://a.example/b.png) `[Fix](command:evil)`\n\n<b>';
    const text = maskMarkdown({ ...word, rule: 0, replacementText }, plan);
    expect(text).toContain(
      "Replacement: `x ![](https://a.example/b.png) '[Fix](command:evil)' <b>`\n",
    );
  });

  it('escapes links in words and rule names', () => {
    const text = maskMarkdown({ ...word, word: '](command:evil) <b>', rule: 0 }, plan);
    const commands = [...text.matchAll(/\]\(command:([\w.]+)/g)].map(([, command]) => command);
    expect(new Set(commands)).toEqual(
      new Set(['masklab.alwaysMask', 'masklab.neverMask', 'masklab.rerollPreview']),
    );
    expect(text).not.toContain('<b>');
  });
});

describe('the legend', () => {
  it('has one row per rule with its counts and line style', () => {
    const legend = legendMarkdown('crew.mask.json', plan);
    expect(legend).toMatch(/19\.6% masked.*seed 7/);
    for (const row of [/always.*2 of 2.*thick line/, /5 of 10.*frame/, /15 of 100.*dotted line/]) {
      expect(legend).toMatch(row);
    }
  });

  it('has styles that differ in more than color', () => {
    expect(new Set(RULE_STYLES.map(({ line }) => line.id)).size).toBe(RULE_STYLES.length);
    const drawn = RULE_STYLES.map(
      ({ borderStyle, borderWidth }) => `${borderStyle} ${borderWidth}`,
    );
    expect(new Set(drawn).size).toBe(RULE_STYLES.length);
    expect([ALWAYS, NO_RULE, 0, 5, 6].map(styleOf)).toEqual([1, 0, 2, 7, 2]);
  });
});
