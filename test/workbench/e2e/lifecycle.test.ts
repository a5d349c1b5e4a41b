import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fineTuneWithDefaults } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

interface State {
  status: string;
  step: number;
  process: { pid: number } | null;
}

describe('a run that outlives its window', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;
  let name = '';
  let run = '';

  const state = (): State =>
    JSON.parse(readFileSync(path.join(run, 'state.json'), 'utf8')) as State;

  before(async () => {
    // Long enough to be still training after everything below.
    scenario = await Scenario.open({
      settings: {
        'masklab.training.epochs': 1000,
        // A second run has to wait.
        'masklab.training.threads': os.availableParallelism(),
      },
    });
    panel = new RunPanelPage(scenario.driver);
  });

  it('trains', async () => {
    await fineTuneWithDefaults(scenario.driver);
    await panel.waitForNumber('step', (step) => step >= 2);
    name = await panel.title.innerText();
    run = scenario.runFolders()[0]!;
  });

  it('lets a second run wait in the queue', async () => {
    await fineTuneWithDefaults(scenario.driver);
    await panel.waitForStatus('Waiting');
    const second = scenario.runFolders().find((folder) => folder !== run)!;
    const stateFile = path.join(second, 'state.json');
    const { status } = JSON.parse(readFileSync(stateFile, 'utf8')) as { status: string };
    assert.equal(status, 'waiting');
    // The panel of a run that is gone closes.
    rmSync(second, { recursive: true });
    await panel.title.filter({ hasText: name }).waitFor();
  });

  it('is shown again by the reloaded window, and goes on', async () => {
    const { process: trainer, step } = state();
    await scenario.driver.reload();
    await panel.title.filter({ hasText: name }).waitFor({ timeout: 60_000 });
    const shown = await panel.waitForNumber('step', (value) => value >= step);
    await panel.waitForNumber('step', (value) => value > shown);
    assert.deepEqual(state().process, trainer);
    await panel.waitForStatus('Training');
  });

  it('stops at a press, keeping a checkpoint', async () => {
    await panel.press('stop');
    await panel.waitForStatus('Stopped');
    assert.equal(state().status, 'stopped');
    await scenario.driver.showContainer('Masklab');
    await scenario.driver.treeRow('stopped').waitFor();
  });

  it('resumes from where it stopped', async () => {
    const { step } = state();
    await panel.press('resume');
    await panel.waitForStatus('Training');
    await panel.waitForNumber('step', (value) => value > step);
  });

  it('pauses at its step, and continues there in the same process', async () => {
    const { process: trainer } = state();
    await panel.press('pause');
    await panel.waitForStatus('Paused');
    const { step } = state();
    await scenario.driver.treeRow('paused').waitFor();
    await panel.press('resume');
    await panel.waitForStatus('Training');
    await panel.waitForNumber('step', (value) => value > step);
    assert.deepEqual(state().process, trainer);
  });

  it('shows its progress in the status bar, also after a reload, and no toast', async () => {
    const { driver } = scenario;
    const item = driver.statusItem(name);
    await item.filter({ hasText: /%/ }).waitFor();
    await driver.reload();
    await item.filter({ hasText: /%/ }).waitFor({ timeout: 60_000 });
    assert.equal(await driver.toasts.count(), 0);
    await panel.waitForStatus('Training');
  });

  it('is stopped from its status item by a link of that name, and announced', async () => {
    const { driver } = scenario;
    await driver.statusItem(name).hover();
    const link = driver.page.locator('.monaco-hover:not(.hidden) a').filter({ hasText: /Stop$/ });
    await link.click();
    await panel.waitForStatus('Stopped');
    await driver.notification(/has stopped\. Its last checkpoint is kept/);
    await driver.statusItem(name).waitFor({ state: 'hidden' });
    await panel.press('resume');
    await panel.waitForStatus('Training');
  });

  it('shows as crashed when its trainer is killed, and can go on', async () => {
    const { process: trainer } = state();
    assert.ok(trainer !== null);
    process.kill(trainer.pid, 'SIGKILL');
    await panel.waitForStatus('Crashed');
    await scenario.driver.treeRow('crashed').waitFor();
    await panel.press('resume');
    await panel.waitForStatus('Training');
  });

  it('is not deleted while it trains, and can be restored afterwards', async () => {
    const { driver } = scenario;
    const row = driver.treeRow(name);
    await driver.contextMenu(row, 'Delete Run');
    await driver.notification(/is training\. Nothing was deleted/);
    assert.ok(existsSync(run));
    await driver.pressInNotification(/Nothing was deleted/, 'Stop Training');
    await row.filter({ hasText: 'stopped' }).waitFor({ timeout: 60_000 });
    await driver.contextMenu(row, 'Delete Run');
    await row.waitFor({ state: 'hidden' });
    assert.equal(existsSync(run), false);
    await driver.pressInNotification(/was deleted/, 'Undo');
    await row.filter({ hasText: 'stopped' }).waitFor();
    assert.ok(existsSync(run));
  });
});
