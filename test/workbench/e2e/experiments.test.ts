import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';
import { fillWorkspace } from '../kit/workspace.js';
import { Scenario, tellAsOneStory } from './scenario.js';

interface Fixture {
  readonly name: string;
  readonly learningRate: number;
  readonly seed?: number;
  readonly loss: number;
  readonly experiment?: string;
  readonly status?: string;
}

/** Part of `run.json` that a repetition shares. */
interface Options {
  readonly training: object;
  readonly optimizer: object;
}

/** Oldest first: a setting with three seeds, two others, and one in another experiment. */
const RUNS: readonly Fixture[] = [
  { name: 'calm-otter', learningRate: 1e-3, loss: 2 },
  { name: 'warm-otter', learningRate: 1e-3, loss: 2.1, seed: 1 },
  { name: 'wise-otter', learningRate: 1e-3, loss: 2.2, seed: 2 },
  { name: 'bold-finch', learningRate: 3e-5, loss: 3 },
  { name: 'proud-heron', learningRate: 5e-4, loss: 1, status: 'stopped' },
  { name: 'early-crane', learningRate: 1e-4, loss: 2.5, experiment: 'reviews' },
];

function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 1000 });
  for (const [i, fixture] of RUNS.entries()) {
    const { name, learningRate, seed = 0, loss, experiment = 'default' } = fixture;
    const run = path.join(folder, '.masklab/runs', `2026010${i + 1}-000000-${name}`);
    mkdirSync(run, { recursive: true });
    const spec = specOf(name);
    const perplexity = Math.exp(loss);
    write(run, 'run.json', {
      ...spec,
      experiment,
      createdAt: `2026-01-0${i + 1}T00:00:00.000Z`,
      optimizer: { ...spec.optimizer, learningRate },
      training: { ...spec.training, seed },
    });
    write(run, 'state.json', {
      ...initialRunState(),
      status: fixture.status ?? 'finished',
      ...{ totalSteps: 10, step: 10, trainingSeconds: 60 * (i + 1) },
      before: { loss: 4, perplexity: Math.exp(4) },
      latest: { loss, perplexity },
      best: { metric: 'loss', value: loss, step: 10 },
    });
  }
}

function write(run: string, name: string, content: object): void {
  writeFileSync(path.join(run, name), JSON.stringify(content));
}

describe('the Experiments view', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  const annotationsOf = (name: string): Record<string, unknown> => {
    const run = scenario.runFolders().find((folder) => folder.endsWith(name))!;
    const file = path.join(run, 'annotations.json');
    return existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
      : {};
  };
  const runNames = (): string[] =>
    readdirSync(path.join(scenario.folder, '.masklab/runs')).filter(
      (name) => !name.startsWith('.'),
    );
  /** Answers the open question with a text, which filters a list or is the answer. */
  const answer = async (text: string): Promise<void> => {
    const { driver } = scenario;
    const input = driver.quickInput.locator('.quick-input-box input');
    await input.waitFor();
    await input.fill(text);
    // A list follows what is typed.
    await driver.page.waitForTimeout(700);
    await driver.page.keyboard.press('Enter');
    await driver.quickInput.waitFor({ state: 'hidden' });
  };
  const viewMessage = (text: string) =>
    scenario.driver.page.locator('.sidebar .message').filter({ hasText: text });

  before(async () => {
    scenario = await Scenario.open({ fill });
    await scenario.driver.showContainer('Masklab');
    await scenario.driver.treeRow('lr 0.001').waitFor();
  });

  it('follows a filter while it is typed, keeps it over a reload, and clears it with its button', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Filter Runs…');
    const input = driver.quickInput.locator('.quick-input-box input');
    await input.fill('lrr > 3');
    await driver.quickInput.getByText(/Did you mean “lr”\?/).waitFor();
    await input.fill('lr < 3e-4');
    await driver.treeRow('lr 0.001').waitFor({ state: 'hidden' });
    await driver.quickInput.getByText('2 of 6 runs match.').waitFor();
    await scenario.photograph('tree-filter-input');
    await driver.page.keyboard.press('Enter');
    await viewMessage('2 of 6 runs match: lr < 3e-4').waitFor();
    await scenario.photographThemes('tree-filter');
    await driver.reload();
    await viewMessage('2 of 6 runs match: lr < 3e-4').waitFor({ timeout: 60_000 });
    assert.equal(await driver.treeRow('lr 0.001').count(), 0);
    // The buttons of a view show while the pointer is on it.
    await driver.page.locator('.sidebar .pane-header').first().hover();
    await driver.page
      .locator('.sidebar')
      .getByRole('button', { name: 'Clear Filter of Runs' })
      .click();
    await driver.treeRow('lr 0.001').waitFor();
    await viewMessage('runs match').waitFor({ state: 'hidden' });
  });

  it('says so if no run matches', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Filter Runs…');
    await answer('#none');
    await driver.page.locator('.sidebar').getByText('No run matches the filter.').waitFor();
    await driver.page
      .locator('.sidebar')
      .getByRole('button', { name: 'Clear Filter' })
      .last()
      .click();
    await driver.page.mouse.move(600, 600);
    await driver.treeRow('lr 0.001').waitFor();
  });

  it('tags all seeds of a setting', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('lr 0.001'), 'Edit Tags…');
    await answer('baseline, paper');
    await driver.treeRow(/lr 0\.001.*#baseline #paper/s).waitFor();
    for (const name of ['calm-otter', 'warm-otter', 'wise-otter']) {
      assert.deepEqual(annotationsOf(name)['tags'], ['baseline', 'paper']);
    }
  });

  it('writes a hypothesis and a note of several selected rows, and shows them in the tooltip', async () => {
    const { driver } = scenario;
    const heron = driver.treeRow('lr 5e-4');
    await driver.treeRow('lr 3e-5').click({ position: { x: 80, y: 10 } });
    await heron.click({ modifiers: ['Control'], position: { x: 80, y: 10 } });
    await driver.contextMenu(heron, 'Edit Hypothesis…');
    await answer('Slower is *better*');
    await driver.page.waitForTimeout(500);
    await driver.contextMenu(heron, 'Edit Note…');
    await answer('Looks fine');
    for (const name of ['bold-finch', 'proud-heron']) {
      await waitUntil(() => annotationsOf(name)['notes'] === 'Looks fine');
      assert.equal(annotationsOf(name)['hypothesis'], 'Slower is *better*');
    }
    assert.equal(annotationsOf('calm-otter')['notes'], undefined);
    await scenario.photographThemes('tree-tooltip', async () => {
      await driver.rowTooltip(heron, 'Looks fine');
    });
  });

  it('colors a setting', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('lr 0.001'), 'Set Color…');
    await answer('Purple');
    await waitUntil(() => annotationsOf('wise-otter')['color'] === 'purple');
  });

  it('sorts by the best result and groups by a parameter', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Sort Runs…');
    await answer('Best result first');
    await driver.page.locator('.sidebar').getByText('Best result first').first().waitFor();
    const rows = await driver.treeRows();
    assert.ok(
      rows.findIndex((row) => row.includes('5e-4')) <
        rows.findIndex((row) => row.includes('lr 0.001')),
    );
    await driver.runCommand('Masklab: Group Runs By…');
    await answer('lr');
    await driver.treeRow('lr: 0.001').waitFor();
    await driver.treeRow('lr: 3e-5').waitFor();
    await scenario.photographThemes('tree-grouped');
    await driver.runCommand('Masklab: Group Runs By…');
    await answer('No grouping');
    await driver.treeRow('lr: 3e-5').waitFor({ state: 'hidden' });
    await driver.runCommand('Masklab: Sort Runs…');
    await answer('Newest first');
  });

  it('deletes several rows by key, and undoes that', async () => {
    const { driver } = scenario;
    await driver.treeRow('lr 3e-5').click({ position: { x: 80, y: 10 } });
    await driver.treeRow('lr 5e-4').click({ modifiers: ['Control'], position: { x: 80, y: 10 } });
    await driver.page.waitForTimeout(500);
    await driver.page.keyboard.press('Delete');
    await driver.notification('2 runs were deleted');
    await driver.treeRow('lr 3e-5').waitFor({ state: 'hidden' });
    assert.equal(runNames().length, RUNS.length - 2);
    await driver.pressInNotification('2 runs were deleted', 'Undo');
    await driver.treeRow('lr 3e-5').waitFor();
    assert.equal(runNames().length, RUNS.length);
  });

  it('restores a run after the message is gone', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('lr 3e-5'), 'Delete Run');
    await driver.treeRow('lr 3e-5').waitFor({ state: 'hidden' });
    await driver.clearNotifications();
    await driver.runCommand('Masklab: Restore Deleted Runs…');
    await driver.quickInput.locator('.monaco-list-row').filter({ hasText: 'bold-finch' }).waitFor();
    await driver.page.waitForTimeout(500);
    await driver.acceptLastQuestion();
    await driver.treeRow('lr 3e-5').waitFor();
    assert.equal(annotationsOf('bold-finch')['notes'], 'Looks fine');
  });

  it('moves a setting by drag and drop, and a run to a new experiment by command', async () => {
    const { driver } = scenario;
    await driver.treeRow('lr 0.001').dragTo(driver.treeRow('Reviews'));
    await driver.notification('3 runs were moved to the experiment “Reviews”');
    await driver.treeRow(/Reviews.*4 runs/s).waitFor();
    assert.equal(annotationsOf('warm-otter')['experiment'], 'reviews');
    await driver.pressInNotification('3 runs were moved', 'Undo');
    await driver.treeRow(/Reviews.*1 run$/s).waitFor();
    assert.equal(annotationsOf('warm-otter')['experiment'], undefined);
    await driver.contextMenu(driver.treeRow('lr 5e-4'), 'Move to Experiment…');
    await driver.quickInput.getByText('New experiment…').waitFor();
    await driver.whenAnswerable();
    await driver.page.keyboard.press('Enter');
    await driver.quickInput.getByText('Name of the experiment').waitFor();
    await answer('观点 词汇');
    await driver.treeRow('观点 词汇').waitFor();
    await waitUntil(() => annotationsOf('proud-heron')['experiment'] === '观点-词汇');
  });

  it('trains a setting again with the next seed', async () => {
    const { driver } = scenario;
    const known = new Set(runNames());
    await driver.contextMenu(driver.treeRow('lr 0.001'), 'Run Again With Another Seed');
    await waitUntil(() => runNames().some((name) => !known.has(name)));
    const fresh = runNames().find((name) => !known.has(name))!;
    const file = path.join(scenario.folder, '.masklab/runs', fresh, 'run.json');
    const { training } = JSON.parse(readFileSync(file, 'utf8')) as { training: { seed: number } };
    assert.equal(training.seed, 3);
    // Its model does not exist; until it has failed, rows are redrawn under an open menu.
    await driver.notification(/failed/, 60_000);
    await driver.clearNotifications();
  });

  it('exports metrics of a setting', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('lr 3e-5'), 'Export Metrics…');
    await driver.quickInput
      .getByText('Select a format')
      .or(driver.quickInput.getByText('CSV'))
      .first()
      .waitFor();
    await driver.whenAnswerable();
    await driver.page.keyboard.press('Enter');
    await driver.chooseFolder(scenario.folder, 'Export Here');
    await driver.notification('Metrics of 1 run were exported', 60_000);
    assert.ok(existsSync(path.join(scenario.folder, 'metrics-csv/runs.csv')));
  });

  it('trains a run again with the same options', async () => {
    const { driver } = scenario;
    const known = new Set(runNames());
    const optionsOf = (name: string): Options => {
      const file = path.join(scenario.folder, '.masklab/runs', name, 'run.json');
      const { training, optimizer } = JSON.parse(readFileSync(file, 'utf8')) as Options;
      return { training, optimizer };
    };
    await driver.contextMenu(driver.treeRow('lr 3e-5'), /^Run Again$/);
    await waitUntil(() => runNames().some((name) => !known.has(name)));
    const fresh = runNames().find((name) => !known.has(name))!;
    const first = runNames().find((name) => name.endsWith('bold-finch'))!;
    assert.deepEqual(optionsOf(fresh), optionsOf(first));
  });

  it('empties the trash after a question, and then has nothing to restore', async () => {
    const { driver } = scenario;
    await driver.clearNotifications();
    const trash = path.join(scenario.folder, '.masklab/runs/.trash');
    await driver.contextMenu(driver.treeRow('early-crane'), 'Delete Run');
    await waitUntil(() => readdirSync(trash).length > 0);
    await driver.runCommand('Masklab: Empty Trash of Deleted Runs…');
    assert.match(await driver.dialogText(), /Delete 1 run permanently\?/);
    await driver.answerDialog('Delete Permanently');
    await waitUntil(() => readdirSync(trash).length === 0);
    await driver.clearNotifications();
    await driver.runCommand('Masklab: Restore Deleted Runs…');
    await driver.notification('There are no deleted runs to restore');
  });
});

async function waitUntil(isDone: () => boolean): Promise<void> {
  for (let waited = 0; !isDone(); waited++) {
    assert.ok(waited < 100, 'nothing happened');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
