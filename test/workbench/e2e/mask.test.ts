import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import {
  choose,
  drawnMasks,
  eventually,
  hoverMask,
  pressLens,
  previewStatus,
  waitForLens,
  waitForMasks,
  type DrawnMask,
} from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const TEXT = [
  'The wonderful whale rose slowly, and the terrible sea closed over it.',
  'Write to ahab@pequod.example or come to the harbour.',
  '',
  'It was a good day for the ship, and a bad one for the boats.',
  '',
].join('\n');

const POLICY = `{
  // What the crew agreed on.
  "version": 1,
  "seed": 3,
  "rate": 0.3,
  "replace": { "mask": 1, "random": 0, "keep": 0 },
  "rules": [
    { "name": "opinions", "lexicon": "builtin:opinion-en" },
    { "name": "addresses", "personalData": ["email"], "replaceWith": "<EMAIL>" }
  ],
  "never": [{ "words": ["whale"] }]
}
`;

const WRONG_POLICY = POLICY.replace('"personalData": ["email"]', '"pattern": "(a"');

interface DatasetRecord {
  readonly text: string;
  readonly masks: readonly { start: number; end: number; original: string; rule: string | null }[];
}

const same = (a: readonly DrawnMask[], b: readonly DrawnMask[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
const texts = (masks: readonly { text: string }[]): string[] => masks.map(({ text }) => text);

describe('masking', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  const file = (name: string): string => path.join(scenario.folder, name);
  const policy = (): string => readFileSync(file('crew.mask.json'), 'utf8');

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'workbench.editor.alwaysShowEditorActions': true },
      fill: (folder) => {
        writeFileSync(path.join(folder, 'log.txt'), TEXT);
        writeFileSync(
          path.join(folder, 'crew.mask.json'),
          POLICY.replace('  "seed": 3,\n', '  \n'),
        );
        writeFileSync(path.join(folder, 'wrong.mask.json'), WRONG_POLICY);
      },
    });
  });

  it('creates a policy from the gallery, and another one instead of overwriting', async () => {
    const { driver } = scenario;
    for (const name of ['bert.mask.json', 'bert-2.mask.json']) {
      await driver.runCommand('Masklab: New Masking Policy');
      await choose(driver, 'BERT');
      await driver.page.locator('.tab.active').filter({ hasText: name }).waitFor();
      assert.match(readFileSync(file(name), 'utf8'), /"version": 1/);
    }
    for (const title of ['Preview', 'Use in Fine-Tuning', 'Mask Dataset']) {
      await waitForLens(driver, title);
    }
  });

  it('keeps a new policy at a press of Undo in it', async () => {
    const { driver } = scenario;
    await driver.page.locator('.editor-instance .view-line').first().click();
    await driver.page.keyboard.press('Control+Z');
    await driver.page.waitForTimeout(1500);
    assert.ok(existsSync(file('bert-2.mask.json')));
    await driver.page.locator('.tab.active').filter({ hasText: 'bert-2.mask.json' }).waitFor();
  });

  it('completes and describes keys of a policy', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'crew.mask.json', line: 4, column: 3 });
    await driver.page.keyboard.press('Control+Space');
    const row = driver.page
      .locator('.suggest-widget.visible .monaco-list-row')
      .filter({ hasText: 'seed' });
    await row.waitFor();
    await row.click();
    await driver.page.keyboard.press('Escape');
    await driver.page.keyboard.press('Control+Z');
    await driver.openFileAt({ file: 'crew.mask.json', line: 5, column: 5 });
    const hover = await driver.hoverAtCursor({ containing: 'to mask at random' });
    assert.match(hover, /Mask rate for text that no rule covers/);
  });

  it('marks problems in a policy', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'wrong.mask.json', line: 9, column: 1 });
    const squiggle = driver.page.locator('.cdr.squiggly-error');
    await squiggle.first().waitFor();
    await driver.runCommand('Problems: Focus on Problems View');
    const problem = driver.page
      .locator('.markers-panel .monaco-list-row')
      .filter({ hasText: 'Masklab' });
    await problem.first().waitFor();
    assert.match(await problem.first().innerText(), /pattern|\(a/);
    await driver.runCommand('View: Toggle Panel Visibility');
  });

  it('previews a policy from its CodeLens on the open text', async () => {
    const { driver } = scenario;
    writeFileSync(file('crew.mask.json'), POLICY);
    await driver.openFileAt({ file: 'log.txt', line: 1, column: 1 });
    await driver.openFileAt({ file: 'crew.mask.json', line: 1, column: 1 });
    await pressLens(driver, 'Preview');
    await waitForMasks(driver);
    await driver.runCommand('View: Close All Editors');
    await driver.openFileAt({ file: 'log.txt', line: 1, column: 1 });
    await driver.runCommand('Masklab: Preview Masking');
    await choose(driver, 'crew.mask.json');
    const masks = await waitForMasks(driver);
    const opinions = ['wonderful', 'slowly', 'terrible', 'good', 'bad'];
    assert.deepEqual(texts(masks.filter(({ line }) => line === 'solid frame')), opinions);
    const addresses = texts(masks.filter(({ line }) => line === 'dashed'));
    assert.deepEqual(addresses, ['ahab@pequod.example']);
    const random = texts(masks.filter(({ line }) => line === 'dotted'));
    assert.ok(random.length > 0);
    assert.ok(!random.includes('whale'), random.join(' '));
    await waitForLens(driver, 'opinions 5 · addresses 1 · at random');
    assert.match(await previewStatus(driver), /^[\d.]+% masked$/);
  });

  it('has its buttons in the title of its own editor', async () => {
    const { driver } = scenario;
    const titled = (name: string): Locator =>
      driver.page
        .locator('.editor-group-container')
        .filter({ has: driver.page.locator('.tab').filter({ hasText: name }) })
        .locator('.editor-actions')
        .getByRole('button', { name: 'Stop Masking Preview' });
    await driver.runCommand('View: Split Editor Right');
    await driver.openFileAt({ file: 'crew.mask.json', line: 1, column: 1 });
    await driver.runCommand('View: Close Other Editors in Group');
    await titled('log.txt').waitFor();
    assert.equal(await titled('crew.mask.json').count(), 0);
    await driver.runCommand('View: Close Editor');
    await titled('log.txt').waitFor();
  });

  it('shows the rule and the replacement of a masked word', async () => {
    const { driver } = scenario;
    const opinion = await hoverMask(driver, { file: 'log.txt', line: 1, column: 6 });
    assert.match(opinion, /wonderful is masked by the rule opinions: 5 of 5 \(100%\)/);
    assert.match(opinion, /Replacement: \[MASK\]/);
    const address = await hoverMask(driver, { file: 'log.txt', line: 2, column: 12 });
    assert.match(address, /by the rule addresses/);
    assert.match(address, /Replacement: <EMAIL>/);
    await driver.page.keyboard.press('Escape');
  });

  it('draws other random masks with another seed', async () => {
    const { driver } = scenario;
    const before = await drawnMasks(driver);
    await pressLens(driver, 'Reroll');
    const after = await waitForMasks(driver, (masks) => !same(masks, before));
    await waitForLens(driver, 'seed 4');
    const byRules = (masks: readonly DrawnMask[]) => masks.filter(({ line }) => line !== 'dotted');
    assert.deepEqual(byRules(after), byRules(before));
    assert.equal(policy(), POLICY, 'a reroll does not change the policy');
  });

  it('updates while typing', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'log.txt', line: 4, column: 1 });
    await driver.page.keyboard.type('Horrible! ');
    await waitForMasks(driver, (masks) => texts(masks).includes('Horrible'));
    await waitForLens(driver, 'opinions 6');
  });

  it('adds a word to never in the policy and keeps comments', async () => {
    const { driver } = scenario;
    await hoverMask(driver, { file: 'log.txt', line: 1, column: 6 });
    await driver.page.locator('.monaco-hover a').filter({ hasText: 'Never' }).first().click();
    await waitForMasks(driver, (masks) => !texts(masks).includes('wonderful'));
    await eventually(driver, () => {
      assert.equal(policy(), POLICY.replace('["whale"]', '["whale", "wonderful"]'));
    });
  });

  it('adds the selection to always in the policy', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'log.txt', line: 1, column: 16 });
    await driver.page.keyboard.press('Control+D');
    await driver.runCommand('Masklab: Always Mask Selection');
    await choose(driver, 'Everywhere “whale” occurs');
    await waitForMasks(driver, (masks) => texts(masks).includes('whale'));
    await eventually(driver, () => {
      assert.match(policy(), /\n {2}"always": \["whale"\]\n/);
    });
    assert.match(policy(), /\n {2}"never": \[\{ "words": \["wonderful"\] \}\],\n/);
    await driver.openFileAt({ file: 'log.txt', line: 4, column: 20 });
    await driver.page.keyboard.press('Control+D');
    await driver.runCommand('Masklab: Always Mask Selection');
    await choose(driver, 'Only in this place');
    await eventually(driver, () => {
      assert.match(policy(), /"selected places"/);
    });
    assert.match(policy(), /"file": "log.txt"/);
  });

  it('shows the masked text to the side and updates it', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'log.txt', line: 2, column: 1 });
    await pressLens(driver, 'Show Masked Text to the Side');
    const masked = driver.page.locator('.editor-instance .view-lines').filter({ hasText: 'EMAIL' });
    await masked.waitFor();
    assert.doesNotMatch(await masked.innerText(), /ahab/);
    await driver.page.keyboard.type('Tell starbuck@pequod.example too. ');
    await driver.page.waitForFunction(() => {
      const lines = [...document.querySelectorAll('.editor-instance .view-lines')];
      return lines.some(({ textContent }) => /<EMAIL>.*<EMAIL>/.test(textContent));
    });
  });

  it('reports a problem in a previewed policy once', async () => {
    const { driver } = scenario;
    const whole = policy();
    writeFileSync(file('crew.mask.json'), whole.replace('"rate": 0.3', '"ratte": 0.3'));
    const message = await driver.errorNotification();
    assert.match(message, /crew\.mask\.json, line 5: .*ratte.*rate/s);
    await waitForMasks(driver, (masks) => masks.length === 0);
    assert.equal((await driver.notificationTexts()).length, 1);
    writeFileSync(file('crew.mask.json'), whole);
    await waitForMasks(driver);
    await driver.clearNotifications();
  });

  it('writes a masked dataset and opens it', async () => {
    const { driver } = scenario;
    await driver.runCommand('File: Save All');
    await driver.contextMenu(driver.treeRow(/^log\.txt$/), 'Mask This File');
    await choose(driver, 'crew.mask.json');
    await choose(driver, 'Keep the originals');
    await choose(driver, 'JSON Lines');
    await driver.quickInput.getByRole('button', { name: 'OK' }).click();
    await driver.notification(/log-masked\.jsonl: 2 texts, \d+ masks\./);
    await driver.page.locator('.tab.active').filter({ hasText: 'log-masked.jsonl' }).waitFor();
    const records = readFileSync(file('log-masked.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DatasetRecord);
    const source = readFileSync(file('log.txt'), 'utf8');
    for (const { text, masks } of records) {
      assert.ok(source.includes(text));
      for (const { start, end, original } of masks) assert.equal(text.slice(start, end), original);
    }
    const rules = records.flatMap(({ masks }) => masks.map(({ rule }) => rule));
    assert.ok(rules.includes('addresses') && rules.includes('opinions'));
    assert.ok(existsSync(file('log-masked.jsonl.manifest.json')));
  });

  it('omits originals if personal data is masked one-way', async () => {
    const { driver } = scenario;
    await driver.clearNotifications();
    await driver.contextMenu(driver.treeRow(/^log\.txt$/), 'Mask This File');
    await choose(driver, 'Redact personal data');
    await choose(driver, 'One-way');
    await choose(driver, 'CSV');
    await driver.quickInput.getByRole('button', { name: 'OK' }).click();
    await driver.notification(/log-masked\.csv: 2 texts/);
    const written = [file('log-masked.csv'), file('log-masked.csv.manifest.json')];
    for (const name of written) assert.doesNotMatch(readFileSync(name, 'utf8'), /ahab|starbuck/);
    assert.match(readFileSync(written[0]!, 'utf8'), /Write to <EMAIL> or/);
  });
});
