import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { MetricsRow, RunState } from '../../../src/core/runs/schema.js';
import { fillWorkspace } from '../kit/workspace.js';
import { trainNewModel } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const STEPS = 100_000;
const EVALUATIONS = 400;

/** A model pre-trained on the command line, in the workspace's own runs folder. */
function pretrain(folder: string): void {
  execFileSync(
    process.execPath,
    [
      ...[path.join(ROOT, 'dist/cli.js'), 'pretrain', '--data', 'moby-dick', '--name', 'long-run'],
      ...['--layers', '1', '--hidden-size', '32', '--heads', '2', '--vocabulary-size', '1000'],
      ...['--epochs', '0.5', '--batch-size', '8', '--max-length', '32', '--json'],
    ],
    { cwd: folder },
  );
}

/** Makes the run look as one of 100,000 steps does: rows as the trainer writes them. */
function lengthen(run: string): void {
  const file = path.join(run, 'metrics.jsonl');
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRow);
  const train = rows.find(({ split }) => split === 'train')!;
  const heldOut = rows.findLast(({ split }) => split === 'heldOut')!;
  const lines: MetricsRow[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const loss = 2 + 5 * Math.exp(-step / 20_000) + 0.2 * Math.sin(step);
    lines.push({ ...train, step, time: step / 3, epoch: step / 10_000, loss });
    if (step % (STEPS / EVALUATIONS) === 0) lines.push({ ...heldOut, step, time: step / 3 });
  }
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const stateFile = path.join(run, 'state.json');
  const state = JSON.parse(readFileSync(stateFile, 'utf8')) as RunState;
  writeFileSync(stateFile, JSON.stringify({ ...state, step: STEPS, totalSteps: STEPS }));
}

describe('a model pre-trained on the command line', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 60_000 });
        pretrain(folder);
      },
    });
    panel = new RunPanelPage(scenario.driver);
  });

  it('is in the tree as every run', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await driver.treeRow(/long-run.*perplexity [\d.,]+ → [\d.,]+/s).waitFor();
  });

  it('is opened after 100,000 steps, with whole curves that are still light', async () => {
    const { driver } = scenario;
    lengthen(scenario.runFolders()[0]!);
    await driver.treeRow('long-run').click();
    await panel.title.filter({ hasText: 'long-run' }).waitFor();
    const step = await panel.waitForNumber('step', (value) => value === STEPS);
    assert.equal(step, STEPS);
    await panel.waitForStatus('Finished');
    assert.match(await panel.text('setup'), /from a new modernbert 1 × 32/);
    const charts = driver.webview().locator('.u-over');
    assert.equal(await charts.count(), 2);
    // The page keeps answering: a click in it has its effect.
    await panel.press('useForHovers');
    await driver.treeRow('used for hovers').waitFor();
    await scenario.photograph('pretraining, 100,000 steps');
  });

  it('is made from the palette as well, with a vocabulary of its own', async () => {
    const { driver } = scenario;
    await trainNewModel(driver);
    await panel.part('setup').filter({ hasText: 'a new modernbert 4 × 256' }).waitFor();
    await panel.waitForNumber('step', (step) => step >= 1, 120_000);
    const run = scenario.runFolders().at(-1)!;
    assert.ok(existsSync(path.join(run, 'start/tokenizer.json')));
    await panel.waitForStatus('Finished');
  });
});
