import * as z from 'zod';
import type { BaselineMetrics } from './baselineMetrics.js';

/** Results that a trained model should beat. */
export const YARDSTICKS = ['before', 'mostFrequent', 'mean', 'bagOfWords', 'wordLabels'] as const;
export type Yardstick = (typeof YARDSTICKS)[number];

/** Yardsticks of a task with labels: the two baselines that were fitted to its training rows. */
export type BaselineNames = Readonly<Record<keyof BaselineMetrics, Yardstick>>;

/** Judgment of a finished run, stored with its state. */
export const verdictSchema = z.object({
  /** Name of a held-out metric. */
  metric: z.string(),
  split: z.enum(['heldOut', 'test']),
  /** The finished model's value of the metric on the split. */
  value: z.number(),
  /** Yardsticks that the model does not beat, with their values; empty for a run that learned. */
  notBeaten: z.array(
    z.object({
      yardstick: z.enum(YARDSTICKS),
      value: z.number(),
    }),
  ),
});
export type Verdict = z.infer<typeof verdictSchema>;
