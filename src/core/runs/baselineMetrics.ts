import * as z from 'zod';

/** Metrics by name, as of an evaluation. */
const metricsSchema = z.object({ loss: z.number() }).catchall(z.number());

/** Metrics of the baselines of a task with labels on one split. */
export const baselineMetricsSchema = z.object({
  /** Always predicts the frequencies of the labels, and so the most frequent one, or the mean. */
  constant: metricsSchema,
  /** TF-IDF with a linear model; for words, the most frequent label of each word. */
  bagOfWords: metricsSchema,
});
export type BaselineMetrics = z.infer<typeof baselineMetricsSchema>;

/** Baselines of a run, fitted to its training split. */
export const runBaselinesSchema = z.object({
  heldOut: baselineMetricsSchema,
  test: baselineMetricsSchema.exactOptional(),
});
export type RunBaselines = z.infer<typeof runBaselinesSchema>;
