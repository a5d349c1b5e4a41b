import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import type { ExampleScore } from '../../../src/core/runs/exampleScores.js';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { makeComparedRun } from '../../support/comparedRuns.js';
import { fillWorkspace } from '../kit/workspace.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const REVIEWS: RunSpec['task'] = {
  kind: 'classification',
  labels: ['bad', 'good'],
  multiLabel: false,
  loss: 'crossEntropy',
  labelSmoothing: 0,
  classWeights: null,
};

/** Groups by learning rate: losses of their seeds. */
const GROUPS: readonly (readonly [learningRate: number, losses: readonly number[]])[] = [
  [3e-4, [1.2, 1.25, 1.22, 1.18, 1.24, 1.21, 1.19]],
  [1e-3, [1.0, 1.06, 1.01, 0.97, 1.04, 1.02, 0.98]],
  [3e-3, [1.1, 1.3]],
];

/** Predictions for three texts: the first group errs in the second, the others in the third. */
function scoresOf(group: number): ExampleScore[] {
  return ['good', 'bad', 'good'].map((expected, i): ExampleScore => {
    const isWrong = i === (group === 0 ? 1 : 2);
    const predicted = isWrong ? (expected === 'good' ? 'bad' : 'good') : expected;
    return {
      ...{ key: `text ${i}`, split: 'heldOut', evaluated: true, line: i + 1, group: null },
      ...{ file: 'texts/chapter-0.txt', text: `This is text ${i}.`, nll: [isWrong ? 2 : 0.1] },
      scored: {
        kind: 'answer',
        answer: { kind: 'labels', expected: [expected], predicted: [predicted], probabilities: [] },
        logits: [[0, 0]],
      },
    };
  });
}

function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 1000 });
  const runs = path.join(folder, '.masklab/runs');
  mkdirSync(runs, { recursive: true });
  for (const [group, [learningRate, losses]] of GROUPS.entries()) {
    for (const [seed, loss] of losses.entries()) {
      const id = `2026010${group + 1}-00000${seed}-run-${group}${seed}`;
      const scores = scoresOf(group);
      makeComparedRun(runs, { id, seed, learningRate, loss, task: REVIEWS, scores });
    }
  }
}

describe('a comparison of runs', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let page: FrameLocator;

  before(async () => {
    scenario = await Scenario.open({ fill });
    page = scenario.driver.webview();
  });

  const rows = (): Locator => page.locator('table.groups tbody tr.group-row');
  const row = (name: string): Locator => rows().filter({ hasText: name });

  it('opens on the groups that the person picks in the palette', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await driver.treeRow(/lr 0\.001/).waitFor({ timeout: 30_000 });
    await driver.runCommand('Masklab: Compare Runs…');
    await driver.quickInput.locator('.quick-input-titlebar', { hasText: 'Compare Runs' }).waitFor();
    await driver.quickInput.locator('.monaco-list-row', { hasText: 'lr 0.001' }).waitFor();
    await driver.page.keyboard.press('Enter');
    await rows().first().waitFor({ timeout: 30_000 });
    assert.equal(await rows().count(), 3);
    await page.getByTestId('counts').filter({ hasText: '3 groups, 16 runs' }).waitFor();
  });

  it('shows mean, gain and the verdict of the statistics against the baseline', async () => {
    await row('lr 3e-4').getByText('baseline', { exact: true }).waitFor();
    await row('lr 0.001').getByText('better', { exact: true }).waitFor();
    await row('lr 0.003')
      .getByText(/too few seeds to tell/)
      .waitFor();
  });

  it('draws curves with a band, which the keyboard reads', async () => {
    const chart = page.getByTestId('curve-train-loss').locator('.plot');
    await chart.locator('canvas').waitFor();
    await chart.focus();
    await scenario.driver.page.keyboard.press('Home');
    await scenario.driver.page.keyboard.press('ArrowRight');
    await page
      .getByTestId('curve-heldOut-accuracy')
      .locator('.legend')
      .filter({ hasText: 'n = 7' })
      .waitFor();
    await scenario.photographThemes('compare');
  });

  it('expands a group, pins a row, sorts a column and hides a group', async () => {
    await row('lr 0.001').getByRole('button', { name: 'Show Runs of lr 0.001' }).click();
    await page.locator('tr.run-row').nth(6).waitFor();
    await row('lr 0.003').getByRole('button', { name: 'Pin lr 0.003' }).click();
    assert.match(await rows().first().innerText(), /lr 0\.003/);
    await page.locator('thead').getByRole('button', { name: 'Accuracy' }).first().click();
    await page.locator('th[aria-sort="ascending"]').waitFor();
    await row('lr 0.003').getByRole('button', { name: 'Hide lr 0.003' }).click();
    await page.getByTestId('unhide').click();
    await row('lr 0.003').waitFor();
  });

  it('filters the whole page by a brush, which the keyboard can set as well', async () => {
    await page.getByTestId('filters').locator('summary').click();
    const highest = page.getByRole('spinbutton', { name: 'Highest lr' });
    await highest.fill('0.002');
    await highest.press('Enter');
    await page.getByTestId('counts').filter({ hasText: '2 of 3 groups' }).waitFor();
    assert.equal(await rows().count(), 2);
    await scenario.photographThemes('compare-parameters', async () => {
      await page.getByTestId('relations').evaluate((element) => {
        element.scrollIntoView();
      });
    });
    await page.getByTestId('unbrush').click();
    await rows().nth(2).waitFor();
    await page.getByTestId('importance-note').filter({ hasText: 'over 3 groups' }).waitFor();
  });

  it('lists what one run broke and fixed', async () => {
    await page.getByTestId('show-diff').locator('> summary').click();
    const items = page.getByTestId('diff-items');
    await items.getByText('This is text 2.').waitFor();
    await page.getByRole('button', { name: /^Fixed/ }).click();
    await items.getByText('This is text 1.').waitFor();
    await page.getByTestId('slices').getByRole('button', { name: 'good' }).click();
    await page.getByText('No example of this kind.').waitFor();
    await scenario.photographThemes('compare-predictions', async () => {
      await page.getByTestId('predictions').evaluate((element) => {
        element.scrollIntoView();
      });
    });
    await page.locator('h1').evaluate((element) => {
      element.scrollIntoView();
    });
  });

  it('copies the table as LaTeX', async () => {
    await page.getByTestId('copy').locator('summary').click();
    await page.getByRole('button', { name: 'Copy as LaTeX' }).click();
    await scenario.driver.statusItem('in the clipboard as LaTeX').waitFor();
  });

  it('saves the comparison, and opens it again from a list', async () => {
    const { driver } = scenario;
    await page.getByRole('button', { name: 'Save Comparison…' }).click();
    await driver.quickInput.locator('.quick-input-box input').fill('Learning rates');
    await driver.page.keyboard.press('Enter');
    const views = path.join(scenario.folder, '.masklab/views');
    await page.locator('h1', { hasText: 'Learning rates' }).waitFor();
    assert.ok(existsSync(views));
    const [file = ''] = readdirSync(views);
    const saved = JSON.parse(readFileSync(path.join(views, file), 'utf8')) as { runs: string[] };
    assert.equal(saved.runs.length, 16);
    await driver.runCommand('View: Close Editor');
    await driver.runCommand('Masklab: Open Saved Comparison…');
    await driver.quickInput.locator('.monaco-list-row', { hasText: 'Learning rates' }).click();
    await driver.webview().locator('h1', { hasText: 'Learning rates' }).waitFor();
    assert.match(await rows().first().innerText(), /lr 0\.003/);
  });
});
