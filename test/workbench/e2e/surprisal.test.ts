import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { choose } from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const FILE = 'story.md';
const TEXT = `# A story

The captain looked at the sea and said nothing for a long time.
The captain looked at the sea and said nothing for a long because.

In the morning they went down to the harbor and drank a cup of coffee.
In the morning they went down too the harbor and drank a cup off coffee.

He did not know what to do with it, so he asked his mother.
He did not no what too do with it, so he asked his house mother.

If you have a question, you can ask the teacher after the lesson.
If you have an question, your can ask the teacher software the lesson.
`;
/** A file whose only surprising word is far beyond what is in view. */
const LONG_FILE = 'long.md';
const LONG_TEXT = `${'They went home.\n\n'.repeat(1000)}${TEXT.slice(TEXT.indexOf('The'), TEXT.indexOf('In '))}`;

describe('shading of surprising words', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'editor.minimap.enabled': false },
      fill: (folder) => {
        writeFileSync(path.join(folder, FILE), TEXT);
        writeFileSync(path.join(folder, LONG_FILE), LONG_TEXT);
      },
    });
  });

  const status = () => scenario.driver.statusItem(/surprising words?/);

  /** Number that the status bar item shows once all words in sight are scored. */
  async function shadedWords(): Promise<number> {
    await status().locator('.codicon-symbol-color').waitFor();
    return Number.parseInt((await status().innerText()).trim(), 10);
  }

  /** Number of drawn backgrounds in view. */
  const drawn = () =>
    scenario.workbench.page.evaluate(
      () =>
        [...document.querySelectorAll('.editor-instance .view-overlays [class*="ced-"]')].filter(
          (element) => getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)',
        ).length,
    );

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 50; i++) {
      if (await isSo()) return;
      await scenario.workbench.page.waitForTimeout(200);
    }
    assert.fail('not so within ten seconds');
  }

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
        .filter({ hasText: 'Surprising words are shaded' });
      await legend.waitFor();
      const text = await legend.innerText();
      assert.match(text, /1 in 25\s+\d+\.\d bits or more/);
      assert.match(text, /1 in 800/);
      assert.match(text, /2,\d{3} words of ordinary English/);
      assert.match(text, /Pseudo-perplexity [\d.,]+ per word, of \d+ words/);
    });
  });

  it('says the pseudo-perplexity of the document in the status bar', async () => {
    assert.match(await status().innerText(), /pseudo-perplexity [\d.]+$/);
  });

  it('goes to the next surprising word and the previous one by key, around the end', async () => {
    const { driver } = scenario;
    const { page } = driver;
    const selected = driver.statusItem(/Ln \d+, Col \d+ \(\d+ selected\)/);
    const place = async (): Promise<string> => (await selected.innerText()).trim();
    const press = async (key: string): Promise<string> => {
      const before = (await selected.count()) === 0 ? '' : await place();
      await page.keyboard.press('Control+K');
      await page.keyboard.press(key);
      for (let i = 0; i < 50; i++) {
        await page.waitForTimeout(100);
        if ((await selected.count()) > 0 && (await place()) !== before) return place();
      }
      throw new Error(`still at ${before}`);
    };
    await driver.openFileAt({ file: FILE, line: 1, column: 1 });
    const places: string[] = [];
    const count = await shadedWords();
    for (let i = 0; i < count; i++) places.push(await press('.'));
    assert.equal(places[0], 'Ln 4, Col 66 (7 selected)');
    assert.equal(new Set(places).size, count);
    assert.equal(await press('.'), places[0]);
    await driver.statusItem('Continued at the beginning of the document.').waitFor();
    assert.equal(await press(','), places.at(-1));
    await scenario.photograph('surprisal-next');
  });

  it('scores a paragraph again while one types in it', async () => {
    const { driver } = scenario;
    const before = await shadedWords();
    await driver.openFileAt({ file: FILE, line: 4, column: 59 });
    await driver.page.keyboard.press('Shift+End');
    await driver.page.keyboard.type(' long time.');
    await driver.statusItem(new RegExp(`^\\s*${before - 1} surprising words?`)).waitFor();
    assert.equal(await drawn(), before - 1);
    for (let i = 0; i < 8; i++) await driver.page.keyboard.press('Control+Z');
    await driver.statusItem(new RegExp(`^\\s*${before} surprising words?`)).waitFor();
  });

  it('finds a surprising word far beyond what is in view, and says what it did not score', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: LONG_FILE, line: 1, column: 1 });
    assert.equal(await shadedWords(), 0);
    await driver.runCommand('Masklab: Next Surprising Word');
    await driver.statusItem('Ln 2002, Col 66 (7 selected)').waitFor();
    await driver.statusItem(/1 surprising word/).waitFor();
    await driver.statusItem(/pseudo-perplexity [\d.]+ of the first 2,\d{3} words/).waitFor();
  });

  it('shows the effect of a percentile before it is accepted, and undoes it at Escape', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line: 1, column: 1 });
    await driver.statusItem(/[3-9] surprising words/).waitFor();
    const before = await shadedWords();
    await status().click();
    await choose(driver, 'Change Percentile');
    await driver.whenAnswerable();
    await driver.page.keyboard.press('ArrowDown');
    await driver.page.keyboard.press('ArrowDown');
    await until(async () => (await drawn()) < before);
    await scenario.photograph('surprisal-percentile');
    await driver.page.keyboard.press('Escape');
    await until(async () => (await drawn()) === before);
  });

  it('shades more words from a lower percentile on, which is remembered as a setting', async () => {
    const { driver } = scenario;
    const before = await shadedWords();
    await driver.runCommand('Masklab: Set Surprisal Percentile');
    await choose(driver, 'Percentile 80');
    await until(async () => (await shadedWords()) > before);
    await status().hover();
    await driver.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: '1 in 5' }).waitFor();
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
