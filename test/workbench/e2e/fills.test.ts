import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { contrastOf } from '../kit/contrast.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const FILE = 'masks.md';
const TEXT = `# Masks

The captain looked at the [MASK] and said nothing.
He walked to the [mask] and opened the <mask> slowly.
She put the book on the ____ again.
[MASK] captain said nothing.

${'The old sailor told the same long story about the storm to everybody in the harbor, and '.repeat(3)}then he went to the [MASK]

船长看着大海，什么也没说，然后他走进了[MASK]里面。

The captain of the [MASK:house|ship|archipelago] gave his orders.
`;
const LONG_LINE = 8;
const PAIRS = 'pairs.txt';
const PAIRED = `The captain saw the ship in the harbor.
The captain looked at the [MASK] again.

Der alte Kapitän ging jeden Morgen zum Hafen und sah auf das weite Meer hinaus.
Every morning the old captain went to the [MASK] and looked out over the sea.
`;
const SLIPS = 'slips.md';
const SLIPPED = `They left there keys in the garden of the old house.

The results are shwon in the table at the end of this chapter.
`;

describe('fills of masks', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: {
        ...{ 'editor.wordWrap': 'on', 'editor.minimap.enabled': false },
        'masklab.suggestions.enabled': true,
      },
      fill: (folder) => {
        writeFileSync(path.join(folder, FILE), TEXT);
        writeFileSync(path.join(folder, SLIPS), SLIPPED);
        writeFileSync(path.join(folder, PAIRS), PAIRED);
      },
    });
  });

  /** The drawn fills with their colors and borders, from top to bottom. */
  const fills = () =>
    scenario.workbench.page.evaluate(() =>
      [...document.querySelectorAll('.editor-instance .view-line [class*="ced-"]')].flatMap(
        (element) => {
          const style = getComputedStyle(element, '::after');
          if (style.content === 'none' || style.content === 'normal') return [];
          const editor = document.querySelector('.editor-instance .monaco-editor-background')!;
          return [
            {
              text: style.content.replaceAll('"', ''),
              color: style.color,
              background: style.backgroundColor,
              editorBackground: getComputedStyle(editor).backgroundColor,
              position: style.position,
            },
          ];
        },
      ),
    );

  it('are shown for every spelling of a mask, and for none in a script that the model never read', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line: 1, column: 1 });
    await driver.waitForDecoration(/\S/);
    await driver.page.waitForFunction(
      () =>
        [...document.querySelectorAll('.editor-instance .view-line [class*="ced-"]')].filter(
          (element) => getComputedStyle(element, '::after').content !== 'none',
        ).length >= 7,
    );
    const texts = (await fills()).map(({ text }) => text);
    assert.equal(texts.length, 7, texts.join());
    assert.equal(texts[6], 'ship');
    assert.match(texts[4]!, /^[A-Z]/, 'a fill at the start of a sentence has a capital');
    for (const index of [0, 1, 2, 3, 5]) assert.match(texts[index]!, /^[a-z]/);
  });

  it('can be read in every kind of theme', async () => {
    await scenario.photographThemes('fills', async () => {
      for (const { text, color, background, editorBackground } of await fills()) {
        for (const behind of [background, editorBackground]) {
          const contrast = contrastOf(color, behind);
          assert.ok(contrast >= 4.5, `${text}: ${color} on ${behind} has ${contrast}`);
        }
      }
    });
  });

  it('are inserted by a key at the mask, with one step of Undo', async () => {
    const { driver } = scenario;
    const [first] = await fills();
    const word = first!.text.replace('?', '');
    await driver.openFileAt({ file: FILE, line: 3, column: 28 });
    const line = driver.page.locator('.editor-instance .view-line');
    const filled = line.filter({ hasText: `looked at the ${word} and said` });
    // The editor learns a moment after the cursor has moved that the key has a meaning there.
    for (let press = 0; press < 4 && (await filled.count()) === 0; press++) {
      await driver.page.keyboard.press('Alt+Enter');
      await filled.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await filled.waitFor();
    await driver.page.keyboard.press('Control+Z');
    await line.filter({ hasText: 'looked at the [MASK]' }).waitFor();
  });

  it('fit each other in a sentence, and are inserted together by a quick fix', async () => {
    const { driver } = scenario;
    const drawn = (await fills()).slice(1, 3).map(({ text }) => text.replace('?', ''));
    await driver.openFileAt({ file: FILE, line: 4, column: 20 });
    const hover = await driver.hoverAtCursor({ containing: 'All masks of the sentence together' });
    assert.ok(hover.includes(drawn.join(' · ')), `${hover} has not ${drawn.join(' · ')}`);
    await driver.page.keyboard.press('Escape');
    await driver.page.keyboard.press('Control+.');
    const actions = driver.page.locator('.action-widget .monaco-list-row');
    await actions
      .filter({ hasText: `Fill the masks of this sentence: ${drawn.join(' · ')}` })
      .first()
      .waitFor();
    await driver.page.keyboard.press('Enter');
    const line = driver.page.locator('.editor-instance .view-line');
    const filled = `walked to the ${drawn[0]} and opened the ${drawn[1]} slowly`;
    await line.filter({ hasText: filled }).waitFor();
    await driver.page.keyboard.press('Control+Z');
    await line.filter({ hasText: 'walked to the [mask] and opened the <mask>' }).waitFor();
  });

  it('are offered as quick fixes, best first', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line: 5, column: 26 });
    const actions = driver.page.locator('.action-widget .monaco-list-row');
    const first = actions.filter({ hasText: 'Fill in “' }).first();
    // Pressed right after the cursor has moved, the key is lost at times, for a reason not found yet.
    for (let attempt = 0; attempt < 5 && !(await first.isVisible()); attempt++) {
      await driver.page.keyboard.press('Control+.');
      await first.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await first.waitFor();
    assert.ok((await actions.count()) >= 5);
    await driver.page.keyboard.press('Enter');
    const line = driver.page.locator('.editor-instance .view-line');
    await line.filter({ hasText: /book\son\sthe\s[a-z]+\sagain/ }).waitFor();
  });

  it('are explained by the hover over the mask', async () => {
    const { driver } = scenario;
    await scenario.photographThemes('hover-mask', async () => {
      await driver.openFileAt({ file: FILE, line: 3, column: 28 });
      const hover = await driver.hoverAtCursor({ containing: '[MASK]' });
      assert.match(hover, /Alt\+Enter inserts “[a-z]+”/);
      assert.match(hover, /\(uncased\)/);
    });
  });

  it('ranks the words that a mask lists, also those of several pieces', async () => {
    const { driver } = scenario;
    await scenario.photographThemes('hover-targets', async () => {
      await driver.openFileAt({ file: FILE, line: LONG_LINE + 4, column: 24 });
      const hover = await driver.hoverAtCursor({ containing: 'its words, ranked by the model' });
      assert.match(hover, /ship.*house.*archipelago\s\(\d pieces\)/s);
    });
  });

  it('stay within the editor at the end of a wrapped line', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line: LONG_LINE, column: 1 });
    const drawn = await fills();
    assert.ok(drawn.every(({ position }) => position === 'sticky'));
    await driver.page.setViewportSize({ width: 1000, height: 700 });
    await driver.page.waitForTimeout(500);
    await scenario.photograph('fills at the end of a wrapped line');
  });

  it('are none over Chinese, about which the hover says why and where to go', async () => {
    const { driver } = scenario;
    await scenario.photographThemes('hover-unread', async () => {
      await driver.openFileAt({ file: FILE, line: LONG_LINE + 2, column: 2 });
      const hover = await driver.hoverAtCursor({ containing: 'never read text in this script' });
      assert.match(hover, /\(Han\)/);
      assert.doesNotMatch(hover, /%/);
      assert.match(hover, /Select Another Model/);
    });
  });

  it('replace all masks of a file, but those in a script that the model never read', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line: 1, column: 1 });
    await driver.runCommand('Masklab: Fill All Masks');
    const line = driver.page.locator('.editor-instance .view-line');
    await line
      .filter({ hasText: /walked\sto\sthe\s[a-z]+\sand\sopened\sthe\s[a-z]+\sslowly/ })
      .waitFor();
    await driver.notification(
      /Filled 6 of 7 masks\. The others have no prediction\. Check the words/,
    );
  });

  it('are not shown without hovers, and the command still fills', async () => {
    const { driver, folder } = scenario;
    mkdirSync(path.join(folder, '.vscode'), { recursive: true });
    const settings = path.join(folder, '.vscode/settings.json');
    await driver.openFileAt({ file: PAIRS, line: 2, column: 29 });
    await driver.waitForDecoration(/^[a-z]+\??$/);
    writeFileSync(settings, '{ "masklab.hover.enabled": false }');
    for (let attempt = 0; attempt < 300 && (await fills()).length > 0; attempt++) {
      await driver.page.waitForTimeout(100);
    }
    assert.deepEqual(await fills(), []);
    await driver.runCommand('Masklab: Show Predictions at Cursor');
    await driver.page.locator('.monaco-hover', { hasText: 'predicted from context' }).waitFor();
    await driver.page.keyboard.press('Escape');
    await driver.runCommand('Masklab: Fill All Masks');
    const line = driver.page.locator('.editor-instance .view-line');
    await line.filter({ hasText: /captain\slooked\sat\sthe\s[a-z]+\sagain/ }).waitFor();
    await driver.page.keyboard.press('Control+Z');
    await line.filter({ hasText: 'looked at the [MASK] again' }).waitFor();
    writeFileSync(settings, '{}');
    await driver.waitForDecoration(/^[a-z]+\??$/);
  });

  it('are read after the line above on request, such as the source of a translation', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: PAIRS, line: 2, column: 1 });
    await driver.runCommand('Masklab: Fill From the Line Above');
    const line = driver.page.locator('.editor-instance .view-line');
    await line.filter({ hasText: /captain\slooked\sat\sthe\s[a-z]+\sagain/ }).waitFor();
    await driver.page.keyboard.press('Control+Z');
    await line.filter({ hasText: 'looked at the [MASK] again' }).waitFor();
    await driver.openFileAt({ file: PAIRS, line: 5, column: 1 });
    await driver.runCommand('Masklab: Fill From the Line Above');
    await driver.notification(/was not trained on text in this language \(German\)/);
  });

  it('are joined by suggestions for words, which the hover explains beside its predictions', async () => {
    const { driver } = scenario;
    await driver.page.setViewportSize({ width: 1280, height: 800 });
    const close = (): Promise<void> => driver.page.keyboard.press('Escape');
    await scenario.photographThemes(
      'suggestions',
      async () => {
        await driver.openFileAt({ file: SLIPS, line: 1, column: 13 });
        await driver.page.locator('.editor-instance .squiggly-info').nth(1).waitFor();
        const hover = await driver.hoverWord('there', { containing: 'Did you mean' });
        assert.match(hover, /Did you mean “their”.*Masklab/s);
        await driver.hoverWord('there', { containing: 'surprisal' });
      },
      close,
    );
    await scenario.photographThemes(
      'suggestion-fixes',
      async () => {
        await driver.openFileAt({ file: SLIPS, line: 3, column: 18 });
        await driver.page.locator('.editor-instance .squiggly-info').nth(1).waitFor();
        const first = driver.page
          .locator('.action-widget .monaco-list-row')
          .filter({ hasText: '“shown”' });
        for (let attempt = 0; attempt < 5 && !(await first.first().isVisible()); attempt++) {
          await driver.page.keyboard.press('Control+.');
          await first
            .first()
            .waitFor({ timeout: 5000 })
            .catch(() => undefined);
        }
      },
      close,
    );
  });
});
