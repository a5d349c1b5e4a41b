import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';
import { fillWorkspace, NOTES } from '../kit/workspace.js';
import { hoverParts } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

/** Writes two finished runs, the older of which has a model. */
function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 1000 });
  for (const [day, name] of [
    ['20260101', 'calm-otter'],
    ['20260102', 'brave-finch'],
  ] as const) {
    const run = path.join(folder, '.masklab/runs', `${day}-000000-${name}`);
    mkdirSync(run, { recursive: true });
    const { optimizer, ...others } = specOf(name);
    // Equal runs would be one row.
    const learningRate = name === 'calm-otter' ? 1e-3 : 2e-3;
    const spec = { ...others, optimizer: { ...optimizer, learningRate } };
    writeFileSync(path.join(run, 'run.json'), JSON.stringify(spec));
    const state = { ...initialRunState(), status: 'finished', totalSteps: 10, step: 10 };
    writeFileSync(path.join(run, 'state.json'), JSON.stringify(state));
    if (name === 'calm-otter') {
      cpSync(path.join(ROOT, BUNDLED_MODEL_FOLDER), path.join(run, 'model'), { recursive: true });
    }
  }
}

describe('a run that a person annotates', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let file = '';

  /** Waits until the runs are in this order. */
  const waitForRuns = async (...runs: readonly RegExp[]): Promise<void> => {
    const { driver } = scenario;
    for (const [i, run] of runs.entries()) {
      // Below the row of their experiment.
      await driver.page
        .locator(`.sidebar .monaco-list-row[data-index="${i + 1}"]`)
        .filter({ hasText: run })
        .waitFor({ timeout: 10_000 });
    }
  };
  const rename = async (row: Locator, { from, to }: { from: string; to: string }) => {
    const { driver } = scenario;
    await driver.contextMenu(row, 'Rename Run');
    const input = driver.quickInput.locator('.quick-input-box input');
    await input.waitFor();
    assert.equal(await input.inputValue(), from);
    await input.fill(to);
    await driver.page.keyboard.press('Enter');
    await driver.quickInput.waitFor({ state: 'hidden' });
  };
  const annotations = (): unknown => JSON.parse(readFileSync(file, 'utf8'));

  before(async () => {
    scenario = await Scenario.open({ fill });
    file = path.join(scenario.runFolders()[0]!, 'annotations.json');
  });

  it('is renamed in tree, status bar and hover', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await waitForRuns(/brave-finch/, /calm-otter/);
    await driver.openFileAt({ file: NOTES.file, line: 3, column: 6 });
    const row = driver.treeRow('calm-otter');
    await driver.contextMenu(row, 'Use run for hovers');
    const statusBar = driver.page.locator('.statusbar-item');
    await statusBar.filter({ hasText: 'calm-otter' }).waitFor();
    await rename(row, { from: 'calm-otter', to: 'Best so far' });
    await waitForRuns(/brave-finch/, /Best so far/);
    await statusBar.filter({ hasText: 'Best so far' }).waitFor();
    assert.deepEqual(annotations(), { version: 1, name: 'Best so far' });
    const hover = await driver.hoverWord('captain', { containing: 'captain' });
    assert.match(hoverParts(hover).model, /Best so far/);
  });

  it('comes first in its experiment, and is marked, once it is starred', async () => {
    const { driver } = scenario;
    const row = driver.treeRow('Best so far');
    await driver.pressRowButton(row, 'Star Run');
    await waitForRuns(/Best so far.*★/s, /brave-finch/);
    assert.deepEqual(annotations(), { version: 1, name: 'Best so far', star: true });
  });

  it('gets its original name back, in its open panel too', async () => {
    const { driver } = scenario;
    const row = driver.treeRow('Best so far');
    await row.click();
    const panel = new RunPanelPage(driver);
    await panel.title.filter({ hasText: 'Best so far' }).waitFor();
    await driver.page.locator('.tab.active').filter({ hasText: 'Best so far' }).waitFor();
    await rename(row, { from: 'Best so far', to: '' });
    await panel.title.filter({ hasText: 'calm-otter' }).waitFor({ timeout: 10_000 });
    await driver.page.locator('.tab.active').filter({ hasText: 'calm-otter' }).waitFor();
    await waitForRuns(/calm-otter/, /brave-finch/);
    assert.deepEqual(annotations(), { version: 1, star: true });
  });

  it('loses its star from the palette, which offers starred runs only', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Remove Star');
    const offered = driver.quickInput.locator('.monaco-list-row');
    await offered.filter({ hasText: 'calm-otter' }).waitFor();
    assert.equal(await offered.count(), 1);
    await driver.whenAnswerable();
    await driver.page.keyboard.press('Enter');
    await waitForRuns(/brave-finch/, /calm-otter/);
    assert.deepEqual(annotations(), { version: 1 });
  });

  it('keeps annotations that cannot be read', async () => {
    const { driver } = scenario;
    const broken = '{"version": 1, "notes": "cut o';
    writeFileSync(file, broken);
    await driver.contextMenu(driver.treeRow('calm-otter'), 'Star Run');
    const message = await driver.errorNotification();
    assert.match(message, /annotations\.json was not changed/);
    assert.match(message, /Correct the file/);
    assert.equal(readFileSync(file, 'utf8'), broken);
  });
});
