import { describe, expect, it } from 'vitest';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';
import { OBJECTIVES } from '../../../src/core/objectives/objectives.js';
import { statusTextOf } from '../../../src/core/runs/statusText.js';
import { judge, verdictMessage } from '../../../src/core/runs/runVerdict.js';
import { verdictSchema } from '../../../src/core/runs/verdictSchema.js';

const baselineNames = { constant: 'mostFrequent', bagOfWords: 'bagOfWords' } as const;
const byAccuracy = { metrics: ['accuracy', 'macroF1', 'loss'], baselineNames } as const;
const of = (accuracy: number, loss = 1): { accuracy: number; loss: number } => ({ accuracy, loss });
const baselines = (constant: number, words: number) => ({
  constant: of(constant),
  bagOfWords: of(words),
});

describe('the verdict on a finished run', () => {
  it('is silent about a model that beats everything', () => {
    const run = { before: of(0.5), latest: of(0.9), baselines: { heldOut: baselines(0.6, 0.8) } };
    const verdict = judge(run, byAccuracy)!;
    expect(verdictSchema.parse(verdict).notBeaten).toEqual([]);
    expect(verdictMessage(verdict)).toBeNull();
    const text = statusTextOf({ status: 'finished', state: { verdict } });
    expect(text).toMatchObject({ tone: 'good', icon: 'pass' });
  });

  it('names all that the model does not beat, and warns', () => {
    const run = {
      before: of(0.6),
      latest: of(0.6, 2),
      baselines: { heldOut: baselines(0.6, 0.7) },
    };
    const verdict = judge(run, byAccuracy)!;
    expect(renderMessage(verdictMessage(verdict)!, ENGLISH)).toBe(
      'The model (accuracy 60.0%) does not beat the model before training (accuracy 60.0%), always predicting the most frequent label (accuracy 60.0%), or a bag of words (accuracy 70.0%).',
    );
    const text = statusTextOf({ status: 'finished', state: { verdict } });
    expect(text).toMatchObject({ tone: 'warning', icon: 'warning' });
    expect(statusTextOf({ status: 'stopped', state: { verdict } }).tone).toBe('quiet');
  });

  it('says that the model before training was compared on held-out data, where others were on test data', () => {
    const run = {
      before: of(0.9),
      latest: of(0.8),
      test: of(0.3),
      baselines: { heldOut: baselines(0.1, 0.1), test: baselines(0.1, 0.5) },
    };
    expect(renderMessage(verdictMessage(judge(run, byAccuracy)!)!, ENGLISH)).toBe(
      'The model (accuracy 30.0%) does not beat the model before training (accuracy 90.0% on held-out data) or a bag of words (accuracy 50.0%).',
    );
  });

  it('lets the loss decide a tie', () => {
    const run = { before: of(1, 0.5), latest: of(1, 0.1) };
    expect(judge(run, byAccuracy)!.notBeaten).toEqual([]);
    expect(judge({ ...run, latest: of(1, 0.6) }, byAccuracy)!.notBeaten).toEqual([
      { yardstick: 'before', value: 1 },
    ]);
  });

  it('compares with the baselines on test data if there is any', () => {
    const both = { heldOut: baselines(0.1, 0.1), test: baselines(0.5, 0.8) };
    const run = { before: of(0.2), latest: of(0.9), test: of(0.7), baselines: both };
    expect(judge(run, byAccuracy)).toEqual({
      ...{ metric: 'accuracy', split: 'test', value: 0.7 },
      notBeaten: [{ yardstick: 'bagOfWords', value: 0.8 }],
    });
  });

  it('knows that less of an error is better, and judges nothing without an evaluation', () => {
    const error = (meanSquaredError: number) => ({ meanSquaredError, loss: meanSquaredError });
    const names = { constant: 'mean', bagOfWords: 'bagOfWords' } as const;
    const heldOut = { constant: error(1), bagOfWords: error(0.5) };
    const run = { before: error(9), latest: error(0.7), baselines: { heldOut } };
    const options = { metrics: OBJECTIVES.regression.metrics, baselineNames: names };
    expect(judge(run, options)!.notBeaten).toEqual([{ yardstick: 'bagOfWords', value: 0.5 }]);
    expect(judge({ before: null, latest: null }, options)).toBeNull();
  });

  it('compares by the metric that chose the best evaluation', () => {
    const both = (accuracy: number, macroF1: number) => ({ accuracy, macroF1, loss: 1 });
    const heldOut = { constant: both(0.8, 0.4), bagOfWords: both(0.7, 0.5) };
    const run = { before: both(0.5, 0.3), latest: both(0.75, 0.6), baselines: { heldOut } };
    expect(judge(run, byAccuracy)).toMatchObject({ metric: 'accuracy', value: 0.75 });
    expect(judge(run, byAccuracy)!.notBeaten).toEqual([{ yardstick: 'mostFrequent', value: 0.8 }]);
    expect(judge({ ...run, best: { metric: 'macroF1' } }, byAccuracy)).toEqual({
      ...{ metric: 'macroF1', split: 'heldOut', value: 0.6 },
      notBeaten: [],
    });
  });
});
