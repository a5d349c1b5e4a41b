import { describe, expect, it } from 'vitest';
import {
  crossValidationOf,
  crossValidationSchema,
  suspectsTable,
  type FoldResult,
} from '../../../src/core/evaluation/crossValidation.js';
import {
  exampleScoreSchema,
  exampleScoresHeaderSchema,
} from '../../../src/core/runs/exampleScores.js';
import { taskSpecSchema } from '../../../src/core/runs/schema.js';

const LABELS = ['a', 'b'];
const TASK = taskSpecSchema.parse({ kind: 'classification', labels: LABELS, loss: 'crossEntropy' });

/** A run whose rows have a given label and a probability of the first label. */
function foldOf(
  fold: string,
  rows: readonly (readonly [string, number])[],
  total = rows.length,
): FoldResult {
  const scores = rows.map(([given, first], i) => {
    const probabilities = [first, 1 - first];
    return exampleScoreSchema.parse({
      ...{ key: `${fold} ${i}`, split: 'heldOut', file: 'a.csv', line: i + 2, text: `=text ${i}` },
      ...{ group: null, nll: [-Math.log(probabilities[LABELS.indexOf(given)]!)] },
      scored: {
        kind: 'answer',
        answer: {
          ...{ kind: 'labels', expected: [given], predicted: [first > 0.5 ? 'a' : 'b'] },
          probabilities: [],
        },
        logits: [probabilities.map(Math.log)],
      },
    });
  });
  const header = exampleScoresHeaderSchema.parse({
    ...{ version: 1, split: 'heldOut', task: 'classification', outputs: LABELS, step: 8 },
    ...{ examples: rows.length, evaluated: rows.length, total },
    limitedBy: total > rows.length ? 'size' : null,
  });
  return { fold, run: `run ${fold}`, header, scores };
}

describe('crossValidationOf', () => {
  const first = foldOf('1/2', [
    ['a', 0.9],
    ['a', 0.8],
    ['b', 0.2],
    ['b', 0.9],
  ]);
  const second = foldOf(
    '2/2',
    [
      ['a', 0.7],
      ['b', 0.1],
    ],
    5,
  );
  const found = crossValidationOf(TASK, [first, second], { experiment: 'x', total: 10 });

  it('pools the predictions of all runs', () => {
    expect(crossValidationSchema.parse(found)).toEqual(found);
    const { accuracy, loss } = found.metrics;
    expect(accuracy).toMatchObject({ mean: 0.875, pooled: 5 / 6 });
    expect(accuracy!.deviation).toBeCloseTo(Math.SQRT1_2 / 4, 12);
    const nll = [0.9, 0.8, 0.8, 0.1, 0.7, 0.9].map((p) => -Math.log(p));
    expect(loss!.pooled).toBeCloseTo(nll.reduce((a, b) => a + b) / 6, 6);
    expect(found.report.labels?.confusion).toEqual([
      [3, 0],
      [1, 2],
    ]);
    expect(found.report.examples).toBe(6);
  });

  it('counts rows without a prediction and rows that are never held out', () => {
    expect(found.rows).toEqual({ total: 10, predicted: 6, missing: 3, neverHeldOut: 1 });
    expect(found.runs.map(({ limitedBy }) => limitedBy)).toEqual([null, 'size']);
  });

  it('finds labels that may be wrong, and writes them without formulas', () => {
    const suspects = found.labelErrors!.suspects;
    expect(suspects).toMatchObject([{ file: 'a.csv', line: 5, given: 'b', suggested: 'a' }]);
    expect(suspects[0]!.margin).toBeCloseTo(0.8, 6);
    expect(suspectsTable(suspects)).toMatch(
      /\r\na\.csv,5,b,a,[\d.]+,[\d.]+,0\.[\d.]+,'=text 3\r\n$/,
    );
  });
});
