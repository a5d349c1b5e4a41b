import { describe, expect, it } from 'vitest';
import { reportMarkdown, reportPage } from '../../../../src/core/experiments/report/report.js';
import {
  sweepDigest,
  type Sweep,
  type SweepDesign,
} from '../../../../src/core/experiments/sweep/sweep.js';
import {
  plannedSweepSchema,
  sweepPlanLines,
} from '../../../../src/core/experiments/sweep/sweepPlanLines.js';
import { sweepPlan, trialsWithin } from '../../../../src/core/experiments/sweep/sweepPlan.js';
import { sweepReport } from '../../../../src/core/experiments/sweep/sweepReport.js';
import {
  sweepResults,
  type SweepRunResult,
} from '../../../../src/core/experiments/sweep/sweepResults.js';
import { ENGLISH, type Words } from '../../../../src/core/messages/render.js';
import { cellsOf } from '../../../../src/core/text/cells.js';
import { dataAlone } from '../../../support/dataAlone.js';

const WIDE: Readonly<Record<string, string>> = { sweep: '超参数搜索', time: '时间', disk: '磁盘' };

const DESIGN: SweepDesign = {
  ...{ name: 'Rates <b>|</b>', method: 'quasi-random', seed: 0, metric: 'accuracy' },
  parameters: { learningRate: { min: 1e-5, max: 1e-3, scale: 'log' } },
  ...{ halving: null, hours: null, retries: 1, shared: 'shared' },
  repeats: { top: 1, seeds: 3 },
};

function sweepOf(values: readonly (number | null)[], fresh: readonly number[]) {
  const trials = values.map((_, i) => ({
    ...{ number: i + 1, run: `t${i + 1}` },
    options: { learningRate: Number(`${i + 1}e-5`) },
  }));
  const repeats = fresh.map((_, i) => ({ trial: 2, seed: i + 1, run: `r${i + 1}` }));
  const sweep: Sweep = {
    ...{ version: 1, id: 'id', createdAt: '2026-01-01T00:00:00Z', masklab: '1', design: DESIGN },
    ...{ digest: sweepDigest(DESIGN), runsFolder: '../runs', added: [] },
    base: { folder: '.', run: { data: 'a.txt' } },
    ...{ trials, repeats },
  };
  const result = (value: number | null): SweepRunResult => ({
    status: value === null ? 'failed' : 'finished',
    ...{ isPaused: false, step: 10, totalSteps: 10, seconds: 60 },
    heldOut: value === null ? null : { accuracy: value },
    test: value === null ? null : { accuracy: value - 0.1 },
  });
  const results = sweepResults(sweep, {
    progress: {
      trials: values.map((value, i) => ({
        ...{ number: i + 1, values: [value], hasStarted: true },
        ...{ isFinished: value !== null, isGivenUp: value === null },
      })),
      repeats: [],
      isBudgetSpent: false,
    },
    runs: new Map([
      ...trials.map(({ run }, i) => [run, result(values[i]!)] as const),
      ...repeats.map(({ run }, i) => [run, result(fresh[i]!)] as const),
    ]),
  });
  return { sweep, results };
}

describe('the report of a sweep', () => {
  const input = sweepOf([0.5, 0.9, null, 0.7], [0.8, 0.82, 0.84]);

  it('leaves the seed that selected a trial out of its estimate', () => {
    const { best, expected } = input.results;
    expect(best[0]!.trial.number).toBe(2);
    expect(best[0]!.heldOut).toMatchObject({ n: 3 });
    expect(best[0]!.heldOut!.mean).toBeCloseTo(0.82, 12);
    expect(best[0]!.test!.mean).toBeCloseTo(0.72, 12);
    // Of 0.5, 0.7 and 0.9.
    expect(expected!.map((value) => value.toFixed(4))).toEqual(['0.7000', '0.8333', '0.9000']);
  });

  it('says whether a longer search would find better trials only as far as the trials tell', () => {
    const endOf = (values: readonly number[]): string =>
      reportMarkdown(sweepReport(sweepOf(values, []), ENGLISH));
    const rising = endOf(Array.from({ length: 12 }, (_, i) => 0.5 + i / 50));
    expect(rising).toMatch(/1\d\.\d% of the improvement is in .* a longer search would/);
    const level = endOf([0.1, 0.3, 0.5, ...Array.from({ length: 12 }, () => 0.9)]);
    expect(level).toMatch(/(?:0|<0\.1)% of the improvement is in .* would probably gain little/);
    expect(endOf([0.5, 0.7, 0.9])).toContain('cannot be told from 3 trials');
    expect(endOf([0.9, 0.9, 0.9])).toContain('the curve is flat');
    for (const text of [level, endOf([0.5, 0.7, 0.9])]) {
      expect(text).not.toContain('a longer search would probably find');
    }
  });

  it('names failed trials, the bounds and the selection rule, and escapes names', () => {
    const markdown = reportMarkdown(sweepReport(input, ENGLISH));
    expect(markdown).toContain('# Rates \\<b\\>\\|\\</b\\>');
    expect(markdown).toMatch(/\| 3 \| 3e-5 \| – \| 10\/10 \| 1 min\S* \| failed \|/);
    expect(markdown).toContain('lr (learningRate): from 1e-5 to 0.001, logarithmic.');
    expect(markdown).toContain('Selection: highest accuracy');
    expect(markdown).toContain('unchanged since then');
    const page = reportPage(sweepReport(input, ENGLISH));
    expect(page).toContain('<svg');
    expect(page).not.toContain('<b>|');
  });

  it('names parameters as all other lists do', () => {
    const markdown = reportMarkdown(sweepReport(input, ENGLISH));
    expect(markdown).toContain('| trial | lr | held-out accuracy |');
    expect(markdown).toContain('(lr 2e-5)');
  });

  it('says how each parameter goes with the metric, with an interval and its limits', () => {
    const { results } = sweepOf([0.5, 0.6, 0.65, 0.7, 0.8, 0.9], []);
    expect(results.importance).toMatchObject([
      { name: 'learningRate', n: 6, value: 1, better: { id: 'report.higherValues' } },
    ]);
    const markdown = reportMarkdown(
      sweepReport(sweepOf([0.9, 0.7, 0.8, 0.65, 0.6, 0.5], []), ENGLISH),
    );
    expect(markdown).toMatch(/\| lr \| -0\.94 \| -\d\.\d\d to -?\d\.\d\d \| 6 \| lower values \|/);
    expect(markdown).toContain('here are 6, and the intervals are wide.');
    expect(results.explained).toBeNull();
    expect(markdown).not.toContain('share of the variance');
  });

  it('finds a best value in the middle with enough trials for a forest, which a correlation does not', () => {
    const middle = Array.from({ length: 24 }, (_, i) => 1 - ((i - 11.5) / 12) ** 2);
    const input20 = sweepOf(middle, []);
    const [found] = input20.results.importance;
    expect(Math.abs(found!.value!)).toBeLessThan(0.2);
    expect(found!.share!.value).toBeGreaterThan(0.5);
    expect(found!.share!.interval!.low).toBeGreaterThan(0);
    expect(input20.results.explained).toBeGreaterThan(0.5);
    const markdown = reportMarkdown(sweepReport(input20, ENGLISH));
    expect(markdown).toMatch(/\| lr \| \d+% \| \d+% to \d+% \| -?0\.\d\d \| .* \| 24 \|/);
    expect(markdown).toContain('permutation importance in a random forest (Breiman 2001)');
    expect(markdown).toContain('divided by twice the variance of the metric');
    expect(markdown).toContain('need not add up to 100%');
    expect(sweepOf(middle.slice(0, 19), []).results.explained).toBeNull();
  });

  it('has no correlations of few trials', () => {
    expect(sweepOf([0.5, 0.6, 0.7], []).results.importance).toEqual([]);
  });

  it('calls a trial that waits at a rung paused, and one that a person stopped stopped', () => {
    const { sweep, results } = sweepOf([0.5, 0.6], []);
    const stopped = (isPaused: boolean) =>
      ({ ...results.trials[0]!.result!, status: 'stopped', isPaused }) as const;
    const trials = results.trials.map((trial, i) => ({ ...trial, result: stopped(i === 0) }));
    const markdown = reportMarkdown(
      sweepReport({ sweep, results: { ...results, trials } }, ENGLISH),
    );
    expect(markdown).toMatch(/\| 2 \|.*\| paused \|/);
    expect(markdown).toMatch(/\| 1 \|.*\| stopped \|/);
  });

  it('has no text but that of the catalogue and the design', () => {
    const forest = sweepOf(
      Array.from({ length: 24 }, (_, i) => i / 24),
      [0.5, 0.6, 0.7],
    );
    const said = [input, forest, sweepOf([null], [])].map(({ sweep, results }) => {
      const [markdown] = reportMarkdown(sweepReport({ sweep, results }, dataAlone)).split('```');
      return markdown!.replaceAll(/learningRate|expected-best\.svg|unchanged|\blr\b|\bid\b/g, '');
    });
    expect(said.join('\n').replace(/# Rates.*/g, '')).not.toMatch(/[a-z]{3}/i);
  });

  it('says that there is no result yet', () => {
    const empty = sweepOf([null], []);
    expect(reportMarkdown(sweepReport(empty, ENGLISH))).toContain('No trial has finished yet');
  });
});

describe('the plan of a sweep', () => {
  const trial = { seconds: 90, parameterCount: 1000, trainedCount: 1000 };
  const halving = { rungs: 3, factor: 3, tolerance: 0 };

  it('counts the steps from rung to rung, and the repeats', () => {
    const plan = sweepPlan({ halving, repeats: { top: 3, seeds: 2 } }, 9, trial);
    expect(plan.rungs.map(({ trials }) => trials)).toEqual([9, 3, 1]);
    expect(plan.rungs.map(({ seconds }) => Math.round(seconds))).toEqual([90, 60, 60]);
    // One trial is left to repeat.
    expect(plan.repeats).toBe(2);
    expect(Math.round(plan.seconds)).toBe(90 + 60 + 60 + 2 * 90);
  });

  it('is shown as lines with aligned columns, also in wide characters', () => {
    const wide: Words = { ...ENGLISH, translate: (template) => WIDE[template] ?? template };
    const design = { ...DESIGN, halving };
    const planned = { design, ...sweepPlan(design, 9, trial) };
    for (const words of [ENGLISH, wide]) {
      const lines = sweepPlanLines(planned, words);
      const at = lines.map((line) => {
        const found = /Rates|about/.exec(line);
        return found === null ? null : cellsOf(line.slice(0, found.index));
      });
      expect(new Set(at.filter((column) => column !== null))).toHaveLength(1);
    }
    expect(sweepPlanLines(planned, ENGLISH)).toContain('   1       9       11.1%  1 min 30 s');
    expect(plannedSweepSchema.parse(JSON.parse(JSON.stringify(planned)))).toEqual(planned);
  });

  it('fits as many trials into hours as their time allows, at least one', () => {
    const design = { halving: null, repeats: { top: 3, seeds: 3 } };
    expect(trialsWithin(design, trial, { seconds: 3600, most: 1000 })).toBe(40);
    expect(trialsWithin(design, trial, { seconds: 1, most: 1000 })).toBe(1);
    expect(trialsWithin(design, trial, { seconds: 1e9, most: 1000 })).toBe(1000);
  });
});
