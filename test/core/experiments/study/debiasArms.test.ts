import { describe, expect, it } from 'vitest';
import {
  availableArms,
  DEBIAS_ARMS,
  draftedStudyText,
} from '../../../../src/core/experiments/study/debiasArms.js';
import {
  parseStudyFile,
  studyFileProblems,
} from '../../../../src/core/experiments/study/studyFile.js';

const FILES = { policy: 'audit/audit.mask.json', sample: ['few.csv'] };

function draft(arms: readonly string[], maskedExamples?: number, files = FILES): string {
  return draftedStudyText({
    ...{ name: 'loud', arms, ...files, swaps: 'pronouns.csv' },
    isChosen: files.sample.length > 0,
    run: {
      data: ['train.csv'],
      exclude: [],
      options: {
        ...{ labelColumn: ['stars'], epochs: 4, seed: 7, debias: 'groups', learningRate: 0.001 },
        ...(maskedExamples === undefined ? {} : { maskedExamples }),
      },
    },
    tests: [{ name: 'here', data: ['test.csv'] }],
  });
}

describe('the draft of a study of an audit', () => {
  it('is a study file without problems, whichever arms are chosen', () => {
    const all = draft(DEBIAS_ARMS.map(({ id }) => id));
    expect(studyFileProblems(all)).toEqual([]);
    const { arms, run, words, seeds } = parseStudyFile(all, 'a.study.jsonc');
    expect(arms[0]).toEqual({ name: 'plain', options: {} });
    expect(arms.map(({ name }) => name)).toEqual([
      ...['plain', 'masked words', 'masked words and examples', 'random words', 'consistency'],
      ...['product of experts', 'MASKER', 'weighted errors', 'balanced groups', 'last layer'],
      'shifted sample',
    ]);
    expect(words).toBe('audit/audit.mask.json');
    expect(seeds).toBe(5);
    // Seed, masking and debiasing are the study's; what the audited run was trained with stays.
    expect(run.options).toEqual({ labelColumn: ['stars'], epochs: 4, learningRate: 0.001 });
    expect(arms.at(-2)!.options.learningRate).toBe(0.01);
    for (const { id } of DEBIAS_ARMS) expect(studyFileProblems(draft([id]))).toEqual([]);
  });

  it('chooses the strength of MASKER on the shifted sample, if there is one', () => {
    const { arms, development, swaps } = parseStudyFile(draft(['masker']), 'a.study.jsonc');
    expect(arms[1]!.choose).toEqual({ debiasWeight: [0.03, 0.3, 1] });
    expect(development?.data).toEqual(['few.csv']);
    expect(swaps).toBe('pronouns.csv');
    const without = draft(['masker'], undefined, { ...FILES, sample: [] });
    const fixed = parseStudyFile(without, 'a.study.jsonc');
    expect(fixed.arms.map(({ name }) => name)).toEqual([
      ...['plain', 'MASKER 0.03', 'MASKER 0.3', 'MASKER 1'],
    ]);
    expect(fixed.development).toBeUndefined();
  });

  it('offers no arm that lacks its words or its sample', () => {
    const without = availableArms({ policy: null, sample: [] }, {});
    expect(without.map(({ id }) => id)).toEqual(['random-words', 'product-of-experts', 'errors']);
    expect(availableArms(FILES, {})).toEqual(DEBIAS_ARMS);
    // All arms mask examples at random already, as the audited model was trained.
    const { arms, run } = parseStudyFile(
      draft(
        DEBIAS_ARMS.map(({ id }) => id),
        0.5,
      ),
      'a.study.jsonc',
    );
    expect(run.options.maskedExamples).toBe(0.5);
    expect(arms.map(({ name }) => name)).not.toContain('masked words and examples');
  });
});
