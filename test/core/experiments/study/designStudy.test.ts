import { describe, expect, it } from 'vitest';
import {
  designStudy,
  digestOf,
  PLAIN,
  runsOf,
  type FoundArm,
} from '../../../../src/core/experiments/study/designStudy.js';
import type { MaskingDesign } from '../../../../src/core/experiments/study/study.js';
import {
  parseStudyFile,
  studyFileProblems,
  type StudyFile,
} from '../../../../src/core/experiments/study/studyFile.js';
import { BERT_MASKING } from '../../../../src/core/masking/policy/policy.js';

const WORDS = { ...BERT_MASKING, unit: 'word' as const };

function fileOf(more: object = {}): StudyFile {
  const content = { name: 'a study', run: { data: 'notes' }, arms: [{ masking: 'x' }], ...more };
  return parseStudyFile(JSON.stringify(content), 'a.study.jsonc');
}

function design(more: object = {}, arms: readonly FoundArm[] = [arm('words')]): MaskingDesign {
  return designStudy(fileOf(more), { arms, masks: [], shared: 'same', hasTest: false });
}

function arm(given: string, more: Partial<FoundArm> = {}): FoundArm {
  return { name: undefined, given, policy: WORDS, rates: [], ...more };
}

describe('a study file', () => {
  it('has its problems at their lines', () => {
    const text = `{
      "name": "a",
      "run": { "data": "notes", "epoch": 1 },
      "arms": [{ "maskingRate": 15 }],
      "seeds": [1, 2, 1]
    }`;
    const lines = studyFileProblems(text).map(
      ({ offset, problem }) => `${text.slice(0, offset).split('\n').length} ${problem.id}`,
    );
    expect(lines).toEqual(['3 document.misspelledKey', '4 document.outOfRange']);
    const seeds =
      '{ "name": "a", "run": { "data": "n", "epochs": 0 }, "arms": [{}], "seeds": [1, 1] }';
    expect(studyFileProblems(seeds).map(({ problem }) => problem.id)).toEqual([
      'document.wrongType',
      'study.repeatedSeed',
    ]);
  });

  it('leaves masking and seeds to the arms', () => {
    const text = '{ "name": "a", "run": { "data": "n", "seed": 1 }, "arms": [{}] }';
    expect(studyFileProblems(text)[0]!.problem.id).toBe('document.unknownKey');
  });
});

describe('the design of a study', () => {
  it('compares with plain random masking, which also decides', () => {
    const { arms, masks, primary, seeds, split } = design();
    expect(arms.map(({ name }) => name)).toEqual([PLAIN, 'words']);
    expect(masks.map(({ name }) => name)).toEqual([PLAIN, 'words']);
    expect(primary).toBe(PLAIN);
    expect(seeds).toEqual([0, 1, 2, 3, 4, 5]);
    expect(split).toBe('heldOut');
  });

  it('keeps a baseline of its own if one of the policies is plain', () => {
    const plain = { name: 'mine', given: null, policy: { ...BERT_MASKING, rate: 0.2 }, rates: [] };
    const { arms, masks } = design({}, [plain, arm('words')]);
    expect(arms.map(({ name }) => name)).toEqual(['mine', 'words']);
    expect(masks.map(({ name }) => name)).toEqual([PLAIN, 'mine', 'words']);
  });

  it('makes an arm of each rate', () => {
    const { arms, seeds } = design({}, [arm('words', { rates: [0.15, 0.3] })]);
    expect(arms.map(({ name, policy }) => [name, policy.rate])).toEqual([
      [PLAIN, 0.15],
      ['words at 15%', 0.15],
      ['words at 30%', 0.3],
    ]);
    expect(seeds).toHaveLength(8);
  });

  it('scores every model on tokens that it cannot see', () => {
    for (const { policy } of design().masks) {
      expect(policy.replace).toEqual({ mask: 1, random: 0, keep: 0 });
      expect(policy.schedule).toBeNull();
    }
  });

  it('trains all arms with one seed before the next', () => {
    expect(runsOf(design({ seeds: [3, 5] }))).toEqual([
      { arm: PLAIN, seed: 3 },
      { arm: 'words', seed: 3 },
      { arm: PLAIN, seed: 5 },
      { arm: 'words', seed: 5 },
    ]);
  });

  it('has a digest that every choice changes', () => {
    const base = design();
    const others = [
      design({ hypothesis: 'h' }),
      design({ metric: 'accuracy' }),
      design({ margin: 0.1 }),
      design({ seeds: 7 }),
      design({ primary: 'words' }),
      design({}, [arm('words', { policy: { ...WORDS, rate: 0.2 } })]),
      { ...base, shared: 'other' },
    ];
    expect(new Set([base, ...others].map(digestOf)).size).toBe(others.length + 1);
    expect(digestOf(design())).toBe(digestOf(base));
  });

  it('refuses names that are unknown or not unique, and nothing to compare', () => {
    expect(() => design({ primary: 'other' })).toThrow();
    expect(() => design({}, [arm('words'), arm('words')])).toThrow();
    expect(() =>
      design({}, [{ name: undefined, given: null, policy: BERT_MASKING, rates: [] }]),
    ).toThrow();
  });
});
