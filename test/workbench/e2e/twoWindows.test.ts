import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import type { Driver } from '../kit/driver.js';
import { fineTuneWithDefaults } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

interface State {
  readonly status: string;
  readonly process: { readonly pid: number } | null;
}

/** Row of the run that trains. */
function trainingRow({ page }: Driver): Locator {
  return page.locator('.sidebar .monaco-list-row[aria-label*="Training, "]');
}

describe('two windows on one workspace', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let first: Driver;
  let second: Driver;
  let panel: RunPanelPage;

  const states = (): State[] =>
    scenario
      .runFolders()
      .map((run) => JSON.parse(readFileSync(path.join(run, 'state.json'), 'utf8')) as State);
  const statuses = (): string[] => states().map(({ status }) => status);
  const untilStatuses = async (expected: readonly string[]): Promise<void> => {
    for (let waited = 0; waited < 60 && !isDeepStrictEqual(statuses(), expected); waited++) {
      await second.page.waitForTimeout(1000);
    }
    assert.deepEqual(statuses(), expected);
  };

  before(async () => {
    scenario = await Scenario.open({
      settings: {
        'masklab.training.epochs': 1000,
        // A second run has to wait.
        'masklab.training.threads': os.availableParallelism(),
      },
    });
    first = scenario.driver;
    panel = new RunPanelPage(first);
    second = await scenario.openWindow();
    await second.showContainer('Masklab');
  });

  it('both show a run that one of them has started', async () => {
    await fineTuneWithDefaults(first);
    await panel.waitForNumber('step', (step) => step >= 2);
    await trainingRow(second).waitFor();
  });

  it('both show the run that the other one queued', async () => {
    await fineTuneWithDefaults(second);
    await first.showContainer('Masklab');
    for (const driver of [second, first]) {
      // Both runs differ in nothing, so that they are one row.
      await driver.treeRow(/0 of 2 finished · 1 active/).click();
      await driver.treeRow('waiting').waitFor();
      await trainingRow(driver).waitFor();
    }
    assert.deepEqual(statuses(), ['running', 'waiting']);
  });

  it('start the next run once when one of them stops the first', async () => {
    const row = trainingRow(second);
    await second.pressRowButton(row, 'Stop Run');
    await panel.waitForStatus('Stopped');
    for (const driver of [first, second]) {
      await driver.treeRow('stopped').first().waitFor({ timeout: 30_000 });
      await driver.treeRow('waiting').waitFor({ state: 'hidden', timeout: 60_000 });
    }
    await untilStatuses(['stopped', 'running']);
    const [, { process: trainer }] = states() as [State, State];
    // A second trainer would have taken the run over, or ended it as owned by another.
    await first.page.waitForTimeout(5000);
    assert.deepEqual(states()[1], { ...states()[1], status: 'running', process: trainer });
  });

  it('leave the run to the window that stays', async () => {
    await first.page.close();
    const row = trainingRow(second);
    await second.pressRowButton(row, 'Stop Run');
    await untilStatuses(['stopped', 'stopped']);
    await trainingRow(second).waitFor({ state: 'hidden' });
  });
});
