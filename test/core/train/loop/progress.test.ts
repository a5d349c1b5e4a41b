import { describe, expect, it } from 'vitest';
import { NO_PROGRESS, withEvaluation } from '../../../../src/core/train/loop/progress.js';

const spec = {
  task: { kind: 'regression', outputs: ['stars'] as string[] },
  training: { earlyStopping: null, bestOfTies: 'lowestLoss' },
} as const;
const errors = (meanSquaredError: number, correlation: number) => ({
  ...{ loss: meanSquaredError, meanSquaredError, correlation },
});

describe('the best evaluation of a regression', () => {
  it('is the one with the lowest error, which the verdict compares, too', () => {
    let progress = withEvaluation(NO_PROGRESS, errors(4, 0.2), spec);
    progress = withEvaluation({ ...progress, step: 10 }, errors(1, 0.5), spec);
    progress = withEvaluation({ ...progress, step: 20 }, errors(2, 0.9), spec);
    expect(progress.best).toMatchObject({ metric: 'meanSquaredError', value: 1, step: 10 });
  });

  it('keeps the metric of a run that an earlier version started', () => {
    const best = { metric: 'correlation', value: 0.5, step: 10 };
    const resumed = { ...NO_PROGRESS, step: 20, best };
    expect(withEvaluation(resumed, errors(2, 0.9), spec).best).toMatchObject({
      ...{ metric: 'correlation', value: 0.9, step: 20 },
    });
    expect(withEvaluation(resumed, errors(1, 0.4), spec).best).toBe(best);
  });
});
