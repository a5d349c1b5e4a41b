import { describe, expect, it } from 'vitest';
import {
  parseSweepFile,
  sweepFileProblems,
} from '../../../../src/core/experiments/sweep/sweepFile.js';
import { sweepFileJsonSchema } from '../../../../src/core/experiments/sweep/sweepFileJsonSchema.js';

const RATE = { min: 1e-5, max: 1e-3, scale: 'log' };

function fileOf(more: object): string {
  return JSON.stringify({
    name: 'rates',
    run: { data: 'a.txt' },
    parameters: { learningRate: RATE },
    trials: 10,
    ...more,
  });
}

/** Ids of the problems, each with the text that is marked. */
function problemsOf(more: object): string[] {
  const text = fileOf(more);
  return sweepFileProblems(text).map(
    ({ offset, length, problem }) => `${problem.id} ${text.slice(offset, offset + length)}`,
  );
}

describe('a sweep file', () => {
  it('has defaults that suit most searches', () => {
    const { method, halving, retries, repeats, seed } = parseSweepFile(fileOf({}), 'a.sweep.jsonc');
    expect({ method, halving, retries, repeats, seed }).toEqual({
      ...{ method: 'quasi-random', halving: undefined, retries: 1, seed: 0 },
      repeats: { top: 3, seeds: 3 },
    });
    const lists = { parameters: { batchSize: { values: [8, 16] } }, trials: undefined };
    expect(parseSweepFile(fileOf(lists), 'a.sweep.jsonc').method).toBe('grid');
  });

  it.each<[string, object, string[]]>([
    [
      'an unknown parameter',
      { parameters: { lerningRate: RATE } },
      ['document.misspelledKey "lerningRate"'],
    ],
    [
      'a masking rate',
      { parameters: { maskingRate: { min: 0.1, max: 0.4 } } },
      ['sweep.maskingSwept "maskingRate"'],
    ],
    ['the seed', { parameters: { seed: { values: [1, 2] } } }, ['sweep.seedSwept "seed"']],
    ['data', { parameters: { heldOut: { values: [0.1] } } }, ['document.unknownKey "heldOut"']],
    ['no parameter', { parameters: {} }, ['sweep.noParameters {']],
    ['half a range', { parameters: { learningRate: { min: 1 } } }, ['sweep.noValues {']],
    [
      'an empty range',
      { parameters: { learningRate: { min: 0.1, max: 0.1 } } },
      ['sweep.emptyRange "max"'],
    ],
    [
      'a range outside of the option',
      { parameters: { learningRate: { min: 1e-5, max: 5 } } },
      ['document.wrongType 5'],
    ],
    [
      'a logarithmic range from 0',
      { parameters: { weightDecay: { min: 0, max: 0.1, scale: 'log' } } },
      ['sweep.logFromZero "min"'],
    ],
    [
      'a range of words',
      { parameters: { optimizer: { min: 0, max: 1 } } },
      ['sweep.rangeNotNumber {'],
    ],
    [
      'a value outside of the option',
      { parameters: { batchSize: { values: [8, 0] } } },
      ['document.wrongType 0'],
    ],
    [
      'a repeated value',
      { parameters: { batchSize: { values: [8, 16, 8] } }, method: 'quasi-random' },
      ['sweep.repeatedValue 8'],
    ],
    [
      'values and a range',
      { parameters: { batchSize: { values: [8], max: 9 } }, method: 'quasi-random' },
      ['sweep.valuesAndRange "max"'],
    ],
    [
      'an option that the run sets',
      { run: { data: 'a.txt', learningRate: 1e-3 } },
      ['sweep.setTwice "learningRate"'],
    ],
    [
      'a grid of a range without a count',
      { method: 'grid', trials: undefined },
      ['sweep.gridNeedsCount {'],
    ],
    [
      'a count without a grid',
      { parameters: { learningRate: { ...RATE, count: 3 } } },
      ['sweep.countOfRandom "count"'],
    ],
    [
      'trials of a grid',
      { parameters: { batchSize: { values: [8, 16] } }, method: 'grid' },
      ['sweep.trialsOfGrid "trials"'],
    ],
    [
      'a grid that is too large',
      {
        parameters: {
          batchSize: { min: 1, max: 4000, count: 100 },
          learningRate: { ...RATE, count: 11 },
        },
        method: 'grid',
        trials: undefined,
      },
      ['sweep.gridTooLarge {'],
    ],
    ['two budgets', { hours: 2 }, ['sweep.twoBudgets "hours"']],
    ['no budget', { trials: undefined }, ['sweep.noBudget {']],
    ['a metric that nothing has', { metric: 'f1' }, ['document.unknownValue "f1"']],
    [
      'an option of the run out of range',
      { run: { data: 'a.txt', batchSize: 0 } },
      ['document.wrongType 0'],
    ],
    ['a factor of 1', { halving: { factor: 1 } }, ['document.outOfRange 1']],
  ])('refuses %s where it is', (_, more, expected) => {
    expect(problemsOf(more)).toEqual(expected);
  });

  it('is completed by a schema with the options of a run and no refused ones', () => {
    const { properties } = sweepFileJsonSchema() as {
      properties: Record<
        string,
        { properties: Record<string, { properties: Record<string, object> }> }
      >;
    };
    const { learningRate, maskingRate, batchSize, optimizer } =
      properties['parameters']!.properties;
    expect(maskingRate).toBeUndefined();
    expect(Object.keys(learningRate!.properties)).toEqual([
      'values',
      'min',
      'max',
      'scale',
      'count',
    ]);
    expect(Object.keys(optimizer!.properties)).toEqual(['values']);
    expect(batchSize!.properties['values']).toMatchObject({
      items: { anyOf: [{ type: 'integer', maximum: 4096 }, { enum: ['auto'] }] },
    });
    expect(properties['run']!.properties['learningRate']).toMatchObject({ maximum: 1 });
  });
});
