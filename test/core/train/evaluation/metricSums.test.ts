import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../../src/core/random.js';
import type { HeldOutMetrics } from '../../../../src/core/runs/metrics.js';
import { objectiveOf } from '../../../../src/core/objectives/objectives.js';
import type { TaskSpec } from '../../../../src/core/runs/schema.js';
import type { TrainingBatch } from '../../../../src/core/batches/batch.js';
import type { EvaluationSums } from '../../../../src/core/batches/evaluationSums.js';
import { evaluate } from '../../../../src/core/train/evaluation/metricSums.js';

interface Rows {
  readonly logits?: number[][];
  readonly labels?: number[];
  readonly values?: number[][];
  readonly weights?: number[];
  readonly sums?: Partial<EvaluationSums>;
}

const rowCountOf = ({ logits, labels }: Rows): number => (logits ?? labels ?? []).length;

function batchOf(rows: Rows): TrainingBatch {
  const rowCount = rowCountOf(rows);
  return {
    batchSize: rowCount,
    length: 1,
    rowCount,
    inputIds: new BigInt64Array(rowCount),
    attentionMask: new BigInt64Array(rowCount),
    tokenTypeIds: null,
    positions: null,
    labels: BigInt64Array.from(rows.labels ?? new Array<number>(rowCount).fill(0), BigInt),
    values: rows.values === undefined ? null : Float32Array.from(rows.values.flat()),
    weights: Float32Array.from(rows.weights ?? new Array<number>(rowCount).fill(1)),
    tokenCount: rowCount,
  };
}

/** Metrics of an engine that answers with the given logits. */
function measure(task: TaskSpec, ...parts: Rows[]): Promise<HeldOutMetrics> {
  let at = 0;
  const engine = {
    evaluate: (): Promise<EvaluationSums> => {
      const rows = parts[at++]!;
      const logits = rows.logits === undefined ? null : Float32Array.from(rows.logits.flat());
      return Promise.resolve({ lossSum: 0, correct: 0, count: 1, logits, ...rows.sums });
    },
  };
  return evaluate(engine, parts.map(batchOf), task);
}

const labels = ['a', 'b', 'c'];
const oneOf: TaskSpec = {
  kind: 'classification',
  labels,
  multiLabel: false,
  loss: 'crossEntropy',
  labelSmoothing: 0,
  classWeights: [1, 5, 1],
};
const several: TaskSpec = { ...oneOf, multiLabel: true, loss: 'binaryCrossEntropy' };
const tags: TaskSpec = {
  kind: 'token-classification',
  labels,
  labelSmoothing: 0,
  classWeights: null,
};
const numbers = (outputs: string[]): TaskSpec => ({ kind: 'regression', outputs });
const hot = (label: number): number[] => labels.map((_, i) => (i === label ? 2 : -1));

describe('metrics of masked-language modelling', () => {
  it('are means over masked tokens of all batches, not means of batches', async () => {
    const metrics = await measure(
      { kind: 'masked-lm' },
      { labels: [1], sums: { lossSum: 6, correct: 1, count: 2 } },
      { labels: [1], sums: { lossSum: 10, correct: 0, count: 6 } },
    );
    expect(metrics).toEqual({ loss: 2, perplexity: Math.exp(2), maskedAccuracy: 1 / 8 });
  });
});

describe('metrics of labels', () => {
  it('has the accuracy and the macro F1 of a case worked by hand', async () => {
    // Truth a a a b b c, answers a a b b c c: F1 of a 4/5, of b 2/4, of c 2/3.
    const metrics = await measure(
      oneOf,
      { labels: [0, 0, 0, 1], logits: [hot(0), hot(0), hot(1), hot(1)] },
      { labels: [1, 2], logits: [hot(2), hot(2)], sums: { lossSum: 3, count: 2 } },
    );
    expect(metrics.loss).toBe(1);
    expect(metrics.accuracy).toBeCloseTo(4 / 6, 14);
    expect(metrics.macroF1).toBeCloseTo((4 / 5 + 2 / 4 + 2 / 3) / 3, 14);
    // 4 of 6 right; expected 3, 2 and 1 times, predicted 2 times each.
    expect(metrics.matthewsCorrelation).toBeCloseTo((24 - 12) / Math.sqrt(24 * 22), 14);
    expect(metrics.microF1).toBeUndefined();
  });

  it('counts rows of any weight alike, and none of weight 0', async () => {
    const rows = { labels: [0, 1, 2], logits: [hot(0), hot(2), hot(1)] };
    const metrics = await measure(tags, { ...rows, weights: [0.5, 5, 0] });
    expect(metrics.accuracy).toBe(0.5);
    // Only a (F1 1), b (missed: 0) and c (predicted for b: 0) are left.
    expect(metrics.macroF1).toBeCloseTo(1 / 3, 14);
  });

  it('leaves labels that occur nowhere out of the macro F1', async () => {
    const metrics = await measure(oneOf, { labels: [0, 0], logits: [hot(0), hot(0)] });
    expect(metrics.macroF1).toBe(1);
    // Nothing varies that could correlate.
    expect(metrics.matthewsCorrelation).toBe(0);
  });

  it("takes a distribution's most probable label for its label", async () => {
    const metrics = await measure(
      { ...oneOf, loss: 'kl' },
      {
        logits: [hot(1), hot(1)],
        values: [
          [0.2, 0.5, 0.3],
          [0.2, 0.3, 0.5],
        ],
      },
    );
    expect(metrics.accuracy).toBe(0.5);
  });

  it('counts each of several labels, predicted above one half', async () => {
    // a: hit, miss, -; b: false alarm, -, hit; c: nowhere.
    const metrics = await measure(several, {
      logits: [
        [1, 1, -1],
        [0, -2, -2],
        [-3, 0.1, -0.1],
        [9, 9, 9],
      ],
      values: [
        [1, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
      weights: [1, 1, 1, 0],
    });
    expect(metrics.accuracy).toBeCloseTo(7 / 9, 14);
    expect(metrics.macroF1).toBeCloseTo((2 / 3 + 2 / 3) / 2, 14);
    expect(metrics.microF1).toBeCloseTo(4 / 6, 14);
    // 2 hits, 5 right rejections, 1 false alarm, 1 miss.
    expect(metrics.matthewsCorrelation).toBeCloseTo((2 * 5 - 1) / (3 * 6), 14);
  });
});

describe('metrics of regression', () => {
  it('has the errors and the correlation of a case worked by hand', async () => {
    const metrics = await measure(
      numbers(['y']),
      { logits: [[1], [2]], values: [[2], [2]] },
      { logits: [[4], [9]], values: [[5], [0]], weights: [1, 0], sums: { lossSum: 2, count: 2 } },
    );
    // Σ dx dy = 5, Σ dx² = 14/3, Σ dy² = 6.
    const [x, y] = [
      [1, 2, 4],
      [2, 2, 5],
    ];
    expect(metrics.meanAbsoluteError).toBeCloseTo(2 / 3, 14);
    expect(metrics.correlation).toBeCloseTo(pearson(x, y), 14);
    expect(metrics.correlation).toBeCloseTo(5 / Math.sqrt((14 / 3) * 6), 14);
    expect(metrics.loss).toBeCloseTo(2 / 3, 14);
    expect(metrics.meanSquaredError).toBe(metrics.loss);
    expect(metrics.rSquared).toBeCloseTo(1 - 2 / 6, 14);
  });

  it('has no correlation where one side does not vary', async () => {
    const constant = { logits: [[3], [3]], values: [[1], [2]] };
    expect((await measure(numbers(['y']), constant)).correlation).toBe(0);
    const single = { logits: [[3]], values: [[1]] };
    expect((await measure(numbers(['y']), single)).correlation).toBe(0);
  });

  it('has an R² of 0 for a constant target that is missed, and of 1 for one that is met', async () => {
    const of = async (logits: number[][], values: number[][]): Promise<number | undefined> =>
      (await measure(numbers(['y']), { logits, values })).rSquared;
    expect(await of([[3], [2]], [[1], [1]])).toBe(0);
    expect(await of([[1], [1]], [[1], [1]])).toBe(1);
    expect(await of([[3], [-1]], [[1], [2]])).toBeCloseTo(1 - 13 / 0.5, 12);
  });

  it('correlates each output by itself, exactly far from zero as well', async () => {
    const random = randomStream(7);
    const values = Array.from({ length: 500 }, () => [random() + 4096, random()]);
    const logits = values.map(([a, b]) => [a! + random(), -b!]);
    const metrics = await measure(
      numbers(['a', 'b']),
      ...[0, 1, 2, 3, 4].map((i) => ({
        logits: logits.slice(100 * i, 100 * i + 100),
        values: values.slice(100 * i, 100 * i + 100),
      })),
    );
    const column = (rows: number[][], i: number): number[] =>
      rows.map((row) => Math.fround(row[i]!));
    const expected = [0, 1].map((i) => pearson(column(logits, i), column(values, i)));
    expect(expected[1]).toBeCloseTo(-1, 6);
    expect(metrics.correlation).toBeCloseTo((expected[0]! + expected[1]!) / 2, 9);
  });
});

it.each([{ kind: 'masked-lm' } as const, oneOf, several, tags, numbers(['y'])])(
  'measures every metric that is shown for $kind',
  async (task) => {
    const rows = { logits: [[1, 0, 0]], values: [[1, 0, 0]], sums: { lossSum: 1 } };
    const single = { logits: [[1]], values: [[1]], sums: { lossSum: 1 } };
    const metrics = await measure(task, task.kind === 'regression' ? single : rows);
    for (const name of objectiveOf(task).metrics) expect(metrics[name], name).toBeTypeOf('number');
  },
);

/** The definition, in two passes. */
function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number): number => x.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (x[i]! - mx) * (y[i]! - my));
  return covariance / Math.sqrt(sum((i) => (x[i]! - mx) ** 2) * sum((i) => (y[i]! - my) ** 2));
}
