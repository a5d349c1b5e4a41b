import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { maskingPolicySchema } from '../../../src/core/masking/policy/policy.js';
import { factsOf, parametersOfFacts } from '../../../src/core/specs/runFacts.js';
import { groupKeyOf, parametersOf } from '../../../src/core/specs/runParameters.js';
import { specOf } from '../../support/syntheticRuns.js';

const spec = specOf('first', { files: 3 });

function keyOf(changes: Partial<RunSpec>): string {
  return groupKeyOf(parametersOf({ ...spec, ...changes }));
}

function withTraining(changes: Partial<RunSpec['training']>): Partial<RunSpec> {
  return { training: { ...spec.training, ...changes } };
}

describe('the parameters of a run', () => {
  it('are values by their paths', () => {
    expect(parametersOf(spec)).toMatchObject({
      'task.kind': 'masked-lm',
      'optimizer.learningRate': 1e-3,
      'masking.rate': 0.15,
      'data.files': 3,
      'model.name': 'small',
    });
  });

  it('survive the facts of a run', () => {
    expect(parametersOfFacts(factsOf(spec))).toEqual(parametersOf(spec));
    expect(factsOf(spec).group).toBe(keyOf({}));
  });

  it.each<[string, Partial<RunSpec>]>([
    ['the seed', withTraining({ seed: 7 })],
    ['threads', withTraining({ threads: 8 })],
    ['the name', { name: 'other', id: 'other', createdAt: '2027-01-01T00:00:00.000Z' }],
    ['the experiment', { experiment: 'other' }],
    ['the place of the workspace', { workspaceFolder: '/elsewhere' }],
    [
      'the place of a file',
      {
        data: {
          ...spec.data,
          files: spec.data.files.map((file) => ({ ...file, path: `moved/${file.path}` })),
        },
      },
    ],
    ['the release', { versions: { masklab: '9.9.9' } }],
  ])('are of one group whatever %s is', (_, changes) => {
    expect(keyOf(changes)).toBe(keyOf({}));
  });

  it.each<[string, Partial<RunSpec>]>([
    ['learning rate', { optimizer: { ...spec.optimizer, learningRate: 2e-3 } }],
    ['number of epochs', withTraining({ epochs: 9 })],
    [
      'content of a file',
      {
        data: {
          ...spec.data,
          files: spec.data.files.map((file) => ({ ...file, sha256: '1'.repeat(64) })),
        },
      },
    ],
    ['seed of the split', { data: { ...spec.data, splitSeed: 1 } }],
    ['mask rate', { masking: { ...spec.masking!, rate: 0.3 } }],
    ['model', { model: { ...spec.model, sha256: 'f'.repeat(64) } }],
  ])('are of another group with another %s', (_, changes) => {
    expect(keyOf(changes)).not.toBe(keyOf({}));
  });

  it('name the rules of a policy, and tell long lists apart by their hash', () => {
    const policyOf = (last: string) =>
      maskingPolicySchema.parse({
        version: 1,
        rules: [
          { name: 'opinion', words: [...Array.from({ length: 500 }, (_, i) => `word${i}`), last] },
          { name: 'mails', personalData: ['email'], rate: 1 },
        ],
      });
    const one = parametersOf({ ...spec, masking: policyOf('a') });
    const other = parametersOf({ ...spec, masking: policyOf('b') });
    expect(one['masking.rules.opinion.words']).toMatch(/^501 × #[0-9a-f]{12}$/);
    expect(one['masking.rules.opinion.words']).not.toBe(other['masking.rules.opinion.words']);
    expect(one['masking.rules.mails.personalData']).toBe('email');
  });
});
