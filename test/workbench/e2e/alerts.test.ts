import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { message } from '../../../src/core/messages/message.js';
import type { RunAlert } from '../../../src/core/runs/alertSchema.js';
import type { MetricsRow } from '../../../src/core/runs/schema.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';
import { fillWorkspace } from '../kit/workspace.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const RUN = '20260101-000000-wild-otter';
const LAST_STEP = 95;

const ALERTS: readonly RunAlert[] = [
  {
    kind: 'gradientSpike',
    step: 40,
    message: message('alert.gradientSpike', { step: '40', norm: '60', usual: '1.1' }),
  },
  {
    kind: 'heldOutRising',
    step: 60,
    message: message('alert.heldOutRising', {
      step: '60',
      from: { loss: 3.1 },
      to: { loss: 3.4 },
    }),
  },
  {
    kind: 'notFinite',
    step: LAST_STEP + 1,
    message: message('alert.notFinite', {
      quantity: message('diverged.loss'),
      value: 'NaN',
      step: LAST_STEP + 1,
    }),
  },
];

function rows(): MetricsRow[] {
  return Array.from({ length: LAST_STEP + 1 }, (_, step): MetricsRow[] => {
    const common = { step, epoch: step / 100, time: step };
    const loss = 3 + 3 * Math.exp(-step / 25) + (step > 80 ? (step - 80) ** 2 / 30 : 0);
    const heldOut: MetricsRow = { ...common, split: 'heldOut', loss, perplexity: Math.exp(loss) };
    const train: MetricsRow = {
      ...{ ...common, split: 'train', loss: loss + 0.2 * Math.sin(step * 7), learningRate: 1e-3 },
      ...{ gradientNorm: step === 40 ? 60 : 1, tokensPerSecond: 900 },
    };
    return [...(step > 0 ? [train] : []), ...(step % 20 === 0 ? [heldOut] : [])];
  }).flat();
}

/** A workspace with a run whose loss became NaN. */
function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 1000 });
  const run = path.join(folder, '.masklab/runs', RUN);
  mkdirSync(run, { recursive: true });
  const write = (name: string, content: object): void => {
    writeFileSync(path.join(run, name), JSON.stringify(content));
  };
  const spec = specOf('wild-otter');
  write('run.json', { ...spec, createdAt: '2026-01-01T00:00:00.000Z' });
  write('state.json', {
    ...initialRunState(),
    ...{ status: 'failed', totalSteps: 200, step: LAST_STEP, trainingSeconds: 95 },
    before: { loss: 6, perplexity: Math.exp(6) },
    latest: { loss: 3.4, perplexity: Math.exp(3.4) },
    alerts: ALERTS,
    error: {
      code: 'Diverged',
      details: {
        ...{ step: LAST_STEP + 1, quantity: 'loss', value: 'NaN' },
        ...{ learningRate: 1e-3, checkpointStep: 80 },
      },
    },
  });
  const lines = (content: readonly object[]): string =>
    content.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(path.join(run, 'metrics.jsonl'), lines(rows()));
  writeFileSync(
    path.join(run, 'log.jsonl'),
    lines(
      ALERTS.map(({ message: said }) => ({
        ...{ time: '2026-01-01T00:00:00.000Z', level: 'warning', message: said },
      })),
    ),
  );
}

async function openRun(scenario: Scenario): Promise<RunPanelPage> {
  const { driver } = scenario;
  await driver.showContainer('Masklab');
  const row = driver.treeRow('wild-otter');
  await row.click();
  await row.press('Enter');
  const panel = new RunPanelPage(driver);
  await panel.title.filter({ hasText: 'wild-otter' }).waitFor({ timeout: 60_000 });
  return panel;
}

describe('the alerts of a run', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  before(async () => {
    scenario = await Scenario.open({ fill });
  });

  it('are listed with step and cause, and marked in the charts', async () => {
    panel = await openRun(scenario);
    const items = panel.part('alerts').getByRole('listitem');
    await items.first().waitFor();
    const texts = (await items.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    assert.deepEqual(
      texts.map((text) => text.slice(0, 40)),
      [
        'Step 40 The gradient norm was 60 at step',
        'Step 60 The held-out loss has risen from',
        'Step 96 The loss became NaN at step 96, ',
      ],
    );
    const [chart] = await scenario.driver.webview().locator('.plot[role="img"]').all();
    assert.match((await chart?.getAttribute('aria-label')) ?? '', /alerts at steps 40, 60, 96/);
    assert.equal(await panel.part('alert-marks').first().innerText(), 'alerts at steps 40, 60, 96');
    await scenario.photographThemes('alerts');
  });

  it('open the log of the run, which keeps them', async () => {
    await panel.part('alerts').getByRole('button', { name: 'Open Log' }).last().click();
    const log = panel.part('log');
    await log.and(scenario.driver.webview().locator(':focus')).waitFor();
    assert.match(await log.innerText(), /Warning: The gradient norm was 60/);
  });

  it('start a run with half the learning rate', async () => {
    await panel
      .part('alerts')
      .getByRole('button', { name: 'Run Again With Half the Learning Rate' })
      .click();
    const tabs = scenario.driver.page.locator('.tab').filter({ hasText: 'wild-otter' });
    await tabs.nth(1).waitFor({ timeout: 30_000 });
    const rates = scenario.runFolders().map((run) => {
      const spec = JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as {
        readonly optimizer: { readonly learningRate: number };
      };
      return spec.optimizer.learningRate;
    });
    assert.deepEqual(rates, [1e-3, 5e-4]);
  });
});

describe('the alerts of a run in Simplified Chinese', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({ fill, locale: 'zh-cn' });
  });

  it('are in Chinese, as are their buttons', async () => {
    const panel = await openRun(scenario);
    const list = panel.part('alerts');
    await list.getByRole('listitem').first().waitFor();
    await list.getByRole('button', { name: '以一半学习率再次运行' }).waitFor();
    const text = await list.innerText();
    assert.doesNotMatch(text.replaceAll('NaN', ''), /[A-Za-z]{4}/);
    await scenario.photographThemes('alerts-chinese');
  });
});
