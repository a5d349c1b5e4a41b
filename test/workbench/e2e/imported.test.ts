import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { FrameLocator, Locator } from 'playwright-core';
import { makeComparedRun } from '../../support/comparedRuns.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const EVENTS = 'test/fixtures/foreign/events.out.tfevents.1700000000.tensorboardX';

/** Name of each imported folder, with its tool. */
const TOOLS: readonly (readonly [name: string, tool: string])[] = [
  ['bert-notes', 'Hugging Face Trainer'],
  ['board', 'TensorBoard'],
  ['live', 'DVCLive'],
];

const LONG_AGO = new Date('2026-01-01T00:00:00Z');

/** Output folders of other tools, as they write them. */
function writeForeignRuns(folder: string): void {
  const write = (name: string, content: string): void => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const history = Array.from({ length: 60 }, (_, i) => [
    {
      ...{ step: i + 1, epoch: (i + 1) / 20, loss: 4 - i * 0.05, learning_rate: 1e-4 },
      grad_norm: 1 + 1 / (i + 1),
    },
    ...(i % 10 === 9 ? [{ step: i + 1, epoch: (i + 1) / 20, eval_loss: 4.2 - i * 0.05 }] : []),
  ]);
  write(
    'bert-notes/trainer_state.json',
    JSON.stringify({ log_history: history.flat(), max_steps: 60, num_train_epochs: 3 }),
  );
  write('bert-notes/config.json', '{ "architectures": ["BertForMaskedLM"] }');
  mkdirSync(path.join(folder, 'board'));
  cpSync(path.join(ROOT, EVENTS), path.join(folder, 'board', path.basename(EVENTS)));
  const table = (from: number): string =>
    ['step\tloss', ...Array.from({ length: 20 }, (_, i) => `${i}\t${from - i / 20}`), ''].join(
      '\n',
    );
  write('live/metrics.json', '{ "step": 19 }');
  write('live/plots/metrics/train/loss.tsv', table(3));
  write('live/plots/metrics/eval/loss.tsv', table(3.2));
}

describe('runs of other tools', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let page: FrameLocator;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        const made = path.join(folder, '.masklab/runs');
        mkdirSync(made, { recursive: true });
        const own = { seed: 0, learningRate: 1e-3, loss: 1, steps: 60, experiment: 'imported' };
        makeComparedRun(made, { id: '20260101-000000-own', ...own });
        writeForeignRuns(folder);
        for (const [name] of TOOLS) {
          // Newer files would be those of runs that may still train.
          for (const file of readdirSync(path.join(folder, name), { recursive: true })) {
            utimesSync(path.join(folder, name, String(file)), LONG_AGO, LONG_AGO);
          }
          const args = [path.join(ROOT, 'dist/cli.js'), 'import', name];
          execFileSync(process.execPath, args, { cwd: folder });
        }
      },
    });
    page = scenario.driver.webview();
    await scenario.driver.showContainer('Masklab');
  });

  const row = (name: string): Locator => scenario.driver.treeRow(name);

  it('are in the Experiments view beside our own, named after their folders', async () => {
    await row('own').waitFor({ timeout: 30_000 });
    for (const [name] of TOOLS) await row(name).waitFor();
  });

  for (const [name, tool] of TOOLS) {
    it(`show their curves in the panel: ${tool}`, async () => {
      await row(name).click({ position: { x: 80, y: 10 } });
      await page.locator('h1', { hasText: name }).waitFor({ timeout: 30_000 });
      const plots = page.locator('.chart:visible');
      await plots.first().locator('canvas').waitFor();
      await page.getByText(tool).first().waitFor();
      const loss = page.locator('[role="img"][aria-label^="Loss: "]').first();
      const label = (await loss.getAttribute('aria-label')) ?? '';
      assert.match(label, /training from .* held-out from /s);
      assert.equal(await page.getByTestId('button-profileData').isVisible(), false);
      assert.equal(await page.getByText('Predictions on Your Text').isVisible(), false);
      if (name === 'bert-notes') await scenario.photographThemes('imported-panel');
    });
  }

  it('are on the page of a comparison with their curves', async () => {
    const { driver } = scenario;
    await row('own').click({ position: { x: 80, y: 10 } });
    for (const [name] of TOOLS) {
      await row(name).click({ modifiers: ['Control'], position: { x: 80, y: 10 } });
    }
    await driver.contextMenu(row('own'), 'Compare Runs…');
    await page.getByTestId('counts').filter({ hasText: '4 groups, 4 runs' }).waitFor();
    for (const chart of ['curve-train-loss', 'curve-heldOut-loss']) {
      const legend = page.getByTestId(chart).locator('.legend-item');
      await legend.nth(3).waitFor({ timeout: 30_000 });
      const names = (await legend.allInnerTexts()).join('\n');
      for (const [name] of TOOLS) assert.match(names, new RegExp(`^${name} \\d`, 'm'));
    }
    const norms = page.getByTestId('curve-train-gradientNorm').locator('.legend-item');
    assert.match((await norms.allInnerTexts()).join('\n'), /bert-notes 1\.02/);
    await page.locator('table.groups').getByText('of another tool is unknown').nth(2).waitFor();
    await scenario.photographThemes('imported-compare');
  });
});
