import { describe, expect, it } from 'vitest';
import {
  designLabelStudy,
  digestOf,
  runsOf,
  type LabelDesignInput,
} from '../../../../src/core/experiments/study/designStudy.js';
import type {
  LabelArm,
  LabelDesign,
  LabelScores,
  LabelTest,
  Study,
} from '../../../../src/core/experiments/study/study.js';
import { studySchema } from '../../../../src/core/experiments/study/study.js';
import { parseStudyFile } from '../../../../src/core/experiments/study/studyFile.js';
import { studyDesignLines } from '../../../../src/core/experiments/study/studyPlanLines.js';
import { studyReport } from '../../../../src/core/experiments/study/studyReport.js';
import { powerRows, studyResults } from '../../../../src/core/experiments/study/studyResults.js';
import { reportMarkdown, reportPage } from '../../../../src/core/experiments/report/report.js';
import type { SeedComparison } from '../../../../src/core/stats/pairedSeeds.js';
import { holm } from '../../../../src/core/stats/holm.js';
import { ENGLISH } from '../../../../src/core/messages/render.js';
import { dataAlone } from '../../../support/dataAlone.js';

const ROWS = 200;

function arm(name: string, more: Partial<LabelArm> = {}): LabelArm {
  const options = { labelSmoothing: name.length / 100 };
  return { name, policy: null, options, data: null, startFrom: null, errorsOf: null, ...more };
}

function test(name: string): LabelTest {
  return { name, data: [`${name}.csv`], exclude: [], digest: 'd', rows: ROWS, overlap: 0 };
}

function design(more: object = {}, input: Partial<LabelDesignInput> = {}): LabelDesign {
  const file = parseStudyFile(
    JSON.stringify({
      ...{ name: 'Words <b>', run: { data: 'a.csv' }, arms: [{ name: 'plain' }], seeds: 5 },
      ...more,
    }),
    'a.study.jsonc',
  );
  return designLabelStudy(file, {
    arms: [arm('plain'), arm('<img src=x>')],
    tests: [test('here'), test('there')],
    ...{ words: null, development: null },
    metrics: ['accuracy', 'macroF1', 'loss'],
    task: 'classification',
    shared: 's',
    ...input,
  });
}

function studyOf(of: LabelDesign): Study<LabelDesign> {
  return {
    ...{ version: 1, id: 'study', createdAt: '2026-01-01T00:00:00.000Z', masklab: '0.1.0' },
    ...{ design: of, digest: digestOf(of), runsFolder: '../runs', added: [] },
    runs: runsOf(of).map((run) => ({ ...run, run: `${run.arm}/${run.seed}` })),
  };
}

/** Rows that a model gets right: a `share` of them in a row. */
function rightOf(share: number, turn: number): string {
  return Array.from({ length: ROWS }, (_, row) =>
    (row + turn) % ROWS < share * ROWS ? '1' : '0',
  ).join('');
}

function scoresOf(
  study: Study<LabelDesign>,
  shareOf: (arm: string, test: string) => number,
  turnOf: (arm: string) => number = () => 0,
): Map<string, LabelScores> {
  return new Map(
    study.runs.map(({ arm: own, seed, run }) => [
      run,
      {
        ...{ version: 1, run, seconds: own === 'plain' ? 10 : 20 },
        items: { here: 'd', there: 'd' },
        tests: Object.fromEntries(
          ['here', 'there'].map((name) => {
            const accuracy = shareOf(own, name);
            const right = rightOf(accuracy, seed * 7 + turnOf(own));
            const groups = [
              { label: 'a', hasWord: true, rows: 100, accuracy: accuracy - 0.1 },
              { label: 'a', hasWord: false, rows: 100, accuracy: accuracy + 0.1 },
            ];
            return [name, { rows: ROWS, metrics: { accuracy, loss: 0.5 }, right, groups }];
          }),
        ),
      },
    ]),
  );
}

describe('a study of models with labels', () => {
  it('decides on the second test set and has the same digest after it was stored', () => {
    const found = design();
    expect(found.primary).toBe('there');
    expect(found.metric).toBe('accuracy');
    const study = studyOf(found);
    const stored = studySchema.parse(JSON.parse(JSON.stringify(study)));
    expect(digestOf(stored.design)).toBe(study.digest);
  });

  it('judges by seeds and rows, so that five seeds are enough for a verdict', () => {
    const study = studyOf(design());
    const { results } = studyResults(
      study,
      scoresOf(study, (own, name) => (own === 'plain' || name === 'here' ? 0.6 : 0.75)),
    );
    const there = results.cells[1]![1]!.against!;
    expect(there.gains.mean).toBeCloseTo(0.15, 12);
    expect(there.gains.interval!.low).toBeGreaterThan(0.08);
    expect(there.gains.interval!.high).toBeLessThan(0.22);
    expect(there.verdict.kind).toBe('better');
    const here = results.cells[1]![0]!.against!;
    expect(here.gains.mean).toBe(0);
    expect(here.verdict.kind).toBe('unresolved');
  });

  it('corrects p-values for the number of arms', () => {
    const arms = ['plain', 'one', 'second', 'thirdly'].map((name) => arm(name));
    const study = studyOf(design({}, { arms }));
    const { results } = studyResults(
      study,
      scoresOf(
        study,
        (own) => ({ plain: 0.6, one: 0.65, second: 0.66, thirdly: 0.7 })[own]!,
        (own) => (own === 'plain' ? 0 : 11),
      ),
    );
    const found = results.cells.slice(1).map((row) => row[1]!.against!);
    const raw = found.map(({ gains }) => gains.p);
    expect(found.map(({ adjustedP }) => adjustedP)).toEqual(holm(raw));
    expect(found[2]!.adjustedP).toBeCloseTo(3 * raw[2]!, 12);
  });

  it('says with two seeds that they are too few, as the plan does before', () => {
    const found = design({ seeds: 2 });
    const study = studyOf(found);
    const { results } = studyResults(
      study,
      scoresOf(study, (own) => (own === 'plain' ? 0.4 : 0.9)),
    );
    expect(results.cells[1]![1]!.against!.verdict).toEqual({ kind: 'tooFewSeeds', floor: 0.5 });
    const floors = powerRows(found, null).map(({ seeds, floor }) => [seeds, floor < 0.05]);
    expect(floors).toContainEqual([3, true]);
    expect(powerRows(found, null).find(({ seeds }) => seeds === 2)!.floor).toBe(0.5);
  });

  it('plans studies of several labels per text by seeds', () => {
    const floorOf = (found: LabelDesign): number =>
      powerRows(found, null).find(({ seeds }) => seeds === 5)!.floor;
    expect(floorOf(design({}, { countsAnswers: true }))).toBe(2 / 2 ** 5);
    expect(floorOf(design())).toBeLessThan(0.01);
    expect(design({}, { countsAnswers: false })).toEqual(design());
  });

  it('compares accuracies over several labels per text by seeds, whose rows are right as a whole', () => {
    const study = studyOf(design());
    const scores = scoresOf(study, (own) => (own === 'plain' ? 0.4 : 0.6));
    for (const { run, arm: own } of study.runs) {
      for (const score of Object.values(scores.get(run)!.tests)) {
        score.metrics.accuracy = own === 'plain' ? 0.96 : 0.955;
      }
    }
    const { gains } = studyResults(study, scores).results.cells[1]![1]!.against!;
    expect(gains.mean).toBeCloseTo(-0.005, 12);
    expect(gains.interval!.high).toBeLessThan(0);
  });

  it('takes from the scores what accuracies count, not from their values', () => {
    const study = studyOf(design());
    const shares = [0.6, 0.62, 0.66, 0.75, 0.77];
    const gainsWith = (of: 'rows' | 'answers' | null, isEqual: boolean): SeedComparison => {
      const scores = scoresOf(study, () => 0.5);
      for (const { run, arm: own, seed } of study.runs) {
        const accuracy = own === 'plain' ? 0.5 : shares[seed]!;
        for (const score of Object.values(scores.get(run)!.tests)) {
          const right = rightOf(isEqual || seed > 2 ? accuracy : accuracy / 2, seed * 7);
          Object.assign(score, { right, ...(of !== null && { accuracyOf: of }) });
          score.metrics.accuracy = accuracy;
        }
      }
      return studyResults(study, scores).results.cells[1]![1]!.against!.gains;
    };
    const [floorOfRows, floorOfSeeds] = [gainsWith('rows', true).floor, 2 / 2 ** 5];
    expect(floorOfRows).toBeLessThan(floorOfSeeds);
    // Answers can be right as often as whole rows are, with all seeds or with some of them.
    expect(gainsWith('answers', true).floor).toBe(floorOfSeeds);
    expect(gainsWith('answers', false).floor).toBe(floorOfSeeds);
    // Scores of older versions do not say it.
    expect(gainsWith(null, true).floor).toBe(floorOfRows);
    expect(gainsWith(null, false).floor).toBe(floorOfSeeds);
  });

  it('has no verdict from three seeds whose gains differ much', () => {
    const study = studyOf(design({ seeds: 3 }));
    // Each gain is far above 0 by its rows; that of another seed could be anything.
    const shares = [0.7, 0.75, 0.98];
    const scores = scoresOf(study, () => 0.6);
    for (const { run, arm: own, seed } of study.runs) {
      const { there } = scores.get(run)!.tests;
      if (own !== 'plain') Object.assign(there!, { right: rightOf(shares[seed]!, seed * 7) });
      if (own !== 'plain') there!.metrics.accuracy = shares[seed]!;
    }
    const { gains, adjustedP, verdict } = studyResults(study, scores).results.cells[1]![1]!
      .against!;
    expect(gains.mean).toBeCloseTo(0.21, 12);
    expect(gains.interval!.low).toBeLessThan(0);
    expect(adjustedP).toBeGreaterThan(0.05);
    expect(verdict.kind).toBe('unresolved');
  });

  it('finds no difference where as many rows are lost as are gained, but for two', () => {
    const study = studyOf(design());
    const { results } = studyResults(
      study,
      scoresOf(
        study,
        (own) => (own === 'plain' ? 0.6 : 0.61),
        (own) => (own === 'plain' ? 0 : 20),
      ),
    );
    const { gains, verdict } = results.cells[1]![1]!.against!;
    expect(verdict.kind).toBe('unresolved');
    // The gain is the same with each seed, so that only the rows say how sure it is.
    expect(gains.deviation).toBeCloseTo(0, 12);
    const { low, high } = gains.interval!;
    expect(verdict.kind === 'unresolved' && verdict.detectable).toBeCloseTo(
      ((high - low) / 2 / 1.96) * (1.96 + 0.84),
      3,
    );
  });

  it('refuses arms that need the models of later ones, and arms that are the same', () => {
    const later = [arm('plain'), arm('b', { startFrom: 'c' }), arm('c')];
    expect(() => design({}, { arms: later })).toThrow(/study.laterArm|earlier arm/);
    const same = [arm('plain'), arm('other', { options: arm('plain').options })];
    expect(() => design({}, { arms: same })).toThrow(/study.sameArms|same settings/);
    const twice = [arm('plain'), arm('plain')];
    expect(() => design({}, { arms: twice })).toThrow(/study.repeatedArm|Two arms/);
    const tests = [test('here'), test('here')];
    expect(() => design({}, { tests })).toThrow(/study.repeatedTest|Two tests/);
    expect(() => design({ masks: ['x'] })).toThrow(/study.masksWithLabels|masked language models/);
  });
});

const WITH_WORST: Partial<LabelDesignInput> = { metrics: ['accuracy', 'worstGroup'] };

describe('the report of a study of models with labels', () => {
  const study = studyOf(design());
  const outcome = studyResults(
    study,
    scoresOf(study, (own, name) => (own === 'plain' ? 0.6 : name === 'here' ? 0.4 : 0.75)),
  );
  const markdown = reportMarkdown(
    studyReport(outcome, { forestFile: 'forest.svg', words: ENGLISH }),
  );

  it('names costs in-domain, groups and time, and escapes names', () => {
    expect(markdown).toMatch(/The gain of .* on “here”, which is in-domain, is −20\.00 pp\./);
    expect(markdown).toContain('| a, with a word | 100 | 50.0% | 65.0% |');
    expect(markdown).toContain('2.00×');
    expect(markdown.split('```')[0]).not.toMatch(/[^\\]<img/);
    expect(reportPage(studyReport(outcome, { forestFile: 'f.svg', words: ENGLISH }))).not.toContain(
      '<img',
    );
  });

  it('names exact matches of groups as such where rows have several labels', () => {
    const ofStudy = studyOf(design({ metric: 'worstGroup' }, WITH_WORST));
    const reportOf = (accuracyOf: 'rows' | 'answers'): string => {
      const scores = scoresOf(ofStudy, () => 0.6);
      for (const { tests } of scores.values()) {
        for (const score of Object.values(tests)) {
          Object.assign(score, { accuracyOf });
          score.metrics.worstGroup = 0.5;
        }
      }
      const found = studyResults(ofStudy, scores);
      return reportMarkdown(studyReport(found, { forestFile: 'f.svg', words: ENGLISH }));
    };
    const several = reportOf('answers');
    expect(several).toContain('worst-group exact match ± 95%');
    expect(several).toContain('Exact match by group');
    expect(several).toContain('all labels right and no other (exact match)');
    expect(several).not.toContain('worst-group accuracy');
    const one = reportOf('rows');
    expect(one).toContain('worst-group accuracy ± 95%');
    expect(one).not.toMatch(/exact match/i);
    const plannedMetric = (countsAnswers: boolean): string =>
      studyDesignLines(
        design({ metric: 'worstGroup' }, { ...WITH_WORST, countsAnswers }),
        ENGLISH,
      ).join();
    expect(plannedMetric(true)).toContain('worst-group exact match');
    expect(plannedMetric(false)).toContain('worst-group accuracy');
  });

  it('says so where no arm is better', () => {
    const none = studyResults(
      study,
      scoresOf(study, () => 0.6),
    );
    const text = reportMarkdown(studyReport(none, { forestFile: 'f.svg', words: ENGLISH }));
    expect(text).toContain('No arm is better than the baseline');
    expect(markdown).not.toContain('No arm is better than the baseline');
  });

  it('says by which rule verdicts are reached, and which rows intervals hold for', () => {
    const acrossRows = /bootstrap over seeds and rows/;
    const otherRows = /hold for other rows like them/;
    const byBaseline = (own: string): number => (own === 'plain' ? 0.4 : 0.6);
    const textOf = (of: Study<LabelDesign>, scores: Map<string, LabelScores>): string =>
      reportMarkdown(
        studyReport(studyResults(of, scores), { forestFile: 'f.svg', words: ENGLISH }),
      );
    expect(markdown).toMatch(acrossRows);
    expect(markdown).toMatch(otherRows);
    for (const other of [{ seeds: 2 }, { metric: 'macroF1' }]) {
      const own = studyOf(design(other));
      const scores = scoresOf(own, byBaseline);
      for (const { tests } of scores.values()) tests['there']!.metrics.macroF1 = 0.5;
      const text = textOf(own, scores);
      expect(text).toContain('95% t interval over seeds and exact sign-flip test');
      expect(text).not.toMatch(acrossRows);
      expect(text).not.toMatch(otherRows);
    }
    const planned = textOf(studyOf(design({ seeds: 2 })), new Map());
    expect(planned).not.toMatch(acrossRows);
    expect(textOf(study, new Map())).toMatch(acrossRows);
  });

  it('names arms with too few seeds for rows, whose comparisons count as well', () => {
    const arms = ['plain', 'one', 'second'].map((name) => arm(name));
    const own = studyOf(design({}, { arms }));
    const scores = scoresOf(own, (name) => (name === 'plain' ? 0.6 : 0.75));
    for (const { run, arm: name, seed } of own.runs) {
      if (name === 'second' && seed > 1) scores.delete(run);
    }
    const found = studyResults(own, scores);
    const [one, second] = found.results.cells.slice(1).map((row) => row[1]!.against!);
    expect(one!.adjustedP).toBeCloseTo(2 * one!.gains.p, 12);
    expect(second!.verdict.kind).toBe('tooFewSeeds');
    const text = reportMarkdown(studyReport(found, { forestFile: 'f.svg', words: ENGLISH }));
    expect(text).toContain('Fewer than 3 seeds of “second” can be compared');
    expect(markdown).not.toContain('Fewer than 3 seeds');
  });

  it('has no text but that of the catalogue and the design', () => {
    const [text] = reportMarkdown(
      studyReport(outcome, { forestFile: 'forest.svg', words: dataAlone }),
    ).split('```');
    const names = /forest\.svg|# Words.*|plain|img src=x|study|here|there|labelSmoothing/g;
    expect(text!.replaceAll(names, '')).not.toMatch(/[a-z]{3}/i);
  });
});
