import { describe, expect, it } from 'vitest';
import { trainedInputOf, withTrainedInput } from '../../../src/core/models/trainedInput.js';

const CONFIG = { model_type: 'bert', id2label: { 0: 'a', 1: 'b' } };

describe('the form in which a model gets texts', () => {
  it('is stored in the configuration, within the limit of the model', () => {
    const stored = withTrainedInput(CONFIG, {
      maxLength: 64,
      truncation: 'head-tail',
      stride: null,
    });
    expect(stored).toMatchObject(CONFIG);
    expect(trainedInputOf(stored, { maxLength: 512 })).toEqual({
      maxLength: 64,
      truncation: 'head-tail',
      stride: null,
    });
    expect(trainedInputOf(stored, { maxLength: 32 })).toEqual({
      maxLength: 32,
      truncation: 'head-tail',
      stride: null,
    });
  });

  it('is the beginning of a text for other models, and for a stored form that cannot be read', () => {
    const whole = { maxLength: 512, truncation: 'head', stride: null };
    expect(trainedInputOf(CONFIG, { maxLength: 512 })).toEqual(whole);
    const broken = { ...CONFIG, masklab_input: { maxLength: -1, truncation: 'middle' } };
    expect(trainedInputOf(broken, { maxLength: 512 })).toEqual(whole);
  });

  it('is removed when a model is trained to predict words', () => {
    const stored = withTrainedInput(CONFIG, { maxLength: 64, truncation: 'head', stride: null });
    expect(withTrainedInput(stored, null)).toEqual(CONFIG);
  });
});
