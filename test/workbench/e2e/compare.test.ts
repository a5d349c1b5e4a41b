import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FrameLocator, Locator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import type { ExampleScore } from '../../../src/core/runs/exampleScores.js';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { makeComparedRun } from '../../support/comparedRuns.js';
import { boxOf, dragWithin } from '../kit/pointer.js';
import { fillWorkspace } from '../kit/workspace.js';
import { fineTuneWithDefaults } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const PICTURES = path.join(ROOT, '.cache/pictures');

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
    await driver.acceptLastQuestion();
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
    await chart.press('Home');
    await chart.press('ArrowRight');
    await page
      .getByTestId('curve-heldOut-accuracy')
      .locator('.legend')
      .filter({ hasText: 'n = 7' })
      .waitFor();
    await scenario.photographThemes('compare');
  });

  const legend = (chart: string): Locator => page.getByTestId(chart).locator('.legend');

  it('keeps the colors of the legend where a contrast theme of the system replaces colors', async () => {
    const swatches = legend('curve-train-loss').locator('.swatch');
    const colors = (): Promise<string[]> =>
      swatches.evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).borderTopColor));
    assert.equal(new Set(await scenario.withForcedColors(colors)).size, 3);
  });

  const stepAt = async (chart: string): Promise<number> => {
    const text = await legend(chart).innerText();
    return Number(/step ([\d,]+)/.exec(text)?.[1]);
  };

  it('draws how the runs were trained: learning rate and gradient norm', async () => {
    for (const metric of ['learningRate', 'gradientNorm']) {
      await page.getByTestId(`curve-train-${metric}`).locator('canvas').waitFor();
    }
    assert.match(await legend('curve-train-learningRate').innerText(), /lr 0\.003\s+\S*2\.9/);
    await scenario.photographThemes('compare-training', async () => {
      await page.getByTestId('curve-train-gradientNorm').scrollIntoViewIfNeeded();
    });
  });

  it('zooms all curves by a drag, and pins the cursor by a click only', async () => {
    const over = page.getByTestId('curve-train-loss').locator('.u-over');
    await dragWithin(over, [0.25, 0.5], [0.5, 0.5]);
    const other = page.getByTestId('curve-heldOut-accuracy').locator('.plot');
    await other.press('Home');
    await legend('curve-heldOut-accuracy').getByText(/^step/).waitFor();
    const first = await stepAt('curve-heldOut-accuracy');
    assert.ok(first > 40 && first < 60, `zoomed to step ${first}`);
    await other.press('End');
    const last = await stepAt('curve-heldOut-accuracy');
    assert.ok(last > 90 && last < 110, `zoomed to step ${last}`);
    assert.doesNotMatch(await legend('curve-train-loss').innerText(), /pinned/);
    await over.click({ position: { x: 200, y: 60 } });
    await legend('curve-heldOut-accuracy').getByText('(pinned)').waitFor();
  });

  it('expands a group, pins a row, sorts a column and hides a group', async () => {
    await row('lr 0.001').getByRole('button', { name: 'Show Runs of lr 0.001' }).click();
    await page.locator('tr.run-row').nth(6).waitFor();
    await row('lr 0.003').getByRole('button', { name: 'Pin lr 0.003' }).click();
    // The table is drawn again in the next frame.
    await rows().first().filter({ hasText: 'lr 0.003' }).waitFor();
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

  it('filters by a drag along an axis, and a click on it removes the filter', async () => {
    const image = page.getByTestId('parallel').locator('.stage svg');
    const box = await boxOf(image);
    const axis = 70 / box.width;
    await dragWithin(image, [axis, 0.95], [axis, 0.45]);
    await page.getByTestId('counts').filter({ hasText: '2 of 3 groups' }).waitFor();
    await dragWithin(image, [axis, 0.6], [axis, 0.6]);
    await page
      .getByTestId('counts')
      .filter({ hasText: /^3 groups/ })
      .waitFor();
  });

  it('moves an axis by its name, and by keyboard', async () => {
    const { driver } = scenario;
    const image = page.getByTestId('parallel').locator('.stage svg');
    const names = async (): Promise<string[]> => {
      const labels = await image.locator('text[text-anchor="middle"]').allTextContents();
      return labels.filter((label) => ['lr', 'Accuracy'].includes(label));
    };
    const untilOrder = async (...expected: string[]): Promise<void> => {
      for (let i = 0; i < 50 && !isDeepStrictEqual(await names(), expected); i++) {
        await driver.page.waitForTimeout(100);
      }
      assert.deepEqual(await names(), expected);
    };
    await untilOrder('lr', 'Accuracy');
    const box = await boxOf(image);
    const [first, y] = [70 / box.width, 14 / box.height];
    await dragWithin(image, [first, y], [1 - first, y]);
    await untilOrder('Accuracy', 'lr');
    const move = page.getByRole('button', { name: 'Move lr Left' });
    await move.press('Enter');
    await untilOrder('lr', 'Accuracy');
    await page.locator('[data-focus]:focus').waitFor();
    await page.getByRole('button', { name: 'Move lr Right' }).click();
    await untilOrder('Accuracy', 'lr');
  });

  it('lists what one run broke and fixed', async () => {
    await page.getByTestId('show-diff').locator('> summary').click();
    const items = page.getByTestId('diff-items');
    await items.getByText('This is text 2.').waitFor();
    await page.getByRole('button', { name: /^Fixed/ }).click();
    await items.getByText('This is text 1.').waitFor();
    await page.getByTestId('slices').getByRole('button', { name: 'good' }).click();
    await page.getByText('No example of this kind.').waitFor();
    await page.getByTestId('diff-after').selectOption({ label: 'lr 0.003, seed 1' });
    await page.getByRole('button', { name: /^Broken/ }).click();
    await items.getByText('This is text 2.').waitFor();
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

  it('saves a chart as PNG, SVG and CSV', async () => {
    const { driver } = scenario;
    const chart = page.getByTestId('curve-train-loss');
    const saved = async (format: string): Promise<Buffer> => {
      const file = path.join(scenario.folder, `chart.${format.toLowerCase()}`);
      await chart.getByTestId('save-chart').locator('summary').click();
      await chart.getByRole('button', { name: `Save as ${format}…` }).click();
      await driver.chooseFile(file, 'OK');
      for (let i = 0; i < 200 && !existsSync(file); i++) await driver.page.waitForTimeout(100);
      await driver.page.waitForTimeout(300);
      return readFileSync(file);
    };
    const png = await saved('PNG');
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.ok(png.readUInt32BE(16) > 400, 'width of the image');
    const svg = (await saved('SVG')).toString();
    assert.match(svg, /^(<\?xml[^>]*>\s*)?<svg [^]*Loss, training[^]*lr 0\.001[^]*<\/svg>\s*$/);
    const csv = (await saved('CSV')).toString().split(/\r?\n/);
    assert.equal(csv[0], 'Group,Step,Mean,Low,High,n');
    assert.match(csv[1]!, /^lr 3e-4,1,\d\.\d+,\d\.\d+,\d\.\d+,7$/);
    mkdirSync(PICTURES, { recursive: true });
    copyFileSync(path.join(scenario.folder, 'chart.png'), path.join(PICTURES, 'compare-saved.png'));
  });

  it('saves the comparison, and opens it again from a list', async () => {
    const { driver } = scenario;
    await page.getByRole('button', { name: 'Save Comparison…' }).click();
    await driver.quickInput.locator('.quick-input-box input').fill('Learning rates');
    await driver.acceptLastQuestion();
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
    await legend('curve-heldOut-accuracy').getByText('(pinned)').waitFor();
    await page.getByTestId('curve-train-loss').locator('.plot').press('Home');
    const zoomed = await stepAt('curve-train-loss');
    assert.ok(zoomed > 40 && zoomed < 60, `zoomed to step ${zoomed}`);
    const order = await page
      .getByTestId('parallel')
      .locator('.stage svg text[text-anchor="middle"]')
      .allTextContents();
    assert.deepEqual(
      order.filter((label) => ['lr', 'Accuracy'].includes(label)),
      ['Accuracy', 'lr'],
    );
    await page.getByTestId('show-diff').locator('> summary').click();
    const second = page.getByTestId('diff-after').locator('option:checked');
    assert.equal(await second.innerText(), 'lr 0.003, seed 1');
  });

  it('compares rows that are selected in the tree', async () => {
    const { driver } = scenario;
    await driver.runCommand('View: Close All Editors');
    await driver.treeRow('lr 3e-4').click({ position: { x: 80, y: 10 } });
    const second = driver.treeRow('lr 0.003');
    await second.click({ modifiers: ['Control'], position: { x: 80, y: 10 } });
    await driver.contextMenu(second, 'Compare Runs…');
    await page.getByTestId('counts').filter({ hasText: '2 groups, 9 runs' }).waitFor();
    assert.equal(await row('lr 0.001').count(), 0);
  });
});

describe('a comparison of a run that trains', function () {
  // The page draws beside a trainer that uses all cores.
  this.timeout(300_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({ settings: { 'masklab.training.epochs': 1000 } });
  });

  it('draws its curves while they grow', async () => {
    const { driver } = scenario;
    await fineTuneWithDefaults(driver);
    const panel = new RunPanelPage(driver);
    await panel.waitForNumber('step', (step) => step >= 3);
    await driver.runCommand('View: Close All Editors');
    await driver.runCommand('Masklab: Compare Runs…');
    await driver.quickInput.locator('.monaco-list-row').first().waitFor();
    await driver.quickInput.getByRole('button', { name: 'OK' }).click();
    const chart = driver.webview().getByTestId('curve-train-loss');
    const lastStep = async (): Promise<number> => {
      await chart.locator('.plot').press('End');
      const text = await chart.locator('.legend').innerText();
      return Number(/step ([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''));
    };
    await chart.locator('canvas').waitFor({ timeout: 60_000 });
    let before = await lastStep();
    // The first answer of the keyboard comes once the curve has a point.
    for (let i = 0; i < 120 && Number.isNaN(before); i++) {
      await driver.page.waitForTimeout(500);
      before = await lastStep();
    }
    let after = before;
    for (let i = 0; i < 120 && after < before + 3; i++) {
      await driver.page.waitForTimeout(500);
      after = await lastStep();
    }
    assert.ok(after >= before + 3, `from step ${before} to ${after}`);
    await driver.webview().locator('table.groups').getByText('in progress').waitFor();
  });
});
