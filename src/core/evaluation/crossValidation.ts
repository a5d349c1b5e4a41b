import * as z from 'zod';
import { objectiveOf } from '../objectives/objectives.js';
import { evaluationReportSchema } from '../runs/evaluationReport.js';
import {
  SCORE_LIMITS,
  type ExampleScore,
  type ExampleScoresHeader,
} from '../runs/exampleScores.js';
import { TASKS } from '../runs/options/dataOptions.js';
import type { TaskSpec } from '../runs/schema.js';
import { estimateMean } from '../stats/intervals.js';
import { CsvRows } from '../text/csvRows.js';
import { labelErrors, probabilitiesOf } from './labelErrors.js';
import { pooledMetrics } from './pooledMetrics.js';
import { ReportBuilder } from './reportBuilder.js';

const suspectSchema = z.object({
  file: z.string(),
  line: z.int().min(1),
  given: z.string(),
  suggested: z.string(),
  givenProbability: z.number(),
  suggestedProbability: z.number(),
  /** Probability of the suggested label minus that of the given one. */
  margin: z.number(),
  /** Beginning of the text. */
  text: z.string(),
});
export type LabelSuspect = z.infer<typeof suspectSchema>;

/** `cross-validation.json`: results of the runs that each hold out one part of the data. */
export const crossValidationSchema = z.object({
  version: z.literal(1),
  task: z.enum(TASKS),
  experiment: z.string(),
  runs: z.array(
    z.object({
      fold: z.string(),
      run: z.string(),
      /** Held-out rows, and those with a prediction. */
      rows: z.int().min(0),
      predicted: z.int().min(0),
      /** Why rows have no prediction; `null` if all have one. */
      limitedBy: z.enum(SCORE_LIMITS).nullable(),
      /** Over the rows with a prediction. */
      metrics: z.record(z.string(), z.number()),
    }),
  ),
  rows: z.object({
    /** Rows outside the test split. */
    total: z.int().min(0),
    /** Rows with an out-of-sample prediction. */
    predicted: z.int().min(0),
    /** Held-out rows without a prediction, because a limit ended the file of a run. */
    missing: z.int().min(0),
    /** Rows that are always trained on, because their label would have no training row otherwise. */
    neverHeldOut: z.int().min(0),
  }),
  metrics: z.record(
    z.string(),
    z.object({
      /** Of the runs, and their standard deviation; see `crossValidationOf`. */
      mean: z.number(),
      deviation: z.number().nullable(),
      /** Over all out-of-sample predictions together. */
      pooled: z.number(),
    }),
  ),
  /** Over all out-of-sample predictions together. */
  report: evaluationReportSchema,
  /** Rows whose labels are probably wrong; `null` unless each text has exactly one label. */
  labelErrors: z
    .object({
      thresholds: z.record(z.string(), z.number()),
      suspects: z.array(suspectSchema),
    })
    .nullable(),
});
export type CrossValidation = z.infer<typeof crossValidationSchema>;

/** A run of a cross-validation that begins, or is finished already; runs count from 1. */
export const foldProgressSchema = z.object({
  run: z.string(),
  number: z.int().min(1),
  count: z.int().min(1),
});
export type FoldProgress = z.infer<typeof foldProgressSchema>;

/** Predictions of a run for the part that it held out. */
export interface FoldResult {
  readonly fold: string;
  readonly run: string;
  readonly header: ExampleScoresHeader;
  readonly scores: readonly ExampleScore[];
}

/**
 * Results of a cross-validation. The spread over the runs is not a standard error: the runs share
 * training data, and no unbiased estimator of the variance of their mean exists (Bengio and Grandvalet
 * 2004, JMLR 5).
 */
export function crossValidationOf(
  task: TaskSpec,
  folds: readonly FoldResult[],
  { experiment, total }: { readonly experiment: string; readonly total: number },
): CrossValidation {
  const runs: CrossValidation['runs'] = folds.map(({ fold, run, header, scores }) => ({
    ...{ fold, run },
    rows: header.total,
    predicted: header.examples,
    limitedBy: header.limitedBy,
    metrics: { ...pooledMetrics(task, scores) },
  }));
  const scores = folds.flatMap((fold) => fold.scores);
  const pooled: Record<string, number> = { ...pooledMetrics(task, scores) };
  const heldOut = runs.reduce((sum, { rows }) => sum + rows, 0);
  return {
    version: 1,
    task: task.kind,
    experiment,
    runs,
    rows: {
      total,
      predicted: scores.length,
      missing: heldOut - scores.length,
      neverHeldOut: Math.max(0, total - heldOut),
    },
    metrics: Object.fromEntries(
      Object.entries(pooled).map(([name, value]) => {
        const { mean, deviation } = estimateMean(runs.map(({ metrics }) => metrics[name]!));
        return [name, { mean, deviation, pooled: value }];
      }),
    ),
    report: reportOf(task, scores, pooled),
    labelErrors: labelErrorsOf(task, scores),
  };
}

function reportOf(
  task: TaskSpec,
  scores: readonly ExampleScore[],
  pooled: Readonly<Record<string, number>>,
): CrossValidation['report'] {
  const objective = objectiveOf(task);
  const outputs = objective.data === 'labelled' ? objective.labelOutputs(task) : null;
  const builder = new ReportBuilder({ split: 'data', task: task.kind, outputs });
  for (const score of scores) builder.add({ ...score, text: score.text ?? '' });
  return builder.report(pooled);
}

function labelErrorsOf(
  task: TaskSpec,
  scores: readonly ExampleScore[],
): CrossValidation['labelErrors'] {
  const objective = objectiveOf(task);
  const outputs = objective.data === 'labelled' ? objective.labelOutputs(task) : null;
  if (outputs === null || outputs.multiLabel || objective.head !== 'sequence') return null;
  const { labels } = outputs;
  const rows = scores.flatMap((score) => {
    const { scored } = score;
    if (scored.kind !== 'answer' || scored.answer.kind !== 'labels') return [];
    const given = labels.indexOf(scored.answer.expected[0] ?? '');
    return given === -1
      ? []
      : [{ score, given, probabilities: probabilitiesOf(scored.logits[0]!) }];
  });
  // A distribution over labels is not a label that can be wrong.
  if (rows.length === 0) return null;
  const { thresholds, found } = labelErrors(rows, labels.length);
  return {
    thresholds: Object.fromEntries(
      labels.flatMap((label, i) => (thresholds[i] === null ? [] : [[label, thresholds[i]!]])),
    ),
    suspects: found.map(({ row, suggested, margin }): LabelSuspect => {
      const { score, given, probabilities } = rows[row]!;
      return {
        ...{ file: score.file, line: score.line },
        ...{ given: labels[given]!, suggested: labels[suggested]! },
        givenProbability: probabilities[given]!,
        suggestedProbability: probabilities[suggested]!,
        margin,
        text: score.text ?? '',
      };
    }),
  };
}

/** Suspects as a table of comma-separated values, without cells that spreadsheets run as formulas. */
export function suspectsTable(suspects: readonly LabelSuspect[]): string {
  const rows = new CsvRows({ isSafe: true });
  const head = [
    ...['file', 'line', 'given', 'suggested', 'given_probability', 'suggested_probability'],
    ...['margin', 'text'],
  ];
  const cells = suspects.map((one) =>
    rows.row([
      ...[one.file, one.line, one.given, one.suggested],
      ...[one.givenProbability, one.suggestedProbability, one.margin, one.text],
    ]),
  );
  return rows.row(head) + cells.join('');
}
