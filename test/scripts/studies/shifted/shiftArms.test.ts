import { describe, expect, it } from 'vitest';
import {
  armsFor,
  policiesOf,
  SHIFT_ARMS,
  studyFileOf,
} from '../../../../scripts/studies/shifted/shiftArms.js';
import { parseStudyFile } from '../../../../src/core/experiments/study/studyFile.js';
import { maskingPolicySchema } from '../../../../src/core/masking/policy/policy.js';

const WORDS = { loudest: ['good', 'red'], tfIdf: ['good'], unstable: ['red'], random: ['blue'] };
const namesOf = (arms: readonly { readonly name: string }[]): string[] =>
  arms.map(({ name }) => name);

describe('armsFor', () => {
  it('has all arms but extra ones, the baseline first', () => {
    const names = namesOf(armsFor(WORDS, { hasSample: true, names: null }));
    expect(names[0]).toBe('plain');
    expect(names).toHaveLength(SHIFT_ARMS.filter(({ isExtra = false }) => !isExtra).length);
  });

  it('leaves out arms without their words and without a sample', () => {
    const words = { ...WORDS, unstable: [] };
    const names = namesOf(armsFor(words, { hasSample: false, names: null }));
    expect(names).toEqual([
      ...['plain', 'masked-examples', 'random', 'loudest', 'tf-idf'],
      ...['product-of-experts', 'masker'],
    ]);
  });

  it('has the named arms and the baseline, and refuses names that it does not know', () => {
    const named = (names: string[]): string[] =>
      namesOf(armsFor(WORDS, { hasSample: true, names }));
    expect(named(['errors', 'unstable'])).toEqual(['plain', 'unstable', 'errors']);
    expect(() => named(['loud'])).toThrow('no arm loud');
  });
});

describe('policiesOf', () => {
  it('are valid policies, one for each list that has words', () => {
    const policies = policiesOf({ ...WORDS, random: [] });
    expect(Object.keys(policies)).not.toContain('random.mask.json');
    for (const policy of Object.values(policies)) maskingPolicySchema.parse(policy);
    expect(policies['unstable-half.mask.json']).toMatchObject({
      rate: 0,
      rules: [{ words: ['red'], rate: 0.5 }],
    });
    const { replace } = maskingPolicySchema.parse(policies['unstable-replaced.mask.json']);
    expect(replace).toEqual({ mask: 0, random: 1, keep: 0 });
  });
});

describe('studyFileOf', () => {
  const arms = armsFor(WORDS, { hasSample: true, names: SHIFT_ARMS.map(({ name }) => name) });
  const file = studyFileOf({
    ...{ set: 'fields', arms, words: WORDS, seeds: 2, threads: 1, epochs: 3 },
    tests: ['test', 'shift-gcide'],
  });

  it('is a study file, whose policies are those that are written', () => {
    const parsed = parseStudyFile(JSON.stringify(file), 'fields.study.jsonc');
    expect(parsed.arms).toHaveLength(SHIFT_ARMS.length);
    expect(parsed).toMatchObject({ primary: 'shift-gcide', words: 'unstable.mask.json' });
    const known = Object.keys(policiesOf(WORDS));
    const used = [...JSON.stringify(file).matchAll(/"([\w-]+\.mask\.json)"/g)].map(
      ([, name]) => name,
    );
    for (const name of used) expect(known).toContain(name);
  });
});
