import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { choose, drawnMasks, pressLens, waitForMasks } from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const TEXT = `The captain walked down to the harbor and looked at the grey water.
Nobody had seen the old ship since the storm in the first week of March.

He bought some bread, a bottle of milk and the newspaper on his way home.
`;
const POLICY = `{
  "version": 1,
  "seed": 5,
  "rate": 0.6,
  "unit": "word",
  "replace": { "mask": 0.4, "random": 0.3, "keep": 0.3 }
}
`;
const readable = (text: string): string => text.replaceAll('\u00a0', ' ');
const NAMES = { 'solid frame': 'masked', double: 'random', dotted: 'kept' } as const;

describe('masked text beside its document', function () {
  this.timeout(120_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'editor.minimap.enabled': false },
      fill: (folder) => {
        writeFileSync(path.join(folder, 'log.txt'), TEXT);
        writeFileSync(path.join(folder, 'mixed.mask.json'), POLICY);
      },
    });
  });

  /** Marked words of the masked text by how they are marked. */
  async function marked(): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = { masked: [], random: [], kept: [] };
    for (const { text, line } of await drawnMasks(scenario.driver)) {
      found[NAMES[line as keyof typeof NAMES]]?.push(text);
    }
    return found;
  }

  it('marks mask tokens, random words and kept words differently, and says how', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'log.txt', line: 1, column: 1 });
    await driver.runCommand('Masklab: Preview Masking');
    await choose(driver, 'mixed.mask.json');
    const before = await waitForMasks(driver);
    await pressLens(driver, 'Show Masked Text to the Side');
    const legend = driver.page.locator('.codelens-decoration').filter({ hasText: 'Masked: ' });
    await legend.waitFor();
    const entries = readable(await legend.innerText());
    assert.match(entries, /Masked: \d+ \(frame\)/);
    assert.match(entries, /Replaced by a random word: \d+ \(double line\)/);
    assert.match(entries, /Kept unchanged: \d+ \(dotted line\)/);
    await waitForMasks(driver, (masks) => masks.length > before.length);
    await driver.page.locator('.tab').filter({ hasText: 'masked log.txt' }).click();
    await driver.runCommand('View: Maximize Editor Group');
    await driver.page.waitForTimeout(500);
    const words = await marked();
    assert.ok(
      words['masked']!.length >= 3 && words['masked']!.every((word) => /^\[MASK\]/.test(word)),
    );
    const original = new Set(TEXT.split(/\W+/));
    assert.ok(words['kept']!.length >= 2);
    for (const word of words['kept']!) assert.ok(original.has(word), word);
    assert.ok(words['random']!.length >= 2);
    await scenario.photographThemes('masked-text', async () => {
      await driver.hoverWord('[MASK]', { containing: 'is masked' });
    });
  });

  it('says in a hover what a replaced word was', async () => {
    const { driver } = scenario;
    const random = (await marked())['random']!.find((word) => word.length > 6)!;
    await driver.page.keyboard.press('Escape');
    const hover = await driver.hoverWord(random, { containing: 'Random replacement' });
    const [, word = ''] = /(\w+) is masked at random/.exec(hover) ?? [];
    assert.ok(TEXT.includes(word), hover);
  });
});
