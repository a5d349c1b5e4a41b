import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { Scenario, tellAsOneStory } from './scenario.js';

/** Writes `trainer_state.json` of a run of `run_mlm.py` that has come so far. */
function train(folder: string, steps: number): void {
  const history = Array.from({ length: steps }, (_, i) => ({
    ...{ step: i + 1, epoch: (i + 1) / 10, eval_loss: 4 - i * 0.1 },
  }));
  mkdirSync(folder, { recursive: true });
  const state = { log_history: history, max_steps: 20, num_train_epochs: 2 };
  writeFileSync(path.join(folder, 'trainer_state.json'), JSON.stringify(state));
}

describe('runs of other tools in the editor', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  const place = (name: string): string => path.join(scenario.folder, name);

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 1000 });
        train(path.join(folder, 'outputs/bert-notes'), 2);
        train(path.join(folder, 'older'), 9);
      },
      settings: { 'masklab.imports.followedFolders': ['outputs/*'] },
    });
    await scenario.driver.showContainer('Masklab');
  });

  it('shows a run of a followed folder, and its progress', async () => {
    const { driver } = scenario;
    const row = driver.treeRow('bert-notes');
    await row.filter({ hasText: 'perplexity 49.4' }).waitFor({ timeout: 60_000 });
    train(place('outputs/bert-notes'), 11);
    await row.filter({ hasText: /55% · best perplexity 20\.1/ }).waitFor({ timeout: 60_000 });
    train(place('outputs/bert-notes'), 20);
    await row.filter({ hasText: /^(?!.*%).*perplexity 8\.17/ }).waitFor({ timeout: 60_000 });
    assert.deepEqual(readdirSync(place('outputs/bert-notes')), ['trainer_state.json']);
  });

  it('imports the folders that a person chooses', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Import Runs…');
    await driver.chooseFolder(place('older'), 'Import');
    await driver.notification('1 run was imported', 60_000);
    await driver.treeRow('older').waitFor({ timeout: 30_000 });
    await driver.clearNotifications();
    await scenario.photographThemes('imports');
  });
});
