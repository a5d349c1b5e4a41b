import { BERT_MASKING } from '../../src/core/masking/policy/policy.js';
import { methodSpecSchema, readingSpecSchema, type RunSpec } from '../../src/core/runs/schema.js';
import { DEFAULT_OPTIMIZER, suggestTraining } from '../../src/core/specs/defaults.js';

/** A spec as the wizard makes it, for runs that nobody trains. */
export function specOf(name: string, { files = 1 }: { readonly files?: number } = {}): RunSpec {
  return {
    version: 1,
    id: name,
    name,
    createdAt: '2026-11-23T17:15:00.000Z',
    experiment: 'default',
    task: { kind: 'masked-lm' },
    method: methodSpecSchema.parse({}),
    workspaceFolder: '/workspace',
    model: { path: '/model', name: 'small', sha256: '0'.repeat(64) },
    newModel: null,
    data: {
      files: Array.from({ length: files }, (_, i) => ({
        path: `texts/chapter-${i}.txt`,
        bytes: 1000,
        sha256: '0'.repeat(64),
      })),
      heldOutFraction: 0.1,
      splitSeed: 0,
      fold: null,
      labelled: null,
      testFraction: 0,
      reading: readingSpecSchema.parse({}),
      shifted: null,
    },
    masking: BERT_MASKING,
    debias: null,
    optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-3 },
    training: suggestTraining({ bytes: 1000 }, { options: { threads: 2 } }),
    study: null,
    versions: {},
  };
}
