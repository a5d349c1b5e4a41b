import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { choose } from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const FILE = 'story.md';
const TEXT = `# A story

The captain looked at the sea and said nothing for a long time.
The captain looked at the trombone and fried a hesitant umbrella.

In the morning they went down to the harbor and drank a cup of coffee.
In the morning they went down to the parliament and drank a cup of gravel.
`;

describe('shading of unlikely words', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'editor.minimap.enabled': false },
      fill: (folder) => {
        writeFileSync(path.join(folder, FILE), TEXT);
      },
    });
  });

  const status = () => scenario.driver.statusItem(/unlikely words?/);

  /** Number that the status bar item shows once all words in sight are scored. */
  async function shadedWords(): Promise<number> {
    await status().locator('.codicon-symbol-color').waitFor();
    return Number.parseInt((await status().innerText()).trim(), 10);
  }

  /** Number of drawn backgrounds. */
  const drawn = () =>
    scenario.workbench.page.evaluate(
      () =>
        [...document.querySelectorAll('.editor-instance .view-overlays [class*="ced-"]')].filter(
          (element) => getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)',
        ).length,
    );

  it('is off at first, and has a status bar item with a legend while it is on', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line: 1, column: 1 });
    assert.equal(await status().count(), 0);
    await driver.runCommand('Masklab: Toggle Surprisal Highlighting');
    assert.ok((await shadedWords()) >= 3);
    assert.equal(await drawn(), await shadedWords());
    await scenario.photographThemes('surprisal', async () => {
      await driver.page.mouse.move(400, 500);
      await status().hover();
      const legend = driver.page
        .locator('.monaco-hover:not(.hidden)')
        .filter({ hasText: 'Unlikely words are shaded' });
      await legend.waitFor();
      const text = await legend.innerText();
      assert.match(text, /8 to 10 bits/);
      assert.match(text, /1 in 256/);
    });
  });

  it('shows the effect of a threshold before it is accepted, and undoes it at Escape', async () => {
    const { driver } = scenario;
    const before = await shadedWords();
    await status().click();
    await choose(driver, 'Change Threshold');
    await driver.whenAnswerable();
    for (let i = 0; i < 4; i++) await driver.page.keyboard.press('ArrowDown');
    await driver.page.waitForTimeout(300);
    assert.ok((await drawn()) < before);
    await scenario.photograph('surprisal-threshold');
    await driver.page.keyboard.press('Escape');
    await driver.page.waitForTimeout(300);
    assert.equal(await drawn(), before);
  });

  it('shades more words from a lower threshold on, which is remembered as a setting', async () => {
    const { driver } = scenario;
    const before = await shadedWords();
    await driver.runCommand('Masklab: Set Surprisal Threshold');
    await choose(driver, '4 bits');
    await driver.page.waitForTimeout(500);
    const after = await shadedWords();
    assert.ok(after > before, `${after} > ${before}`);
    await status().hover();
    await driver.page
      .locator('.monaco-hover:not(.hidden)')
      .filter({ hasText: '4 to 6 bits' })
      .waitFor();
  });

  it('is still on after a reload of the window', async () => {
    const { driver } = scenario;
    await driver.reload();
    assert.ok((await shadedWords()) >= 3);
  });

  it('is turned off from its status bar item', async () => {
    const { driver } = scenario;
    await status().click();
    await choose(driver, 'Turn Off');
    await status().waitFor({ state: 'detached' });
    assert.equal(await drawn(), 0);
  });
});
