import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';

import { fillWorkspace } from '../kit/workspace.js';
import { pressLens, waitForLens } from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const STUDY_FILE = 'words.study.jsonc';
const RUN_FILE = 'quick.run.jsonc';
const RUN = { data: 'moby-dick', epochs: 1, maxLength: 32, threads: 1 };

function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 30_000 });
  const study = {
    ...{ name: 'Opinion words', run: RUN, arms: [{ masking: 'opinion-words' }], seeds: 2 },
    hypothesis: 'Masked opinion words are predicted better.',
  };
  writeFileSync(path.join(folder, STUDY_FILE), JSON.stringify(study, null, 2));
  writeFileSync(
    path.join(folder, RUN_FILE),
    JSON.stringify({ ...RUN, learningrate: 1e-3 }, null, 2),
  );
}

describe('run files and studies in the editor', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  const open = (file: string): Promise<void> =>
    scenario.driver.openFileAt({ file, line: 1, column: 1 });

  before(async () => {
    scenario = await Scenario.open({ fill });
  });

  it('marks a misspelled key in a run file and offers to run, estimate and compare it', async () => {
    const { driver } = scenario;
    await open(RUN_FILE);
    for (const title of ['Run', 'Estimate', 'Compare with…']) await waitForLens(driver, title);
    await driver.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
    await driver.runCommand('Problems: Focus on Problems View');
    await driver.page
      .locator('.panel')
      .getByText(/Unknown key "learningrate"\. Did you mean "learningRate"\?/)
      .waitFor();
  });

  it('plans a study beside its file', async () => {
    const { driver } = scenario;
    await open(STUDY_FILE);
    await waitForLens(driver, 'Run Study');
    await pressLens(driver, 'Plan');
    const plan = driver.page.locator('.view-lines').filter({ hasText: 'smallest' });
    await plan.waitFor({ timeout: 60_000 });
    // It is not a document that the person has to save.
    const tab = driver.page.locator('.tab').filter({ hasText: /Plan of .*\.study\.jsonc/ });
    await tab.waitFor();
    assert.doesNotMatch((await tab.getAttribute('class')) ?? '', /dirty/);
  });

  it('runs a study from its file to its report, with its runs below it in the tree', async () => {
    const { driver } = scenario;
    await waitForLens(driver, 'Run Study');
    await pressLens(driver, 'Run Study');
    await driver.notification(/has started with 4 runs/, 60_000);
    await driver.hideToasts();
    await driver.showContainer('Masklab');
    await driver.treeRow('Opinion words').first().waitFor();
    const studies = path.join(scenario.folder, '.masklab/studies');
    const [id = ''] = readdirSync(studies);
    const row = driver.treeRow('study ·');
    await driver.pressRowButton(row, 'Stop Study');
    await row.filter({ hasText: 'stopped' }).waitFor({ timeout: 30_000 });
    await driver.pressRowButton(row, 'Resume Study');
    await row.filter({ hasText: 'active' }).waitFor({ timeout: 30_000 });
    const report = path.join(studies, id, 'report.md');
    await driver.treeRow('report ready').waitFor({ timeout: 180_000 });
    assert.match(readFileSync(report, 'utf8'), /too few seeds to tell/);
    await driver.treeRow(/random 15%.*n = 2/s).waitFor({ timeout: 20_000 });
    await driver.treeRow(/opinion-words.*n = 2/s).waitFor();
    await driver.rowTooltip(driver.treeRow('report ready'), 'Masked opinion words are predicted');
    assert.match(readFileSync(report, 'utf8'), /Masked opinion words are predicted better/);
    await scenario.photographThemes('study');
  });

  it('opens the report of the study from the tree', async () => {
    const { driver } = scenario;
    await driver.pressRowButton(driver.treeRow('report ready'), 'Open Report');
    await driver.page.locator('.tab.active').filter({ hasText: 'report.md' }).waitFor();
    await driver.webview().getByText('Policy by mask').waitFor();
    await scenario.photographThemes('study-report');
    await driver.contextMenu(driver.treeRow('report ready'), 'Open Report As Page');
    await driver.page.locator('.tab.active').filter({ hasText: 'Report: Opinion words' }).waitFor();
    await driver.webview().locator('figure svg').first().waitFor();
    await scenario.photographThemes('study-page');
  });
});
