import { describe, expect, it } from 'vitest';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';
import {
  choiceLabelOf,
  describeValue,
  flagOf,
  readOption,
  RUN_OPTION_NAMES,
  RUN_OPTIONS,
} from '../../../src/core/runs/options.js';
import type { RunOption } from '../../../src/core/runs/options/runOption.js';
import { trainingSpecSchema } from '../../../src/core/runs/schema.js';
import { methodOf, optimizerOf, suggestTraining } from '../../../src/core/specs/defaults.js';

describe('readOption', () => {
  it('reads texts of the command line and values of the settings alike', () => {
    expect(readOption('batchSize', '8')).toBe(8);
    expect(readOption('batchSize', 8)).toBe(8);
    expect(readOption('batchSize', 'auto')).toBe('auto');
    expect(readOption('freeze', 'embeddings, layers=2')).toEqual(['embeddings', 'layers=2']);
    expect(readOption('freeze', ['embeddings'])).toEqual(['embeddings']);
    expect(readOption('dropout', true)).toBe(true);
  });

  it.each([
    ['batchSize', '0'],
    ['batchSize', '1.5'],
    ['batchSize', 'many'],
    ['learningRate', 0],
    ['learningRate', ''],
    ['learningRate', NaN],
    ['optimizer', 'sgdm'],
    ['earlyStopping', 'loss'],
    ['earlyStopping', 'loss:0'],
    ['memory', '4'],
    ['classWeights', 'fair'],
    ['freeze', ''],
    ['dropout', 'yes'],
  ] as const)('refuses %s = %j', (name, value) => {
    expect(readOption(name, value)).toBeNull();
  });

  it('has a flag of its own for every option', () => {
    const flags = RUN_OPTION_NAMES.map(flagOf);
    expect(new Set(flags).size).toBe(flags.length);
    expect(flags.every((flag) => /^[a-z]+\d?(-[a-z]+)*$/.test(flag))).toBe(true);
    expect(renderMessage(describeValue('epochs'), ENGLISH)).toBe(
      'a number above 0 and at most 10000',
    );
  });

  it('names every choice of an option or none', () => {
    const withLabels = RUN_OPTION_NAMES.flatMap((name) => {
      const option: RunOption = RUN_OPTIONS[name];
      return option.type === 'choice' && option.choiceLabels !== undefined ? [option] : [];
    });
    expect(withLabels).not.toEqual([]);
    for (const { choices, choiceLabels } of withLabels) {
      expect(Object.keys(choiceLabels!)).toEqual(choices);
    }
    expect(choiceLabelOf('method', 'full')).toBe('All weights');
    expect(choiceLabelOf('task', 'masked-lm')).toBe('masked-lm');
  });

  it('shares its limits with the spec of a run', () => {
    const training = suggestTraining({ bytes: 1000 }, {});
    const isFine = (changes: object): boolean =>
      trainingSpecSchema.safeParse({ ...training, ...changes }).success;
    expect(isFine({ batchSize: 4096 })).toBe(true);
    expect(isFine({ batchSize: 4097 })).toBe(false);
    expect(isFine({ epochs: 0 })).toBe(false);
  });
});

const BERT = { hiddenSize: 768, hasLabels: false };

describe('what options make of a spec', () => {
  it('freezes embeddings, layers and patterns', () => {
    expect(methodOf({ freeze: ['embeddings', 'layers=3', '*LayerNorm*'] }).freeze).toEqual({
      embeddings: true,
      layers: 3,
      patterns: ['*LayerNorm*'],
    });
  });

  it('scales adapters by twice their rank, and refuses their options without them', () => {
    expect(methodOf({ method: 'lora', loraRank: 4 }).lora).toEqual({
      rank: 4,
      alpha: 8,
      targets: [],
      keepAdapter: false,
    });
    expect(() => methodOf({ loraRank: 4 })).toThrow(/method lora/);
    expect(() => optimizerOf({ momentum: 0.5 }, BERT)).toThrow(/optimizer adamw.*\(sgd\)/s);
  });

  it('takes other rates for adapters and other optimizers', () => {
    expect(optimizerOf({}, BERT)).toMatchObject({ name: 'adamw', learningRate: 5e-5 });
    expect(optimizerOf({ method: 'lora' }, BERT).learningRate).toBe(2.5e-4);
    expect(optimizerOf({ optimizer: 'lion' }, BERT).learningRate).toBe(1e-5);
    expect(optimizerOf({ optimizer: 'adam' }, BERT).weightDecay).toBe(0);
  });

  it('goes over labels at least three times', () => {
    expect(suggestTraining({ rows: 1_000_000 }, { minimumEpochs: 3 }).epochs).toBe(3);
    expect(suggestTraining({ rows: 50 }, {}).epochs).toBe(20);
    const twice = suggestTraining({ rows: 800 }, { options: { accumulation: 2 } });
    expect(twice.epochs).toBe(2 * suggestTraining({ rows: 800 }, {}).epochs);
  });
});
