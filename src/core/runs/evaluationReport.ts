import * as z from 'zod';
import { labelRowSchema, share } from './labelRow.js';
import { TASKS } from './options/dataOptions.js';

/** Largest number of labels whose confusions are counted in a matrix. */
export const MAX_CONFUSION_LABELS = 50;
/** Number of worst predictions that a report names. */
export const MAX_WORST = 20;
/** Length of a text in a report, in UTF-16 units. */
export const MAX_WORST_TEXT = 300;

const averageSchema = z.object({ precision: share, recall: share, f1: share });

/** Largest number of labels with an ROC curve, which a chart tells apart. */
export const MAX_ROC_LABELS = 6;
/** Largest number of points of an ROC curve. */
export const MAX_ROC_POINTS = 101;

export const labelCurvesSchema = z.object({
  /** ROC curves of the most frequent labels; of two labels that exclude each other, of the second. */
  roc: z.array(
    z.object({
      label: z.string(),
      auc: share,
      /** False and true positive rate, from (0, 0) to (1, 1). */
      points: z.array(z.tuple([share, share])),
    }),
  ),
  /**
   * Probabilities of the predicted label and how often it is right; with several labels per text, of
   * every label. `null` without a prediction.
   */
  calibration: z
    .object({
      bins: z.array(
        z.object({
          low: share,
          high: share,
          count: z.int().min(0),
          meanProbability: share.nullable(),
          shareRight: share.nullable(),
        }),
      ),
      error: share,
    })
    .nullable(),
});
export type LabelCurves = z.infer<typeof labelCurvesSchema>;

/** Decision threshold of the second of two labels that exclude each other. */
export const thresholdSchema = z.object({
  label: z.string(),
  /** Probability from which on the label is predicted; above 1 if it never is. */
  value: z.number().min(0).max(2),
  /** Metrics of this split with the threshold. */
  accuracy: share,
  macroF1: share,
});
export type LabelThreshold = z.infer<typeof thresholdSchema>;

/** Report of an evaluation, label by label. Undefined quotients count as 0, as in scikit-learn. */
export const labelReportSchema = z.object({
  /** In the order of the logits. */
  rows: z.array(labelRowSchema),
  /** Unweighted mean over labels that occur or are predicted. */
  macro: averageSchema,
  /** Mean over labels, weighted by their support. */
  weighted: averageSchema,
  /**
   * Over the decisions on all labels together. With one label per row, each of the three equals the
   * accuracy. `null` in files of earlier versions.
   */
  micro: averageSchema.nullable().default(null),
  /** Mean of the labels that have one; `null` if none has. */
  macroRocAuc: share.nullable(),
  /** Likewise of the average precision; also `null` in files of earlier versions. */
  macroAveragePrecision: share.nullable().default(null),
  /** Rows: expected; columns: predicted. `null` for several labels per text, and for many labels. */
  confusion: z.array(z.array(z.int().min(0))).nullable(),
  /** `null` in files of earlier versions. */
  curves: labelCurvesSchema.nullable().default(null),
  /**
   * Threshold with the highest macro F1 on the held-out split, for two labels; never chosen on the split
   * that it is reported for, so only on the test split. `null` without one.
   */
  threshold: thresholdSchema.nullable().default(null),
});
export type LabelReport = z.infer<typeof labelReportSchema>;

const worstSchema = z.object({
  file: z.string(),
  line: z.int().min(1),
  text: z.string(),
  expected: z.string(),
  predicted: z.string(),
  /** Loss of the example. */
  loss: z.number(),
});
export type WorstExample = z.infer<typeof worstSchema>;

/** Evaluation of a model on one split of labeled data, or on a whole data set. */
export const evaluationReportSchema = z.object({
  split: z.enum(['heldOut', 'test', 'data']),
  task: z.enum(TASKS),
  examples: z.int().min(0),
  metrics: z.record(z.string(), z.number()),
  /** `null` for numbers. */
  labels: labelReportSchema.nullable(),
  /** Wrong predictions with the highest loss, or the numbers with the largest error. */
  worst: z.array(worstSchema),
});
export type EvaluationReport = z.infer<typeof evaluationReportSchema>;

/**
 * `evaluation.json`: reports on the held-out and test splits of a finished run; while it trains, on the
 * held-out split at the latest evaluation.
 */
export const runEvaluationSchema = z.object({
  version: z.literal(1),
  /** Step of the evaluated model; `null` in files of earlier versions. */
  step: z.int().min(0).nullable().default(null),
  reports: z.array(evaluationReportSchema),
});
export type RunEvaluation = z.infer<typeof runEvaluationSchema>;
