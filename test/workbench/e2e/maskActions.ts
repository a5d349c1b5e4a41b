/** Actions and readings that the suites about masking share. */
import type { Driver, Place } from '../kit/driver.js';

/** A masked word as the editor draws it. */
export interface DrawnMask {
  readonly text: string;
  /** CSS style of its line, which identifies the rule without color. */
  readonly line: string;
}

/** The masks that are drawn in the visible editors, in reading order. */
export function drawnMasks({ page }: Driver): Promise<DrawnMask[]> {
  return page.evaluate(() => {
    const characters = [...document.querySelectorAll('.editor-instance .view-line')].flatMap(
      (line) => {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        const found: { text: string; x: number; y: number }[] = [];
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          for (let i = 0; i < (node.nodeValue ?? '').length; i++) {
            const range = document.createRange();
            range.setStart(node, i);
            range.setEnd(node, i + 1);
            const { x, y, width, height } = range.getBoundingClientRect();
            found.push({ text: node.nodeValue![i]!, x: x + width / 2, y: y + height / 2 });
          }
        }
        return found;
      },
    );
    const drawn = [
      ...document.querySelectorAll('.editor-instance .view-overlays .cdr[class*="ced-"]'),
    ].flatMap((element) => {
      const style = getComputedStyle(element);
      if (style.borderBottomStyle === 'none' || style.borderBottomWidth === '0px') return [];
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const text = characters
        .filter(({ x, y }) => x > left && x < right && y > top && y < bottom)
        .map((character) => character.text)
        .join('')
        .replaceAll('\u00a0', ' ');
      const frame = style.borderLeftWidth === '0px' ? '' : ' frame';
      return [{ left, top, text, line: `${style.borderBottomStyle}${frame}` }];
    });
    return drawn
      .sort((a, b) => a.top - b.top || a.left - b.left)
      .map(({ text, line }) => ({ text, line }));
  });
}

/** Waits until the drawn masks are as wanted, and returns them. */
export async function waitForMasks(
  driver: Driver,
  isWanted: (masks: readonly DrawnMask[]) => boolean = (masks) => masks.length > 0,
  timeout = 30_000,
): Promise<DrawnMask[]> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const masks = await drawnMasks(driver);
    if (isWanted(masks)) return masks;
    if (Date.now() > deadline) {
      throw new Error(`the masks are ${JSON.stringify(masks)}`);
    }
    await driver.page.waitForTimeout(50);
  }
}

/** Waits for a CodeLens whose title contains the text. */
export async function waitForLens({ page }: Driver, title: string): Promise<string> {
  const lens = page.locator('.codelens-decoration a').filter({ hasText: title }).first();
  await lens.waitFor();
  return (await lens.innerText()).replaceAll('\u00a0', ' ').trim();
}

/** Clicks a CodeLens. */
export async function pressLens({ page }: Driver, title: string): Promise<void> {
  await page.locator('.codelens-decoration a').filter({ hasText: title }).first().click();
}

/** Selects an entry of the open quick pick. */
export async function choose(driver: Driver, entry: string): Promise<void> {
  const row = driver.quickInput.locator('.monaco-list-row').filter({ hasText: entry }).first();
  await row.waitFor();
  await row.click();
}

/** Text of the status bar item of the preview. */
export async function previewStatus({ page }: Driver): Promise<string> {
  const item = page
    .locator('.statusbar-item')
    .filter({ hasText: /masked|Masking/ })
    .first();
  await item.waitFor();
  return (await item.innerText()).replaceAll('\u00a0', ' ').trim();
}

/** Hover of the preview on the masked word at a place of a text. */
export async function hoverMask(driver: Driver, place: Place): Promise<string> {
  // A hover requested while another one fades is not shown.
  for (let attempt = 0; ; attempt++) {
    await driver.page.keyboard.press('Escape');
    await driver.openFileAt(place);
    try {
      return await driver.hoverAtCursor({ containing: 'is masked', timeout: 5000 });
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

/** Waits until an assertion holds: files are saved a moment after the editor shows a change. */
export async function eventually({ page }: Driver, assertion: () => void): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      assertion();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await page.waitForTimeout(100);
    }
  }
}
