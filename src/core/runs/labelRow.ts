import * as z from 'zod';

/** From 0 to 1. */
export const share = z.number().min(0).max(1);

/** Metrics of one label. */
export const labelRowSchema = z.object({
  label: z.string(),
  precision: share,
  recall: share,
  f1: share,
  /** Rows with this label. */
  support: z.int().min(0),
  /** Area under the ROC curve of this label against the others; `null` unless there are both. */
  rocAuc: share.nullable(),
  /**
   * Area under the precision-recall curve, as the average precision; `null` without a row of the label,
   * and in files of earlier versions.
   */
  averagePrecision: share.nullable().default(null),
  /**
   * For several labels per text: the probability from which on to predict this label for the highest
   * F1 on this data, and that F1, which is too high for other data; otherwise, or without rows of the
   * label, `null`.
   */
  best: z.object({ threshold: z.number(), f1: share }).nullable(),
});
export type LabelRow = z.infer<typeof labelRowSchema>;

/** Most labels whose metrics are part of a run's state, which stays small. */
export const MAX_STATE_LABELS = 50;
