import { countCurve } from '../../charts/countCurve.js';
import { formatDuration, joinSentences } from '../../format.js';
import { curveEnd, halfway } from '../../stats/expectedBest.js';
import { LEAST_FOREST_ROWS } from '../../stats/permutationImportance.js';
import { message, type Message } from '../../messages/message.js';
import { ENGLISH, renderMessage, type Words } from '../../messages/render.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import { statusTextOf } from '../../runs/statusText.js';
import type { Interval, MeanEstimate } from '../../stats/intervals.js';
import { formatParameter, optionTitle } from '../differences.js';
import { textBlock, type Block, type Report } from '../report/report.js';
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
 * The report of a sweep in the words of its reader. It states what the reproducibility checklist of
 * ACL conferences asks of a search: bounds, number of trials, selection rule, spread, time, and the
 * settings that were chosen.
 */
export function sweepReport(input: SweepReportInput, words: Words): Report {
  return {
    locale: words.locale,
    title: input.sweep.design.name,
    blocks: new SweepWriter(input, words).blocks(),
  };
}

/** The best trials as lines of plain text for the command line. */
export function sweepSummaryLines(input: SweepReportInput): string[] {
  return new SweepWriter(input, ENGLISH).summaryLines();
}

/** A forest that explains less than this says little about the parameters. */
const LITTLE = 0.25;

class SweepWriter {
  private readonly sweep: Sweep;
  private readonly design: SweepDesign;
  private readonly results: SweepResults;
  private readonly metric: Message;

  constructor(
    { sweep, results }: SweepReportInput,
    private readonly words: Words,
  ) {
    this.sweep = sweep;
    this.design = sweep.design;
    this.results = results;
    this.metric = HELD_OUT_METRICS[this.design.metric].label;
  }

  blocks(): Block[] {
    return [
      ...this.resultBlocks(),
      ...this.parameterBlocks(),
      ...this.budgetBlocks(),
      ...this.rungBlocks(),
      ...this.trialBlocks(),
      ...this.methodBlocks(),
    ];
  }

  summaryLines(): string[] {
    const { finished, best } = this.results;
    return [
      `${finished} of ${this.sweep.trials.length} trials finished.`,
      ...best.map((one) => this.repeatedLine(one)),
    ];
  }

  private say(...said: readonly Message[]): string {
    return joinSentences(...said.map((one) => renderMessage(one, this.words)));
  }

  private text(...said: readonly Message[]): Block {
    return textBlock(this.say(...said));
  }

  private heading(said: Message): Block {
    return { kind: 'heading', text: this.say(said) };
  }

  private value(value: number | null | undefined): string {
    return HELD_OUT_METRICS[this.design.metric].format(value, this.words.locale);
  }

  private estimate(estimate: MeanEstimate | null): string {
    if (estimate === null) return '–';
    const { mean, interval } = estimate;
    const reach = interval === null ? '' : ` ± ${this.value(interval.high - mean)}`;
    return `${this.value(mean)}${reach}`;
  }

  private between(interval: Interval | null, write: (value: number) => string): string {
    if (interval === null) return '–';
    const [low, high] = [write(interval.low), write(interval.high)];
    return this.say(message('report.range', { low, high }));
  }

  private resultBlocks(): Block[] {
    const { metric } = this;
    const { finished, best, trials } = this.results;
    const heading = this.heading(message('report.result'));
    if (best.length === 0 && finished === 0) {
      return [heading, this.text(message('report.noTrial'))];
    }
    const top = trials[0]!;
    const hasTest = best.some(({ test }) => test !== null);
    const selected = message('report.selected', {
      ...{ finished, trials: this.sweep.trials.length, trial: String(top.number), metric },
      ...{ settings: optionsText(top.options), value: this.value(top.value) },
    });
    if (best.length === 0) return [heading, this.text(selected)];
    return [
      heading,
      this.text(selected, message(hasTest ? 'report.repeatedTest' : 'report.repeated')),
      {
        kind: 'table',
        head: [
          this.say(message('report.trial')),
          ...this.sweptTitles(),
          this.say(message('report.selectedBy', { metric })),
          this.say(message('report.freshSeeds')),
          this.say(message('report.heldOutEstimate', { metric })),
          ...(hasTest ? [this.say(message('report.testEstimate', { metric }))] : []),
        ],
        rows: best.map(({ trial, heldOut, test }) => [
          String(trial.number),
          ...this.settingsOf(trial),
          this.value(trial.value),
          String(heldOut?.n ?? 0),
          this.estimate(heldOut),
          ...(hasTest ? [this.estimate(test)] : []),
        ]),
      },
      ...(hasTest
        ? []
        : [
            this.text(
              message(this.sweep.repeats.length === 0 ? 'report.noRepeat' : 'report.noTestSplit'),
            ),
          ]),
    ];
  }

  private parameterBlocks(): Block[] {
    const { importance, explained } = this.results;
    if (importance.length === 0) return [];
    const metric =
      this.design.halving === null
        ? this.metric
        : message('report.metricAtRung', { metric: this.metric });
    const method =
      explained === null
        ? message('report.correlations', {
            ...{ metric, least: LEAST_FOREST_ROWS, n: importance[0]!.n },
          })
        : message('report.importances', {
            metric,
            explained: message(explained < LITTLE ? 'report.explainedLittle' : 'report.explained', {
              share: shareText(Math.max(0, explained)),
            }),
          });
    const interval = this.say(message('report.interval'));
    const fixed = (value: number): string => value.toFixed(2);
    return [
      this.heading(message('report.parameters')),
      this.text(method),
      {
        kind: 'table',
        head: [
          this.say(message('report.parameter')),
          ...(explained === null ? [] : [this.say(message('report.varianceShare')), interval]),
          this.say(message('report.correlation')),
          interval,
          this.say(message('report.trialsColumn')),
          this.say(message('report.betterWith', { metric: this.metric })),
        ],
        rows: importance.map(({ name, n, value, interval: correlations, share, better }) => [
          optionTitle(name),
          ...(explained === null
            ? []
            : [
                share === null ? '–' : shareText(share.value),
                this.between(share?.interval ?? null, shareText),
              ]),
          value === null ? '–' : fixed(value),
          this.between(correlations, fixed),
          String(n),
          this.say(better),
        ]),
      },
    ];
  }

  private budgetBlocks(): Block[] {
    const { metric } = this;
    const { expected } = this.results;
    if (expected === null) return [];
    const last = this.value(expected.at(-1));
    const half = this.value(halfway(expected));
    const first = this.value(expected[0]);
    return [
      this.heading(message('report.budget')),
      this.text(message('report.expectedBest', { metric, half, last }), endMessage(expected)),
      {
        kind: 'image',
        file: EXPECTED_FILE,
        alt: this.say(message('report.expectedImage')),
        scene: countCurve(expected, {
          summary: this.say(
            message('report.expectedSummary', { metric, trials: expected.length, first, last }),
          ),
          xAxis: this.say(message('report.trialsColumn')),
          yAxis: this.say(message('report.expectedAxis', { metric })),
          format: (value) => this.value(value),
        }),
      },
    ];
  }

  private rungBlocks(): Block[] {
    if (this.design.halving === null) return [];
    const { factor, tolerance } = this.design.halving;
    return [
      this.heading(message('report.rungs')),
      this.text(
        tolerance === 0
          ? message('report.halving', { factor })
          : message('report.halvingTolerance', { factor, tolerance: this.value(tolerance) }),
      ),
      {
        kind: 'table',
        head: [
          message('plan.rung'),
          message('plan.trainedTo'),
          message('report.trialsWithValue'),
          message('report.cutoff'),
          message('report.continued'),
        ].map((said) => this.say(said)),
        rows: this.results.rungs.map(({ rung, share, evaluated, cutoff, kept }) => [
          String(rung + 1),
          rungShareText(share),
          String(evaluated.length),
          cutoff === null ? '–' : this.value(cutoff),
          cutoff === null ? '–' : kept.join(', '),
        ]),
      },
    ];
  }

  private trialBlocks(): Block[] {
    return [
      this.heading(message('report.trials')),
      {
        kind: 'table',
        head: [
          this.say(message('report.trial')),
          ...this.sweptTitles(),
          this.say(message('report.heldOut', { metric: this.metric })),
          this.say(message('report.steps')),
          this.say(message('report.time')),
          this.say(message('report.status')),
        ],
        rows: this.results.trials.map((trial) => {
          const { number, value, result } = trial;
          return [
            String(number),
            ...this.settingsOf(trial),
            this.value(value),
            result === null ? '–' : `${result.step}/${result.totalSteps}`,
            result === null ? '–' : formatDuration(result.seconds, this.words.locale),
            this.status(trial),
          ];
        }),
      },
    ];
  }

  private methodBlocks(): Block[] {
    const { metric } = this;
    const { digest, added, createdAt, masklab, id, trials } = this.sweep;
    const { method, seed, parameters, repeats, hours, retries } = this.design;
    const values = this.results.trials.flatMap(({ result, value }) =>
      result?.status === 'finished' && value !== null ? [value] : [],
    );
    const isChanged = sweepDigest(this.design) !== digest;
    const more = added.reduce((sum, one) => sum + one.trials, 0);
    const isHighest = HELD_OUT_METRICS[this.design.metric].better === 'more';
    const [searchSeed, date, version] = [String(seed), createdAt, masklab];
    return [
      this.heading(message('report.method')),
      {
        kind: 'list',
        items: [
          ...Object.entries(parameters).map(([name, one]) => this.say(boundsOf(name, one))),
          this.say(
            method === 'grid'
              ? message('report.gridSearch')
              : message('report.haltonSearch', { seed: searchSeed }),
          ),
          this.say(
            more === 0
              ? message('report.trialTotal', { trials: trials.length })
              : message('report.trialsAdded', { trials: trials.length, added: more }),
            ...(hours === null ? [] : [message('report.hours', { hours })]),
            message('report.retries', { count: retries }),
          ),
          this.say(
            message(isHighest ? 'report.selectHighest' : 'report.selectLowest', {
              ...{ metric, seed: searchSeed },
            }),
          ),
          ...(values.length === 0 ? [] : [this.spread(values)]),
          this.say(message('report.repeats', { top: repeats.top, count: repeats.seeds })),
          this.say(message('report.totalTime', { time: { seconds: this.results.seconds } })),
          this.say(
            message(isChanged ? 'report.sweepChanged' : 'report.sweepDesign', {
              ...{ id, date, version, digest },
            }),
          ),
        ],
      },
      this.text(message('report.sweepFiles')),
      { kind: 'code', text: JSON.stringify(this.design, null, 2) },
    ];
  }

  private spread(values: readonly number[]): string {
    const ordered = [...values].sort((a, b) => a - b);
    const half = (ordered.length - 1) / 2;
    const median = (ordered[Math.floor(half)]! + ordered[Math.ceil(half)]!) / 2;
    return this.say(
      message('report.spread', {
        ...{ trials: values.length, metric: this.metric, median: this.value(median) },
        ...{ low: this.value(ordered[0]), high: this.value(ordered.at(-1)) },
      }),
    );
  }

  private status({ result }: TrialResult): string {
    if (result === null) return this.say(message('report.deleted'));
    const status = result.isPaused ? 'paused' : result.status;
    return this.say(statusTextOf({ status, state: null }).word).toLowerCase();
  }

  private settingsOf({ options }: TrialResult): string[] {
    return sweptNames(this.design.parameters).map((name) => {
      const value = options[name];
      return value === undefined ? '–' : formatParameter(value);
    });
  }

  private sweptTitles(): string[] {
    return sweptNames(this.design.parameters).map(optionTitle);
  }

  private repeatedLine({ trial, heldOut, test }: RepeatedTrial): string {
    const metric = this.say(this.metric);
    const fresh =
      heldOut === null ? [] : [`fresh seeds (n=${heldOut.n}): held-out ${this.estimate(heldOut)}`];
    return [
      `trial ${trial.number}  ${optionsText(trial.options)}  held-out ${metric} ${this.value(trial.value)}`,
      ...fresh,
      ...(test === null ? [] : [`test ${this.estimate(test)}`]),
    ].join('  ');
  }
}

/** Conclusion from the end of the curve of the expected best about a longer search. */
function endMessage(expected: readonly number[]): Message {
  const end = curveEnd(expected);
  switch (end.kind) {
    case 'rises':
      return message('report.expectedRises', { share: { share: end.share } });
    case 'level':
      return message('report.expectedLevel', { share: { share: end.share } });
    case 'equal':
      return message('report.expectedEqual');
    case 'few':
      return message('report.expectedFew', { count: expected.length });
  }
}

function shareText(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** Share of the steps up to which a rung trains. */
export function rungShareText(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

function boundsOf(name: string, { values, min, max, scale, count }: SweepParameter): Message {
  const title = optionTitle(name);
  const named = title === name ? name : `${title} (${name})`;
  if (values !== undefined) {
    return message('report.values', {
      ...{ name: named, values: values.map(formatParameter).join(', ') },
    });
  }
  const range = {
    ...{ name: named, min: formatParameter(min ?? 0), max: formatParameter(max ?? 0) },
  };
  if (count === undefined) {
    return message(scale === 'log' ? 'report.logarithmic' : 'report.linear', range);
  }
  return message(scale === 'log' ? 'report.logarithmicValues' : 'report.linearValues', {
    ...range,
    values: count,
  });
}
