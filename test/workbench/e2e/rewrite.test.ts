import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { Scenario, tellAsOneStory } from './scenario.js';

const TEXT = 'story.txt';
const LONG_TEXT = 'long.txt';
const QUIZ = 'quiz.md';
const HUGE = 'huge.md';
const QUESTIONS = `# Quiz

1. The old captain sailed across the ____ in his ship. (a) sea (b) spoon (c) window
2. Every morning he [MASK:walked|spoken|green] down to the harbor.
`;
/** More than the characters of a file with markup that are read. */
const HUGE_CHARACTERS = 2_000_100;
const STORY = [
  'The old captain lived in a small house by the sea. ',
  ...Array<string[]>(3)
    .fill([
      'Every morning he walked down to the harbor and looked at the ships that came from far away. ',
      'In the evening he went home and sat at the window with a cup of tea. ',
    ])
    .flat(),
];

describe('words that a model writes', function () {
  this.timeout(120_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: {
        ...{ 'editor.minimap.enabled': false, 'editor.wordWrap': 'on' },
        'masklab.hover.topK': 20,
      },
      fill: (folder) => {
        writeFileSync(path.join(folder, LONG_TEXT), STORY.join('\n'));
        writeFileSync(path.join(folder, QUIZ), QUESTIONS);
        writeFileSync(path.join(folder, HUGE), 'The [MASK].\n\n'.padEnd(HUGE_CHARACTERS, 'a b\n'));
        writeFileSync(
          path.join(folder, TEXT),
          [
            'The captain looked out over the sea.',
            'He walked slowly to the harbor.',
            'The captain looked at the [MASK] and said nothing.',
            'The old man went to the house and opened the door.',
            '',
          ].join('\n'),
        );
      },
    });
    await scenario.driver.openFileAt({ file: TEXT, line: 1, column: 1 });
    // The extension has come up once this appears.
    await scenario.driver.waitForDecoration(/^[a-z]+\??$/);
  });

  const line = (text: string | RegExp) =>
    scenario.driver.page.locator('.editor-instance .view-line').filter({ hasText: text });

  it('suggest words at the cursor as ghost text, only when asked', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 2, column: 31 });
    const ghost = driver.page.locator('.editor-instance .ghost-text-decoration');
    await driver.page.keyboard.type(' in the ');
    await driver.page.waitForTimeout(1000);
    assert.equal(await ghost.count(), 0);
    await driver.page.keyboard.press('Alt+Shift+Enter');
    await ghost.first().waitFor();
    const word = (await ghost.first().textContent())!.trim();
    assert.match(word, /^[a-z]+$/);
    await scenario.photographThemes('ghost-text', async () => {
      await driver.openFileAt({ file: TEXT, line: 2, column: 39 });
      await driver.page.keyboard.press('Alt+Shift+Enter');
      await ghost.first().waitFor();
    });
    await driver.openFileAt({ file: TEXT, line: 2, column: 39 });
    await driver.page.keyboard.press('Alt+Shift+Enter');
    await ghost.first().waitFor();
    await driver.page.keyboard.press('Tab');
    await line(new RegExp(`in\\sthe\\s${word}`)).waitFor();
  });

  it('list the words for a mask as completions, best first', async () => {
    const { driver } = scenario;
    const items = driver.page.locator('.suggest-widget .monaco-list-row');
    const list = async (): Promise<void> => {
      await driver.openFileAt({ file: TEXT, line: 3, column: 28 });
      await driver.page.keyboard.press('Control+Space');
      await items.filter({ hasText: '%' }).first().waitFor();
    };
    await list();
    const shares = await items.filter({ hasText: '%' }).allTextContents();
    assert.ok(shares.length >= 5, shares.join());
    // The words of the file, which the editor lists elsewhere, are not among them.
    assert.equal(shares.length, await items.count());
    await driver.page.keyboard.press('Escape');
    await scenario.photographThemes('completions', list, () =>
      driver.page.keyboard.press('Escape'),
    );
  });

  it('are listed in part by the hover, which says how many more there are', async () => {
    const { driver } = scenario;
    await scenario.photographThemes('hover-more', async () => {
      await driver.openFileAt({ file: TEXT, line: 3, column: 28 });
      const hover = await driver.hoverAtCursor({ containing: 'predicted from context' });
      assert.match(hover, /\d+ more/);
    });
    await driver.page.keyboard.press('Escape');
  });

  it('make a cloze exercise of a file, with choices and key', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: LONG_TEXT, line: 1, column: 1 });
    await driver.runCommand('Masklab: Make Cloze Exercise');
    await line(/Fill\sin\sthe\sBlanks/).waitFor({ timeout: 60_000 });
    await line('(1) ______________').first().waitFor();
    await line('Key').first().waitFor();
    assert.deepEqual(await shares(), [], 'the key is not given away');
    await driver.runCommand('Masklab: Show Answer Probabilities');
    await driver.waitForDecoration(/%$/);
    const drawn = await shares();
    assert.ok(drawn.length >= 4 && drawn.length % 4 === 0, drawn.join());
    assert.ok(Math.abs(sumOf(drawn.slice(0, 4)) - 100) < 1, drawn.join());
    await scenario.photograph('answers of a sheet');
    await scenario.photographThemes('cloze');
    await driver.runCommand('View: Revert and Close Editor');
  });

  const shares = async (): Promise<string[]> =>
    (await scenario.driver.decorationTexts()).filter((text) => text.endsWith('%'));
  const sumOf = (texts: readonly string[]): number =>
    texts.reduce((sum, text) => sum + Number(text.replace(/[<>%]/g, '')), 0);

  const waitForShares = async (count: number): Promise<void> => {
    for (let attempt = 0; attempt < 300 && (await shares()).length !== count; attempt++) {
      await scenario.driver.page.waitForTimeout(100);
    }
    assert.equal((await shares()).length, count);
  };

  it('answer a question in place with the probabilities of its choices, only when asked', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: QUIZ, line: 3, column: 40 });
    // The mask that lists words shows the best one; the blank with choices does not.
    await driver.waitForDecoration(/^walked$/);
    assert.deepEqual(await driver.decorationTexts(), ['walked']);
    const action = driver.page
      .locator('.action-widget .monaco-list-row')
      .filter({ hasText: 'Show How Likely Each Answer Is' })
      .first();
    for (let attempt = 0; attempt < 5 && !(await action.isVisible()); attempt++) {
      await driver.page.keyboard.press('Control+.');
      await action.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await action.click();
    await driver.waitForDecoration(/%$/);
    const own = await shares();
    assert.equal(own.length, 3, own.join());
    assert.ok(Number.parseFloat(own[0]!) > 50, own.join());
    await driver.runCommand('Masklab: Clear Answer Probabilities');
    await waitForShares(0);
    await driver.runCommand('Masklab: Show Answer Probabilities');
    await waitForShares(6);
    await scenario.photographThemes('answers');
    await driver.openFileAt({ file: QUIZ, line: 1, column: 1 });
    await driver.page.keyboard.press('Escape');
    await waitForShares(0);
  });

  it('tell a limit in the status bar', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: HUGE, line: 1, column: 1 });
    const limit = 'No predictions in files of more than 2,000,000 characters';
    await driver.statusItem(limit).waitFor();
    await driver.openFileAt({ file: TEXT, line: 1, column: 1 });
    await driver.statusItem(limit).waitFor({ state: 'hidden' });
  });

  it('vary the words of a selection that a policy masks, as changes to accept', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 4, column: 1 });
    await driver.runCommand('Masklab: Generate Variations…');
    const rows = driver.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'Whole words' }).first().click();
    const first = rows.filter({ hasText: '→' }).first();
    await first.waitFor({ timeout: 60_000 });
    const change = (await first.locator('.label-name').first().textContent())!;
    const [, original, word] = /^(\S+) → (\S+)/u.exec(change.replaceAll('\u00a0', ' '))!;
    await driver.page.keyboard.press('Enter');
    const preview = driver.page.locator('.part.panel');
    await preview.locator('.edit-checkbox').first().waitFor();
    await scenario.photographThemes('variations');
    // The box of the file accepts all of its changes.
    await preview.locator('.edit-checkbox').first().click();
    await preview.getByText('Apply', { exact: true }).click();
    await line(new RegExp(`\\b${word!}\\b`, 'u'))
      .first()
      .waitFor();
    assert.notEqual(word, original);
    await driver.page.keyboard.press('Control+Z');
  });

  it('write a number of words at the cursor, as ghost text', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 5, column: 1 });
    await driver.runCommand('Masklab: Generate Text With Masks…');
    await driver.page
      .locator('.quick-input-title', { hasText: 'Generate Text With Masks' })
      .waitFor();
    await driver.page.keyboard.type('5');
    await driver.page.keyboard.press('Enter');
    const ghost = driver.page.locator('.editor-instance .ghost-text-decoration');
    await ghost.first().waitFor({ timeout: 60_000 });
    const text = (await ghost.first().textContent())!.replaceAll('\u00a0', ' ').trim();
    assert.equal(text.split(' ').length, 5, text);
    assert.match(text, /^[A-Z]/);
  });
});
