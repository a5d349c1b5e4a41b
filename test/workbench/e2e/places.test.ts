import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { writeTinyModel } from '../../support/tinyModel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const CHINESE = '船长看着大海，什么也没说。然后他走进了[MASK]里面。';
const JAPANESE = '今日は海を見ています。船長は[MASK]に行きました。';

const FILES: Readonly<Record<string, string>> = {
  'before.txt': 'The captain looked out over the sea.\nThe end.\n',
  'after.txt': 'The sailor looked out over the [MASK].\nThe end.\n',
  'guide.adoc': [
    '= The ship',
    ':toc: left',
    '',
    '[source,ruby]',
    '----',
    'harbor = 1',
    '----',
    '',
    'The captain looked out over the [MASK].',
    '',
  ].join('\n'),
  'paper.tex': [
    '\\documentclass{article}',
    '\\begin{document}',
    '\\section{The harbor}',
    'The first line\\\\[2ex]',
    'The captain looked out over the \\emph{[MASK]} % whale',
    '\\end{document}',
    '',
  ].join('\n'),
  COMMIT_EDITMSG: 'Fix the name of the captain in the list\n\nThe [MASK] was wrong.\n\n# harbor\n',
  'windows.txt': Array.from({ length: 300 }, (_, i) => `It was day ${'1'.repeat(i % 7)}.`)
    .concat('The captain looked out over the [MASK].', '')
    .join('\r\n'),
  'chinese.txt': `${CHINESE}\n`,
  'japanese.txt': `${JAPANESE}\n`,
};

describe('predictions have their place', function () {
  this.timeout(120_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'editor.minimap.enabled': false, 'editor.wordWrap': 'on' },
      fill: (folder) => {
        for (const [name, text] of Object.entries(FILES)) {
          writeFileSync(path.join(folder, name), text);
        }
      },
    });
    // Every letter is a token, as in models of Chinese.
    const letters = Array.from(CHINESE + JAPANESE).join(' ');
    await writeTinyModel(path.join(scenario.folder, 'letters'), letters);
  });

  /** Points at a word, whose hover names it. */
  const hoverOn = async (word: string): Promise<void> => {
    const hover = await scenario.driver.hoverWord(word, { containing: 'rank' });
    assert.ok(hover.includes(word), hover);
    await scenario.driver.page.keyboard.press('Escape');
  };
  /** Text of the lines of editors that have a fill, up to the fill. */
  const textBeforeFills = (): Promise<string[]> =>
    scenario.workbench.page.evaluate(() =>
      [...document.querySelectorAll('.editor-instance .view-line [class*="ced-"]')].flatMap(
        (element) => {
          const { content } = getComputedStyle(element, '::after');
          if (content === 'none' || content === 'normal') return [];
          const line = element.closest('.view-line')!;
          const range = document.createRange();
          range.setStart(line, 0);
          range.setEndAfter(element);
          return [
            range
              .toString()
              .replaceAll('\u00a0', ' ')
              .replaceAll(/[\u200b-\u200f]/g, ''),
          ];
        },
      ),
    );
  const waitForFill = async (before: RegExp): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      const found = await textBeforeFills();
      if (found.some((text) => before.test(text))) return;
      assert.ok(attempt < 60, `no fill after ${String(before)}: ${found.join('; ')}`);
      await scenario.driver.page.waitForTimeout(500);
    }
  };
  const open = (file: string, line = 1): Promise<void> =>
    scenario.driver.openFileAt({ file, line, column: 1 });

  it('on both sides of a diff editor', async () => {
    const { driver } = scenario;
    await open('before.txt');
    // The extension has come up once this appears.
    await hoverOn('captain');
    const files = driver.page.locator('.explorer-folders-view .monaco-list-row');
    const file = (name: string) => files.filter({ hasText: name }).first();
    await driver.contextMenu(file('before.txt'), 'Select for Compare');
    await driver.contextMenu(file('after.txt'), 'Compare with Selected');
    await driver.page.locator('.monaco-diff-editor .view-line', { hasText: 'sailor' }).waitFor();
    await hoverOn('captain');
    await hoverOn('sailor');
    await waitForFill(/the \[MASK\]$/);
    await scenario.photographThemes('hover-diff', async () => {
      await driver.hoverWord('sailor', { containing: 'rank' });
    });
    await driver.page.keyboard.press('Escape');
    await driver.runCommand('View: Close All Editors');
  });

  it('in AsciiDoc, LaTeX and commit messages, and nowhere in their markup', async () => {
    const { driver } = scenario;
    const markup = {
      'guide.adoc': { line: 6, column: 3 },
      'paper.tex': { line: 5, column: 54 },
      COMMIT_EDITMSG: { line: 5, column: 4 },
    };
    for (const [file, place] of Object.entries(markup)) {
      await open(file);
      await hoverOn('captain');
      await waitForFill(/[Tt]he \S*\[MASK\]$/);
      await driver.openFileAt({ file, ...place });
      await assert.rejects(driver.hoverAtCursor({ containing: 'rank', timeout: 1500 }));
    }
    await scenario.photographThemes('hover-latex', async () => {
      await open('paper.tex', 5);
      await driver.hoverWord('captain', { containing: 'rank' });
    });
    await driver.page.keyboard.press('Escape');
  });

  it('far down in a file with Windows line ends', async () => {
    await open('windows.txt', 301);
    await hoverOn('captain');
    await waitForFill(/over the \[MASK\]$/);
  });

  it('in a file that was never saved', async () => {
    const { driver } = scenario;
    await driver.runCommand('View: Close All Editors');
    await driver.runCommand('File: New Untitled Text File');
    await driver.page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    await driver.page.keyboard.type('The 😀 captain looked out over the ____ of the ship.');
    await hoverOn('captain');
    await waitForFill(/over the ____$/);
    await driver.runCommand('View: Revert and Close Editor');
  });

  it('in Chinese and Japanese, which have no spaces', async () => {
    const { driver } = scenario;
    mkdirSync(path.join(scenario.folder, '.vscode'));
    writeFileSync(
      path.join(scenario.folder, '.vscode/settings.json'),
      '{ "masklab.model": "letters" }',
    );
    await open('chinese.txt');
    await waitForFill(/走进了\[MASK\]$/);
    for (const word of ['船长', '大海']) await hoverOn(word);
    await scenario.photographThemes('hover-chinese', async () => {
      await driver.hoverWord('大海', { containing: 'rank' });
    });
    await driver.page.keyboard.press('Escape');
    await open('japanese.txt');
    await waitForFill(/船長は\[MASK\]$/);
    for (const word of ['今日', '船長']) await hoverOn(word);
  });
});
