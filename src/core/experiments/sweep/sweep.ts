import * as z from 'zod';
import { keyHash } from '../../random.js';
import { HELD_OUT_METRIC_NAMES, HELD_OUT_METRICS } from '../../runs/metrics.js';
import { runFileSchema } from '../../specs/runFile.js';
import { SWEEP_METHODS, sweepParametersSchema } from './sweepParameters.js';

/** Part of a sweep that is decided before its first run starts. */
export const sweepDesignSchema = z.object({
  name: z.string().min(1),
  method: z.enum(SWEEP_METHODS),
  seed: z.int().min(0),
  parameters: sweepParametersSchema,
  /** Metric on the held-out split that decides. */
  metric: z.enum(HELD_OUT_METRIC_NAMES),
  halving: z
    .object({ rungs: z.int().min(2), factor: z.int().min(2), tolerance: z.number().min(0) })
    .nullable(),
  /** Hours of training after which no trial starts. */
  hours: z.number().nullable(),
  retries: z.int().min(0),
  repeats: z.object({ top: z.int().min(0), seeds: z.int().min(1) }),
  /** Hash of data, model and options that the trials share. */
  shared: z.string().min(1),
});
export type SweepDesign = z.infer<typeof sweepDesignSchema>;

const option = z.union([z.string(), z.number(), z.boolean()]);

export const sweepTrialSchema = z.object({
  /** From 1; with the seed of the sweep, it decides the options. */
  number: z.int().min(1),
  options: z.record(z.string(), option),
  /** Id of the run. */
  run: z.string().min(1),
});
export type SweepTrial = z.infer<typeof sweepTrialSchema>;

/** `sweep.json` in the folder of a sweep. */
export const sweepSchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  createdAt: z.iso.datetime(),
  /** Release of Masklab that created it. */
  masklab: z.string(),
  design: sweepDesignSchema,
  /** Hash of the design before the first run started. */
  digest: z.string().min(1),
  /** Runs folder, relative to the folder of the sweep. */
  runsFolder: z.string().min(1),
  /** Data, model and options of a run, and the folder that its paths are relative to. */
  base: z.object({
    folder: z.string(),
    run: runFileSchema,
  }),
  trials: z.array(sweepTrialSchema).min(1),
  /** Repetitions of the best trials with fresh seeds. */
  repeats: z.array(z.object({ trial: z.int().min(1), seed: z.int().min(0), run: z.string() })),
  /** Number of trials that were added after the first results. */
  added: z.array(z.object({ at: z.iso.datetime(), trials: z.int().min(1) })).default([]),
});
export type Sweep = z.infer<typeof sweepSchema>;
export type SweepRepeat = Sweep['repeats'][number];

/** Identifies a design; another one has another digest. */
export function sweepDigest(design: SweepDesign): string {
  return keyHash(JSON.stringify(design));
}

/** Whether `value` of the metric of a sweep is better than another one. */
export function isBetter(
  { metric }: Pick<SweepDesign, 'metric'>,
  value: number,
  other: number,
): boolean {
  return HELD_OUT_METRICS[metric].better === 'more' ? value > other : value < other;
}

/** Shares of the steps at which trials pause, in order; the last is 1. */
export function rungShares({ halving }: Pick<SweepDesign, 'halving'>): number[] {
  if (halving === null) return [1];
  const { rungs, factor } = halving;
  return Array.from({ length: rungs }, (_, rung) => factor ** (rung + 1 - rungs));
}

/** Seed of the `index`th repetition of a trial: none of them is the seed of the search. */
export function repeatSeed({ seed }: Pick<SweepDesign, 'seed'>, index: number): number {
  return seed + 1 + index;
}
