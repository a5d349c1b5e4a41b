import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { accept, COMMAND, waitForQuestion } from './actions.js';
import { choose, pressLens, waitForLens } from './maskActions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

/** Enough messages of the examples to see the cue; a run on them takes seconds. */
const ROWS = { train: 300, test: 120, newer: 120, 'few-newer': 100 };

function examples(name: keyof typeof ROWS): string {
  const text = readFileSync(path.join(ROOT, 'examples/mails', `${name}.csv`), 'utf8');
  return `${text
    .split('\n')
    .slice(0, 1 + ROWS[name])
    .join('\n')}\n`;
}

describe('from a classifier to the report of a study', function () {
  this.timeout(300_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  const run = () => scenario.driver.treeRow(/accuracy .*→/).last();

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'masklab.training.epochs': 3 },
      fill: (folder) => {
        writeFileSync(path.join(folder, 'mails.csv'), examples('train'));
      },
    });
    panel = new RunPanelPage(scenario.driver);
  });

  it('trains a classifier whose text with masks is not foreign to it', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    await accept(driver, '1/4');
    await waitForQuestion(driver, '2/4');
    await choose(driver, 'with masked examples');
    for (const number of ['3/4', '4/4']) await accept(driver, number);
    await panel.waitForStatus('Finished');
    await panel.part('examples').waitFor();
  });

  it('audits it with a shifted sample, and tells which word is not reproduced', async () => {
    const { driver } = scenario;
    for (const name of ['test', 'newer', 'few-newer'] as const) {
      writeFileSync(path.join(scenario.folder, `${name}.csv`), examples(name));
    }
    await driver.showContainer('Masklab');
    await driver.contextMenu(run(), 'Audit Model…');
    await choose(driver, 'Other labeled texts…');
    await choose(driver, 'test.csv');
    await choose(driver, 'Labeled texts from elsewhere…');
    await driver.quickInput.getByPlaceholder(/Select a labeled file of other texts/).waitFor();
    await choose(driver, 'few-newer.csv');
    await choose(driver, 'No words to exchange');
    const told = await driver.notification(/The audit of .* has \d+ findings?/, 120_000);
    assert.match(told, /1 word is selected for a masking policy/);
    const report = driver.webview();
    await report.getByText('Words that the model leans on').waitFor();
    await scenario.photographThemes('audit-shifted', () => driver.hideToasts());
    const finding = report.locator('tr').filter({ hasText: 'regards' }).first();
    assert.match(await finding.innerText(), /complaint/);
    assert.match(await report.locator('body').innerText(), /not reproduced/);
  });

  it('lists its findings in the panel of the run, with links to texts that have the word', async () => {
    const { driver } = scenario;
    await driver.runCommand('View: Close All Editors');
    await driver.contextMenu(run(), 'Open Run Panel');
    const finding = panel.part('audit-finding').filter({ hasText: 'regards' }).first();
    await finding.waitFor();
    const told = await finding.innerText();
    assert.match(told, /complaint/);
    assert.match(told, /not reproduced/);
    assert.match(await panel.text('audit-caption'), /120 texts, \d+ findings?, 1 word /);
    await finding.scrollIntoViewIfNeeded();
    await scenario.photographThemes('audit-panel', () => driver.hideToasts());
    const link = finding.getByRole('button', { name: /^test\.csv, line \d+$/ }).first();
    const [, line] = /line (\d+)$/.exec(await link.innerText())!;
    await link.click();
    await driver.page.locator('.tab.active').filter({ hasText: 'test.csv' }).waitFor();
    await driver.page
      .locator('.statusbar-item')
      .filter({ hasText: new RegExp(`^Ln ${line!},`) })
      .waitFor();
    await driver.runCommand('View: Close All Editors');
    await driver.contextMenu(run(), 'Open Audit Report');
    await driver.webview().getByText('Words that the model leans on').waitFor();
  });

  it('drafts a study with the words of the audit and its shifted sample', async () => {
    const { driver } = scenario;
    await driver.contextMenu(run(), 'Create Study From Audit…');
    await driver.quickInput.getByText('Mask the words in training').waitFor();
    // Two of the arms that are checked are enough for a test.
    for (const arm of ['Mask random words', 'Consistent predictions', 'Last layer']) {
      await driver.quickInput.locator('.monaco-list-row').filter({ hasText: arm }).first().click();
    }
    await driver.quickInput.getByRole('button', { name: 'OK' }).click();
    await driver.quickInput
      .getByPlaceholder(/Select labeled texts like the training data/)
      .waitFor();
    await choose(driver, 'test.csv');
    await driver.quickInput.getByPlaceholder(/Select labeled texts from elsewhere/).waitFor();
    await choose(driver, 'newer.csv');
    await driver.page.locator('.tab.active').filter({ hasText: '.study.jsonc' }).waitFor();
    const [name = ''] = readdirSync(scenario.folder).filter((file) =>
      file.endsWith('.study.jsonc'),
    );
    const file = path.join(scenario.folder, name);
    const { seeds, ...others } = JSON.parse(readFileSync(file, 'utf8')) as {
      seeds: number;
      arms: { name: string }[];
    };
    assert.equal(seeds, 5);
    assert.deepEqual(
      others.arms.map((arm) => arm.name),
      ['plain', 'masked words', 'shifted sample'],
    );
    // Two seeds are enough for a test.
    writeFileSync(file, JSON.stringify({ seeds: 2, ...others }, null, 2));
    await driver.page
      .locator('.view-line')
      .filter({ hasText: /"seeds":\s2/ })
      .waitFor();
  });

  it('runs the study, and its report has each arm with an interval against training as usual', async () => {
    const { driver } = scenario;
    await waitForLens(driver, 'Run Study');
    await driver.hideToasts();
    await pressLens(driver, 'Run Study');
    await driver.notification(/has started with 6 runs/, 60_000);
    await driver.hideToasts();
    await driver.showContainer('Masklab');
    await driver.treeRow('report ready').waitFor({ timeout: 280_000 });
    await driver.runCommand('View: Close All Editors');
    await driver.pressRowButton(driver.treeRow('report ready'), 'Open Report');
    await driver.page.locator('.tab.active').filter({ hasText: 'report.md' }).waitFor();
    const report = driver.webview();
    await report.getByText('masked words').first().waitFor();
    await scenario.photographThemes('study-audit');
    const text = await report.locator('body').innerText();
    for (const arm of ['masked words', 'shifted sample']) {
      assert.match(
        text,
        new RegExp(`${arm}\\s.*[+−][\\d.]+ pp \\[[+−][\\d.]+ pp, [+−][\\d.]+ pp\\]`),
      );
    }
    await driver.contextMenu(driver.treeRow('report ready'), 'Open Report As Page');
    await driver.webview().locator('figure svg').first().waitFor();
    await scenario.photographThemes('study-audit-page');
  });

  it('cross-validates the run, and lists labels that may be wrong with links to their rows', async () => {
    const { driver } = scenario;
    await driver.runCommand('View: Close All Editors');
    await driver.contextMenu(run(), 'Cross-Validate and Find Label Errors…');
    await choose(driver, '3 parts');
    await driver.quickInput.getByText('Near-duplicates').waitFor();
    await choose(driver, 'No groups');
    const told = await driver.notification(/was cross-validated on 300 rows/, 240_000);
    assert.match(told, /labels? may be wrong/);
    const report = driver.webview();
    await report.getByText('Labels that may be wrong').waitFor();
    await report.getByRole('columnheader', { name: 'Suggested' }).waitFor();
    await scenario.photographThemes('cross-validation', () => driver.hideToasts());
    const link = report.getByRole('link', { name: /^mails\.csv:\d+$/ }).first();
    const [, line] = /:(\d+)$/.exec(await link.innerText())!;
    await link.click();
    await driver.page.locator('.tab.active').filter({ hasText: 'mails.csv' }).waitFor();
    await driver.page
      .locator('.statusbar-item')
      .filter({ hasText: new RegExp(`^Ln ${line!},`) })
      .waitFor();
  });
});
