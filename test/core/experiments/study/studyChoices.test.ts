import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import {
  designLabelStudy,
  runsOf,
  type LabelDesignInput,
} from '../../../../src/core/experiments/study/designStudy.js';
import type {
  CandidateRun,
  LabelArm,
  LabelDesign,
  Study,
} from '../../../../src/core/experiments/study/study.js';
import {
  candidatesOf,
  choosingRuns,
} from '../../../../src/core/experiments/study/studyCandidates.js';
import {
  choiceOf,
  judgedRuns,
  withChoice,
} from '../../../../src/core/experiments/study/studyChoices.js';
import { parseStudyFile } from '../../../../src/core/experiments/study/studyFile.js';

const PLAIN: LabelArm = {
  ...{ name: 'plain', policy: null, options: {}, data: null, startFrom: null, errorsOf: null },
};
const CHOOSING: LabelArm = { ...PLAIN, name: 'weights', choose: { debiasWeight: [1, 5, 20] } };
const DEVELOPMENT = { data: ['dev.csv'], exclude: [], digest: 'd', rows: 90 };

function fileOf(arms: readonly object[], more: object = {}): ReturnType<typeof parseStudyFile> {
  const study = { name: 'Words', run: { data: 'a.csv' }, arms, seeds: 3, ...more };
  return parseStudyFile(JSON.stringify(study), 'a.study.jsonc');
}

function design(
  arms: readonly LabelArm[],
  {
    development = DEVELOPMENT,
    more = {},
  }: { development?: LabelDesignInput['development']; more?: object } = {},
): LabelDesign {
  return designLabelStudy(fileOf([{ name: 'plain' }], more), {
    ...{ arms, development, words: null, metrics: ['accuracy', 'loss'], shared: 's' },
    tests: [{ name: 'here', data: ['t.csv'], exclude: [], digest: 'd', rows: 9, overlap: 0 }],
    task: 'classification',
  });
}

/** A study whose candidates have runs like `weights/5/0`, and halves like `weights/5/0/1`. */
function studyOf(of: LabelDesign): Study<LabelDesign> {
  const candidates: CandidateRun[] = [];
  const runs = runsOf(of).flatMap(({ arm, seed }) => {
    const own = of.arms.find(({ name }) => name === arm)!;
    if (own.choose === undefined) return [{ arm, seed, run: `${arm}/${seed}` }];
    for (const values of candidatesOf(own)) {
      for (const half of own.crossFitted === true ? ([null, 1, 2] as const) : [null]) {
        const run = [arm, Object.values(values).join(), seed, ...(half ? [half] : [])].join('/');
        candidates.push({ arm, seed, run, values, half });
      }
    }
    return [];
  });
  return {
    ...{ version: 1, id: 'study', createdAt: '2026-01-01T00:00:00.000Z', masklab: '0.1.0' },
    ...{ design: of, digest: 'd', runsFolder: '../runs', added: [], runs, candidates },
  };
}

describe('values to choose in a study file', () => {
  it('are listed apart from the options with one value', () => {
    const { arms } = fileOf([{ name: 'a', epochs: 3, debiasWeight: { choose: [1, 5] } }]);
    expect(arms[0]).toMatchObject({ options: { epochs: 3 }, choose: { debiasWeight: [1, 5] } });
  });

  it.each([
    [{ choose: [1] }, /neither a value nor a list of values/],
    [{ chose: [1, 2] }, /neither a value nor a list of values/],
    [{ choose: [1, 1] }, /lists a value twice/],
    [{ choose: [1, -5] }, /"debiasWeight" must be .* -5/],
  ])('refuses %j', (debiasWeight, said) => {
    expect(() => fileOf([{ name: 'a', debiasWeight }])).toThrow(said);
  });
});

describe('candidates of an arm', () => {
  it('are all combinations of its values', () => {
    const choose = { epochs: [1, 2], debiasWeight: [5, 1] };
    expect(candidatesOf({ choose })).toEqual([
      { debiasWeight: 5, epochs: 1 },
      { debiasWeight: 5, epochs: 2 },
      { debiasWeight: 1, epochs: 1 },
      { debiasWeight: 1, epochs: 2 },
    ]);
    expect(candidatesOf({})).toEqual([{}]);
  });

  it('take further runs for the seeds of the choice only', () => {
    expect(choosingRuns(design([PLAIN, CHOOSING]))).toBe(2 * 2);
    expect(choosingRuns(design([PLAIN, { ...CHOOSING, crossFitted: true }]))).toBe(2 * 2 * 3);
    const one = design([PLAIN, CHOOSING], {
      more: { development: { data: 'dev.csv', seeds: 1 } },
    });
    expect(one.development!.seeds).toEqual([0]);
  });

  it('are refused without texts to choose on, and such texts without candidates', () => {
    const idOf = (
      arms: readonly LabelArm[],
      development: typeof DEVELOPMENT | null = DEVELOPMENT,
    ): string => {
      try {
        design(arms, { development });
      } catch (error) {
        if (error instanceof AppError && error.data.code === 'UserInput') {
          return error.data.details.problem.id;
        }
      }
      return 'accepted';
    };
    expect(idOf([PLAIN, CHOOSING])).toBe('accepted');
    expect(idOf([PLAIN, CHOOSING], null)).toBe('study.needsDevelopment');
    expect(idOf([PLAIN, { ...PLAIN, name: 'b', options: { epochs: 1 } }])).toBe(
      'study.nothingToChoose',
    );
    const next = { ...PLAIN, name: 'next', startFrom: 'weights' };
    expect(idOf([PLAIN, CHOOSING, next])).toBe('study.chosenLater');
    const values = Array.from({ length: 25 }, (_, i) => i + 1);
    const many = { ...CHOOSING, choose: { debiasWeight: values } };
    expect(idOf([PLAIN, many])).toBe('study.manyCandidates');
  });
});

describe('the choice of an arm', () => {
  it('is by the mean over the seeds of the choice, and the first of equals', () => {
    const of = design([PLAIN, CHOOSING]);
    const runs = judgedRuns(studyOf(of), CHOOSING, of);
    expect(runs.map(({ run }) => run)).toEqual([
      ...['weights/1/0', 'weights/5/0', 'weights/20/0'],
      ...['weights/1/1', 'weights/5/1', 'weights/20/1'],
    ]);
    const scores = [0.5, 0.8, 0.9, 0.5, 0.8, 0.7];
    const judged = runs.map((run, i) => ({ run, score: scores[i]! }));
    const choice = choiceOf(judged, { arm: CHOOSING, metric: 'accuracy' })!;
    expect(choice.chosen).toEqual({ debiasWeight: 5 });
    expect(choice.tried.map(({ score }) => score)).toEqual([0.5, 0.8, expect.closeTo(0.8, 12)]);
    expect(choiceOf(judged, { arm: CHOOSING, metric: 'loss' })!.chosen).toEqual({
      debiasWeight: 1,
    });
  });

  it('passes over candidates without a score, and is none without any', () => {
    const of = design([PLAIN, CHOOSING]);
    const runs = judgedRuns(studyOf(of), CHOOSING, of);
    const judged = runs.map((run, i) => ({ run, score: i === 2 ? 0.1 : null }));
    const choice = choiceOf(judged, { arm: CHOOSING, metric: 'accuracy' })!;
    expect(choice.chosen).toEqual({ debiasWeight: 20 });
    expect(choice.tried.map(({ runs: count }) => count)).toEqual([0, 0, 1]);
    const none = judged.map((one) => ({ ...one, score: null }));
    expect(choiceOf(none, { arm: CHOOSING, metric: 'accuracy' })).toBeNull();
  });

  it('is by the halves of a sample that the arm trains on', () => {
    const crossFitted: LabelArm = { ...CHOOSING, crossFitted: true };
    const of = design([PLAIN, crossFitted]);
    const runs = judgedRuns(studyOf(of), crossFitted, of);
    expect(runs).toHaveLength(2 * 2 * 3);
    expect(runs.every(({ half }) => half !== null)).toBe(true);
  });

  it('adds the runs of the chosen values in the order of the design', () => {
    const of = design([CHOOSING, PLAIN].reverse());
    const chosen = { debiasWeight: 5 };
    const { study, others } = withChoice(studyOf(of), { arm: 'weights', tried: [], chosen });
    expect(study.runs.map(({ run }) => run)).toEqual([
      ...['plain/0', 'weights/5/0', 'plain/1', 'weights/5/1', 'plain/2', 'weights/5/2'],
    ]);
    expect(study.choices).toHaveLength(1);
    expect(others.map(({ run }) => run)).toEqual([
      ...['weights/1/0', 'weights/20/0', 'weights/1/1', 'weights/20/1'],
      ...['weights/1/2', 'weights/20/2'],
    ]);
  });
});
