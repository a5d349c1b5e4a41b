import { describe, expect, it } from 'vitest';
import { BERT_MASKING } from '../../../src/core/masking/policy/policy.js';
import { runSpecSchema, type RunSpec } from '../../../src/core/runs/schema.js';
import { factsOf } from '../../../src/core/specs/runFacts.js';
import { messageInEnglish } from '../../support/inEnglish.js';
import { specOf } from '../../support/syntheticRuns.js';

const LABELLED: RunSpec['data']['labelled'] = {
  ...{ format: null, labelDelimiter: null },
  columns: { text: 'text', pair: null, labels: ['label'] },
};
const TASK: RunSpec['task'] = {
  ...{ kind: 'classification', labels: ['bad', 'good'], multiLabel: false, loss: 'crossEntropy' },
  ...{ labelSmoothing: 0, classWeights: null },
};

function labelled(changes: Partial<RunSpec>): RunSpec {
  const spec = specOf('a');
  return { ...spec, task: TASK, data: { ...spec.data, labelled: LABELLED }, ...changes };
}

describe('run.json', () => {
  it('of an earlier version had a policy that no labelled text was masked by', () => {
    const { training, ...spec } = labelled({ masking: BERT_MASKING });
    const { maskedExamples, ...earlier } = training;
    expect(maskedExamples).toBe(0);
    const read = runSpecSchema.parse({ ...spec, training: earlier });
    expect(read.masking).toBeNull();
    expect(read.training.maskedExamples).toBe(0);
  });

  it('keeps a policy that was chosen for labelled text, and that of running text', () => {
    expect(runSpecSchema.parse(labelled({ masking: BERT_MASKING })).masking).toEqual(BERT_MASKING);
    const { training, ...spec } = specOf('a');
    const { maskedExamples, ...earlier } = training;
    expect(maskedExamples).toBe(0);
    expect(runSpecSchema.parse({ ...spec, training: earlier }).masking).toEqual(spec.masking);
  });
});

describe('the summary of a run with labels', () => {
  it('names the masks of its training texts', () => {
    const { training } = specOf('a');
    const said = (changes: Partial<RunSpec>): string =>
      messageInEnglish(factsOf(labelled(changes)).learns);
    expect(said({ masking: null })).toBe('Classify texts: bad, good');
    expect(said({ masking: null, training: { ...training, maskedExamples: 0.5 } })).toBe(
      'Classify texts: bad, good (50% of the training examples masked)',
    );
    expect(
      said({
        masking: { ...BERT_MASKING, name: 'opinion words' },
        training: { ...training, maskedExamples: 0.5 },
      }),
    ).toBe(
      'Classify texts: bad, good (words masked in training by opinion words: 15% masked and 50% of the training examples masked)',
    );
  });
});
