import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { pressLens, waitForLens } from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const SWEEP_FILE = 'rate.sweep.jsonc';
const RUN = { data: 'moby-dick', epochs: 1, maxLength: 32, threads: 1 };

function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 30_000 });
  const sweep = {
    name: 'Learning rate',
    run: RUN,
    parameters: { learningRate: { min: 1e-5, max: 1e-3, scale: 'log' } },
    trials: 3,
    halving: { rungs: 2, factor: 2 },
    repeats: { top: 1, seeds: 1 },
  };
  writeFileSync(path.join(folder, SWEEP_FILE), JSON.stringify(sweep, null, 2));
  const wrong = { ...sweep, parameters: { lerningRate: sweep.parameters.learningRate } };
  writeFileSync(path.join(folder, 'wrong.sweep.jsonc'), JSON.stringify(wrong, null, 2));
}

describe('sweeps in the editor', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  const open = (file: string): Promise<void> =>
    scenario.driver.openFileAt({ file, line: 1, column: 1 });

  before(async () => {
    scenario = await Scenario.open({ fill });
  });

  it('marks a misspelled parameter', async () => {
    const { driver } = scenario;
    await open('wrong.sweep.jsonc');
    await driver.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
    await driver.runCommand('Problems: Focus on Problems View');
    await driver.page
      .locator('.panel')
      .getByText(/Unknown key "lerningRate"\. Did you mean "learningRate"\?/)
      .waitFor();
  });

  it('plans a sweep beside its file', async () => {
    const { driver } = scenario;
    await open(SWEEP_FILE);
    await waitForLens(driver, 'Run Sweep');
    await pressLens(driver, 'Plan');
    const plan = driver.page.locator('.view-lines').filter({ hasText: 'rung' });
    await plan.waitFor({ timeout: 60_000 });
    // It is not a document that the person has to save.
    const tab = driver.page.locator('.tab').filter({ hasText: /Plan of .*\.sweep\.jsonc/ });
    await tab.waitFor();
    assert.doesNotMatch((await tab.getAttribute('class')) ?? '', /dirty/);
  });

  it('runs a sweep from its file to its report, with its trials below it in the tree', async () => {
    const { driver } = scenario;
    await waitForLens(driver, 'Run Sweep');
    await pressLens(driver, 'Run Sweep');
    await driver.notification(/has started with 3 trials/, 60_000);
    await driver.hideToasts();
    await driver.showContainer('Masklab');
    await driver.treeRow('sweep ·').waitFor({ timeout: 30_000 });
    await driver.treeRow(/sweep ·.*report ready/s).waitFor({ timeout: 200_000 });
    await driver
      .treeRow(/1: lr /)
      .first()
      .waitFor();
    const studies = path.join(scenario.folder, '.masklab/studies');
    const [id = ''] = readdirSync(studies);
    const report = readFileSync(path.join(studies, id, 'report.md'), 'utf8');
    assert.match(report, /\| 1 \| 50% \| 3 \|/);
    await scenario.photographThemes('sweep');
  });

  it('opens the report of the sweep from the tree', async () => {
    const { driver } = scenario;
    const row = driver.treeRow('report ready');
    await driver.pressRowButton(row, 'Open Report');
    await driver.page.locator('.tab.active').filter({ hasText: 'report.md' }).waitFor();
    await driver.webview().getByText('Rungs').first().waitFor();
    await scenario.photographThemes('sweep-report');
  });
});
