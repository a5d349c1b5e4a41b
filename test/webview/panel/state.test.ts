import '../../support/fakePage.js';
import { describe, expect, it } from 'vitest';
import { message, verbatim, type Message } from '../../../src/core/messages/message.js';
import { OBJECTIVES } from '../../../src/core/objectives/objectives.js';
import { CURVE_SPLITS } from '../../../src/core/runs/runCurves.js';
import type { MetricsRow, SampleRow, TaskKind } from '../../../src/core/runs/schema.js';
import { summarizeChart } from '../../../webview/panel/metricCurves.js';
import {
  LOG_ROWS,
  emptyHistory,
  historyOf,
  snapshotOf,
  type RunRows,
} from '../../../src/core/runs/runHistory.js';
import {
  emptyModel,
  reduce,
  type PanelEvent,
  type PanelModel,
} from '../../../webview/panel/state.js';
import type { RunView } from '../../../src/protocol/runPanelMessages.js';
import { activityOf, changeOf, tilesOf } from '../../../webview/panel/runTiles.js';

const train = (step: number, loss: number): MetricsRow => ({
  step,
  epoch: step / 10,
  time: step,
  split: 'train',
  loss,
  learningRate: 1e-4,
  tokensPerSecond: 1234.5,
});
const heldOut = (step: number, loss: number): MetricsRow => ({
  step,
  epoch: step / 10,
  time: step,
  split: 'heldOut',
  loss,
  perplexity: Math.exp(loss),
  maskedAccuracy: 0.25,
});
const samples = (step: number): SampleRow => ({ step, answered: [], sentences: [] });
const tile = (model: PanelModel, id: string): string =>
  tilesOf(OBJECTIVES['masked-lm'].metrics)
    .find((candidate) => candidate.id === id)!
    .value(model);

const rowsOf = (rows: Partial<RunRows>): PanelEvent => ({
  kind: 'rows',
  rows: { metrics: [], log: [], samples: [], ...rows },
});

describe('reduce', () => {
  it('shows the latest of each split, and the first evaluation as the one before', () => {
    let model = reduce(emptyModel(), rowsOf({ metrics: [heldOut(0, 4), train(1, 3.9)] }));
    model = reduce(model, rowsOf({ metrics: [train(2, 3.5), heldOut(2, 3)] }));
    expect(tile(model, 'train-loss')).toBe('3.500');
    expect(tile(model, 'heldout-loss')).toBe('3.000');
    expect(tile(model, 'perplexity-before')).toBe('54.6');
    expect(tile(model, 'perplexity-now')).toBe('20.1');
    expect(tile(model, 'maskedAccuracy')).toBe('25.0%');
    expect(tile(model, 'learning-rate')).toBe('1.0e-4');
    expect(tile(model, 'tokens-per-second')).toBe('1,235');
    expect(tile(model, 'epoch')).toBe('0.20');
  });

  it('forgets all rows on a reset, and draws the replayed ones once', () => {
    let model = reduce(emptyModel(), rowsOf({ metrics: [train(1, 4), train(2, 3), train(3, 2)] }));
    model = reduce(model, rowsOf({ samples: [samples(0)] }));
    model = reduce(model, { kind: 'history', history: emptyHistory() });
    expect(model.train).toBeNull();
    expect(model.firstSamples).toBeNull();
    model = reduce(model, rowsOf({ metrics: [train(1, 4), train(2, 2.5)] }));
    expect(model.curves.curve('loss', 'train').columns()).toEqual({ xs: [1, 2], ys: [4, 2.5] });
  });

  it('pairs the first samples with the latest', () => {
    let model = reduce(emptyModel(), rowsOf({ samples: [samples(0), samples(10)] }));
    model = reduce(model, rowsOf({ samples: [samples(20)] }));
    expect([model.firstSamples?.step, model.latestSamples?.step]).toEqual([0, 20]);
  });

  it('keeps the end of a long log', () => {
    const rows = Array.from({ length: LOG_ROWS + 5 }, (_, i) => ({
      time: '2026-11-23T17:15:00.000Z',
      level: 'info' as const,
      message: verbatim(String(i)),
    }));
    const { log } = reduce(emptyModel(), rowsOf({ log: rows }));
    expect(log).toHaveLength(LOG_ROWS);
    expect(log.at(-1)?.message).toEqual(verbatim(String(LOG_ROWS + 4)));
  });

  it('goes on from a history that came over the channel', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => train(i + 1, 4 - i / 1000));
    const whole = reduce(emptyModel(), rowsOf({ metrics: [heldOut(0, 5), ...rows] }));
    const host = reduce(emptyModel(), rowsOf({ metrics: [heldOut(0, 5), ...rows.slice(0, 2000)] }));
    const history = historyOf(snapshotOf(host));
    let page = reduce(emptyModel(), { kind: 'history', history });
    page = reduce(page, rowsOf({ metrics: rows.slice(2000) }));
    for (const split of CURVE_SPLITS) {
      expect(page.curves.curve('loss', split).columns()).toEqual(
        whole.curves.curve('loss', split).columns(),
      );
    }
    expect([page.train, page.heldOut]).toEqual([whole.train, whole.heldOut]);
  });

  it('shows dashes before anything is known', () => {
    expect(
      new Set(tilesOf(OBJECTIVES.classification.metrics).map((shown) => shown.value(emptyModel()))),
    ).toEqual(new Set(['–']));
  });
});

describe('words for numbers', () => {
  it('says how much a perplexity changed', () => {
    expect(changeOf(40, 10)).toBe('75.0% lower');
    expect(changeOf(10, 11)).toBe('10.0% higher');
    expect(changeOf(10, 10)).toBe('unchanged');
    expect(changeOf(undefined, 10)).toBe('');
  });

  it('tells a chart in a sentence', () => {
    const model = reduce(
      emptyModel(),
      rowsOf({ metrics: [heldOut(0, 4), train(1, 3.9), heldOut(5, 3)] }),
    );
    expect(summarizeChart(model.curves, 'loss', { baselines: [], alerts: [] })).toBe(
      'Loss: training from 3.900 to 3.900 at step 1, held-out from 4.000 to 3.000 at step 5',
    );
    const line = { id: 'bagOfWords', name: 'bag of words', value: 2 } as const;
    expect(summarizeChart(model.curves, 'loss', { baselines: [line], alerts: [] })).toMatch(
      / at step 5, bag of words at 2\.000$/,
    );
    const said = message('alert.notFinite', {
      ...{ quantity: message('diverged.loss'), value: 'NaN', step: 5 },
    });
    const alerts = [{ kind: 'notFinite', step: 5, message: said }] as const;
    expect(summarizeChart(model.curves, 'loss', { baselines: [], alerts })).toMatch(
      / at step 5, alert at step 5$/,
    );
    expect(summarizeChart(emptyModel().curves, 'loss', { baselines: [], alerts: [] })).toBe(
      'Loss: no values yet',
    );
  });
});

describe('tilesOf', () => {
  it('shows what is measured of each task, the first metric always', () => {
    const ids = (kind: TaskKind): string[] => tilesOf(OBJECTIVES[kind].metrics).map(({ id }) => id);
    expect(ids('classification')).toEqual(
      expect.arrayContaining(['accuracy', 'macroF1', 'matthewsCorrelation']),
    );
    expect(ids('classification')).not.toContain('perplexity-now');
    expect(ids('regression')).toEqual(
      expect.arrayContaining(['meanSquaredError', 'correlation', 'rSquared', 'meanAbsoluteError']),
    );
  });

  it('leaves out metrics that a run of an earlier version lacks', () => {
    const tile = tilesOf(OBJECTIVES.regression.metrics).find(({ id }) => id === 'rSquared')!;
    const model = emptyModel();
    expect(tile.isShown!(model)).toBe(true);
    const row = { step: 1, epoch: 1, time: 1, split: 'heldOut', loss: 1 } as const;
    expect(tile.isShown!({ ...model, heldOut: row })).toBe(false);
    expect(tile.isShown!({ ...model, heldOut: { ...row, rSquared: 0.5 } })).toBe(true);
  });

  it('shows what a metric was before', () => {
    const accuracy = tilesOf(OBJECTIVES.classification.metrics).find(
      ({ id }) => id === 'accuracy',
    )!;
    const row = { step: 0, epoch: 0, time: 0, split: 'heldOut', loss: 1 } as const;
    const model = reduce(
      emptyModel(),
      rowsOf({
        metrics: [
          { ...row, accuracy: 0.5 },
          { ...row, step: 10, accuracy: 0.9 },
        ],
      }),
    );
    expect(accuracy.value(model)).toBe('90.0%');
    expect(accuracy.note!(model)).toBe('50.0% before');
  });
});

describe('what a live run is doing', () => {
  const run = (status: 'running' | 'stopped', activity: Message | null): RunView =>
    ({ status, state: { activity } }) as unknown as RunView;

  it('is shown as the trainer tells it, and for runs that live alone', () => {
    const evaluating = message('training.evaluating');
    expect(activityOf(run('running', evaluating))).toBe(evaluating);
    expect(activityOf(run('running', null))).toBeNull();
    expect(activityOf(run('stopped', evaluating))).toBeNull();
  });
});
