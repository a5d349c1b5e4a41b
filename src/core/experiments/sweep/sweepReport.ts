import { countCurve } from '../../charts/countCurve.js';
import { formatDuration } from '../../format.js';
import type { Interval } from '../../stats/intervals.js';
import { LEAST_FOREST_ROWS } from '../../stats/permutationImportance.js';
import { ENGLISH, renderMessage } from '../../messages/render.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import type { MeanEstimate } from '../../stats/intervals.js';
import { formatParameter, optionTitle } from '../differences.js';
import { textBlock as text, type Block, type Report } from '../report/report.js';
import { sweepDigest, type Sweep, type SweepDesign } from './sweep.js';
import { optionsText, sweptNames, type SweepParameter } from './sweepParameters.js';
import type { RepeatedTrial, SweepResults, TrialResult } from './sweepResults.js';

export interface SweepReportInput {
  readonly sweep: Sweep;
  readonly results: SweepResults;
}

/** Image of the expected best, beside the Markdown. */
export const EXPECTED_FILE = 'expected-best.svg';

/**
 * The report of a sweep. It states what the reproducibility checklist of ACL conferences asks of a
 * search: bounds, number of trials, selection rule, spread, time, and the settings that were chosen.
 */
export function sweepReport(input: SweepReportInput): Report {
  return {
    title: input.sweep.design.name,
    blocks: [
      ...resultBlocks(input),
      ...parameterBlocks(input),
      ...budgetBlocks(input),
      ...rungBlocks(input),
      ...trialBlocks(input),
      ...methodBlocks(input),
    ],
  };
}

function heading(content: string): Block {
  return { kind: 'heading', text: content };
}

function metricLabel({ metric }: SweepDesign): string {
  return renderMessage(HELD_OUT_METRICS[metric].label, ENGLISH);
}

function formatted({ metric }: SweepDesign, value: number | null | undefined): string {
  return HELD_OUT_METRICS[metric].format(value);
}

function estimateText(design: SweepDesign, estimate: MeanEstimate | null): string {
  if (estimate === null) return '–';
  const { mean, interval } = estimate;
  const reach = interval === null ? '' : ` ± ${formatted(design, interval.high - mean)}`;
  return `${formatted(design, mean)}${reach}`;
}

function resultBlocks({ sweep: { design, trials, repeats }, results }: SweepReportInput): Block[] {
  const { finished, best } = results;
  const label = metricLabel(design);
  if (best.length === 0 && finished === 0) {
    return [heading('Result'), text('No trial has finished yet.')];
  }
  const top = results.trials[0]!;
  const hasTest = best.some(({ test }) => test !== null);
  const selected = `Trained to the end: ${finished} of ${trials.length} trials. The best on the held-out split is trial ${top.number} (${settingsText(top.options)}), with ${label} ${formatted(design, top.value)}.`;
  const caution =
    'This value is too good: it is the best of many, and the split that it was measured on selected it.';
  if (best.length === 0) return [heading('Result'), text(`${selected} ${caution}`)];
  return [
    heading('Result'),
    text(
      `${selected} ${caution} The table has the best trials again, with fresh seeds that had no part in the selection${hasTest ? ', and on the test split' : ''}.`,
    ),
    {
      kind: 'table',
      head: [
        'trial',
        ...sweptTitles(design),
        `selected by (held-out ${label})`,
        'fresh seeds',
        `held-out ${label} ± 95%`,
        ...(hasTest ? [`test ${label} ± 95%`] : []),
      ],
      rows: best.map(({ trial, heldOut, test }) => [
        String(trial.number),
        ...settingsOf(design, trial),
        formatted(design, trial.value),
        String(heldOut?.n ?? 0),
        estimateText(design, heldOut),
        ...(hasTest ? [estimateText(design, test)] : []),
      ]),
    },
    ...(hasTest
      ? []
      : [
          text(
            repeats.length === 0
              ? 'No trial has been repeated yet.'
              : 'The runs have no test split, so the values of fresh seeds are on the split that selected the trials, and still somewhat too good.',
          ),
        ]),
  ];
}

function parameterBlocks({ sweep: { design }, results }: SweepReportInput): Block[] {
  const { importance, explained } = results;
  if (importance.length === 0) return [];
  const label = metricLabel(design);
  const { n } = importance[0]!;
  const place = design.halving === null ? '' : ' at the first rung, which all trials reach';
  const correlation = `rank correlation (Spearman) of the parameter with the held-out ${label}${place}, with a 95% bootstrap interval over trials. It finds effects in one direction: a parameter whose best value is in the middle has a correlation near 0.`;
  const unclear = 'If an interval contains 0, the trials do not show that the parameter matters.';
  const method =
    explained === null
      ? `Strongest first: ${correlation} ${unclear} With fewer than ${LEAST_FOREST_ROWS} trials, no method can tell parameters that act together from chance; here are ${n}, and the intervals are wide.`
      : `Strongest first: share of the variance of the held-out ${label}${place} that depends on the parameter, alone or together with others. It is the permutation importance in a random forest (Breiman 2001), with a 95% interval over trials. The forest explains ${shareText(Math.max(0, explained))} of the variance of trials that it was not grown from${explained < LITTLE ? ', which is too little to rely on the shares' : ''}. Beside it is the ${correlation} ${unclear}`;
  const between = (interval: Interval | null, write: (value: number) => string): string =>
    interval === null ? '–' : `${write(interval.low)} to ${write(interval.high)}`;
  const fixed = (value: number): string => value.toFixed(2);
  return [
    heading('Parameters'),
    text(method),
    {
      kind: 'table',
      head: [
        'parameter',
        ...(explained === null ? [] : ['share of the variance', '95% interval']),
        ...['correlation', '95% interval', 'trials', `better ${label} with`],
      ],
      rows: importance.map(({ name, n: trials, value, interval, share, better }) => [
        optionTitle(name),
        ...(explained === null
          ? []
          : [
              share === null ? '–' : shareText(share.value),
              between(share?.interval ?? null, shareText),
            ]),
        value === null ? '–' : fixed(value),
        between(interval, fixed),
        String(trials),
        better,
      ]),
    },
  ];
}

/** A forest that explains less than this says little about the parameters. */
const LITTLE = 0.25;

function shareText(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function budgetBlocks({ sweep: { design }, results }: SweepReportInput): Block[] {
  const { expected } = results;
  if (expected === null) return [];
  const label = metricLabel(design);
  const last = expected.at(-1)!;
  const half = expected[Math.ceil(expected.length / 2) - 1]!;
  return [
    heading('Expected best against budget'),
    text(
      `Expected best held-out ${label} of a number of trials: the unbiased estimator of Tang et al. 2020 (arXiv:2004.13705) of the curve of Dodge et al. 2019 (arXiv:1909.03004). Half as many trials would have been expected to reach ${formatted(design, half)} instead of ${formatted(design, last)}. If the curve still changes at its end, a longer search would find better trials.`,
    ),
    {
      kind: 'image',
      file: EXPECTED_FILE,
      alt: 'Expected best against the number of trials',
      scene: countCurve(expected, {
        summary: `Expected best held-out ${label} of 1 to ${expected.length} trials, from ${formatted(design, expected[0])} to ${formatted(design, last)}.`,
        xAxis: 'trials',
        yAxis: `expected best held-out ${label}`,
        format: (value) => formatted(design, value),
      }),
    },
  ];
}

function rungBlocks({ sweep: { design }, results }: SweepReportInput): Block[] {
  if (design.halving === null) return [];
  const { factor, tolerance } = design.halving;
  return [
    heading('Rungs'),
    text(
      `Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): one of ${factor} trials continues${tolerance === 0 ? '' : `, and with it those within ${formatted(design, tolerance)} of the cut-off`}. Paused trials keep a checkpoint and can be resumed. Learning rates follow the schedule of the whole run, so trials on a rung are compared in the middle of it.`,
    ),
    {
      kind: 'table',
      head: ['rung', 'trained to', 'trials with a value', 'cut-off', 'continued'],
      rows: results.rungs.map(({ rung, share, evaluated, cutoff, kept }) => [
        String(rung + 1),
        `${Number((share * 100).toPrecision(3))}%`,
        String(evaluated.length),
        cutoff === null ? '–' : formatted(design, cutoff),
        cutoff === null ? '–' : kept.join(', '),
      ]),
    },
  ];
}

function trialBlocks({ sweep: { design }, results }: SweepReportInput): Block[] {
  const label = metricLabel(design);
  return [
    heading('Trials'),
    {
      kind: 'table',
      head: ['trial', ...sweptTitles(design), `held-out ${label}`, 'steps', 'time', 'status'],
      rows: results.trials.map((trial) => {
        const { number, value, result } = trial;
        return [
          String(number),
          ...settingsOf(design, trial),
          value === null ? '–' : formatted(design, value),
          result === null ? '–' : `${result.step}/${result.totalSteps}`,
          result === null ? '–' : formatDuration(result.seconds),
          statusOf(trial),
        ];
      }),
    },
  ];
}

function statusOf({ result }: TrialResult): string {
  if (result === null) return 'deleted';
  return result.isPaused ? 'paused' : result.status;
}

function methodBlocks({ sweep, results }: SweepReportInput): Block[] {
  const { design, digest, added, createdAt, masklab, id } = sweep;
  const { method, seed, parameters, metric, repeats, hours, retries } = design;
  const values = results.trials.flatMap(({ result, value }) =>
    result?.status === 'finished' && value !== null ? [value] : [],
  );
  const isChanged = sweepDigest(design) !== digest;
  const more = added.reduce((sum, { trials }) => sum + trials, 0);
  return [
    heading('Method'),
    {
      kind: 'list',
      items: [
        ...Object.entries(parameters).map(([name, parameter]) => boundsText(name, parameter)),
        method === 'grid'
          ? 'Search: every combination of the values.'
          : `Search: scrambled Halton sequence (Owen 2017, arXiv:1706.02808), seed ${seed}. The settings of a trial depend on the seed and its number alone.`,
        `Trials: ${sweep.trials.length}${more === 0 ? '' : `, ${more} of them added after the first results`}${hours === null ? '' : `; none started after ${hours} hours of training`}. A failed trial was tried again up to ${retries} times.`,
        `Selection: ${HELD_OUT_METRICS[metric].better === 'more' ? 'highest' : 'lowest'} ${metricLabel(design)} of the finished model on the held-out split, one run per trial with seed ${seed}.`,
        ...(values.length === 0 ? [] : [spreadText(design, values)]),
        `Repeats: the best ${repeats.top} with ${repeats.seeds} fresh seeds each; 95% t intervals over seeds.`,
        `Time: ${formatDuration(results.seconds)} of training in total.`,
        `Sweep ${id}, created ${createdAt} with Masklab ${masklab}. Design ${digest}${isChanged ? ', changed since' : ', unchanged since then'}.`,
      ],
    },
    text(
      'Everything needed to repeat the sweep is in sweep.json and in run.json of each run. The design:',
    ),
    { kind: 'code', text: JSON.stringify(design, null, 2) },
  ];
}

function boundsText(name: string, { values, min, max, scale, count }: SweepParameter): string {
  const title = optionTitle(name);
  const named = title === name ? name : `${title} (${name})`;
  if (values !== undefined) return `${named}: ${values.map(formatParameter).join(', ')}.`;
  const spread = `${scale === 'log' ? 'logarithmic' : 'linear'}${count === undefined ? '' : `, ${count} values`}`;
  return `${named}: from ${formatParameter(min ?? 0)} to ${formatParameter(max ?? 0)}, ${spread}.`;
}

function spreadText(design: SweepDesign, values: readonly number[]): string {
  const ordered = [...values].sort((a, b) => a - b);
  const median = ordered[Math.floor((ordered.length - 1) / 2)]!;
  return `Spread of ${values.length} finished trials: held-out ${metricLabel(design)} from ${formatted(design, ordered[0])} to ${formatted(design, ordered.at(-1))}, median ${formatted(design, median)}.`;
}

function settingsOf({ parameters }: SweepDesign, { options }: TrialResult): string[] {
  return sweptNames(parameters).map((name) => {
    const value = options[name];
    return value === undefined ? '–' : formatParameter(value);
  });
}

function sweptTitles({ parameters }: SweepDesign): string[] {
  return sweptNames(parameters).map(optionTitle);
}

function settingsText(options: TrialResult['options']): string {
  return optionsText(options);
}

/** The best trials as lines of plain text. */
export function sweepSummaryLines({
  sweep: { design, trials },
  results,
}: SweepReportInput): string[] {
  const { finished, best } = results;
  const first = `${finished} of ${trials.length} trials finished.`;
  return [first, ...best.map((one) => repeatedLine(design, one))];
}

function repeatedLine(design: SweepDesign, { trial, heldOut, test }: RepeatedTrial): string {
  const label = metricLabel(design);
  const fresh =
    heldOut === null
      ? []
      : [`fresh seeds (n=${heldOut.n}): held-out ${estimateText(design, heldOut)}`];
  return [
    `trial ${trial.number}  ${settingsText(trial.options)}  held-out ${label} ${formatted(design, trial.value)}`,
    ...fresh,
    ...(test === null ? [] : [`test ${estimateText(design, test)}`]),
  ].join('  ');
}
