import type { AuditedModel } from '../../../src/core/audit/occlusion.js';
import type { LabelFunction } from '../../../src/core/predict/labelProbabilities.js';
import { FakeTokenizer } from '../predict/fakeModel.js';

const TOKENS = ['the', 'cat', 'sat', 'on', 'mat', 'un', '##happy', '##ly', ',', '.', 'dog', '7'];
export const tokenizer = new FakeTokenizer(TOKENS);

/** Logits of a sequence by a rule in which tokens and their places interact. */
export function mixedLogits(ids: ArrayLike<number>, labels: number): Float32Array {
  return Float32Array.from({ length: labels }, (_, label) => {
    let value = 0.3 * label;
    for (let i = 0; i < ids.length; i++) {
      value += Math.sin(1.7 * ids[i]! + label) / (1 + 0.1 * i);
      if (i > 0) value += 0.2 * Math.cos(ids[i]! * ids[i - 1]! + label);
    }
    return value;
  });
}

/** A model of the rule, which counts what it reads. */
export function tableModel({
  apply = 'softmax',
  labels = ['good', 'bad', 'neither'],
  maxLength = 16,
  truncation = 'head',
  rule = mixedLogits,
}: Partial<Pick<AuditedModel, 'labels' | 'maxLength' | 'truncation'>> & {
  readonly apply?: LabelFunction;
  readonly rule?: typeof mixedLogits;
} = {}): AuditedModel & { sequences: number } {
  const model = {
    ...{ tokenizer, labels, apply, maxLength, truncation, stride: null, sequences: 0 },
    logitsOf: (sequences: readonly { readonly ids: ArrayLike<number> }[]) => {
      model.sequences += sequences.length;
      return Promise.resolve(sequences.map(({ ids }) => rule(ids, labels.length)));
    },
  };
  return model;
}
