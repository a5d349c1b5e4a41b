import * as z from 'zod';
import { maskingPolicySchema } from '../../masking/policy/policy.js';
import { SCORED_SPLITS } from '../../runs/exampleScores.js';

/** Metrics of masked tokens that decide a study, and whether more of them is better. */
export const STUDY_METRICS = ['loss', 'accuracy'] as const;
export type StudyMetric = (typeof STUDY_METRICS)[number];

const namedPolicySchema = z.object({ name: z.string().min(1), policy: maskingPolicySchema });
export type NamedPolicy = z.infer<typeof namedPolicySchema>;

/** Part of a study that is decided before its first run starts. */
export const studyDesignSchema = z.object({
  name: z.string().min(1),
  hypothesis: z.string().nullable(),
  metric: z.enum(STUDY_METRICS),
  /** Largest difference of the metric that makes no practical difference. */
  margin: z.number().nullable(),
  split: z.enum(SCORED_SPLITS),
  seeds: z.array(z.int().min(0)).min(1),
  /** Policies that are compared; the first is the baseline. */
  arms: z.array(namedPolicySchema).min(2),
  /** Masks that all models are scored on; replaced tokens are always the mask token. */
  masks: z.array(namedPolicySchema).min(1),
  /** Name of the mask that decides. */
  primary: z.string().min(1),
  /** Hash of data, model and options that the runs share. */
  shared: z.string().min(1),
});
export type StudyDesign = z.infer<typeof studyDesignSchema>;

export const studyRunSchema = z.object({
  arm: z.string().min(1),
  seed: z.int().min(0),
  /** Id of the run. */
  run: z.string().min(1),
});
export type StudyRun = z.infer<typeof studyRunSchema>;

/** `study.json` in the folder of a study. */
export const studySchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  createdAt: z.iso.datetime(),
  /** Release of Masklab that created it. */
  masklab: z.string(),
  design: studyDesignSchema,
  /** Hash of the design before the first run started. */
  digest: z.string().min(1),
  /** Runs folder, relative to the folder of the study. */
  runsFolder: z.string().min(1),
  /** In the order in which they are trained: all arms with one seed before the next seed. */
  runs: z.array(studyRunSchema).min(1),
  /** Seeds that were added after the first results, which makes the study exploratory. */
  added: z.array(z.object({ at: z.iso.datetime(), seeds: z.array(z.int().min(0)) })).default([]),
});
export type Study = z.infer<typeof studySchema>;

/** Scores of one model on the masked tokens of one mask. */
export const maskScoreSchema = z.object({
  /** Mean negative log-likelihood per masked token, in nats. */
  loss: z.number(),
  /** Share of the masked tokens that the model gives the highest probability. */
  accuracy: z.number(),
  tokens: z.int().min(0),
  sequences: z.int().min(0),
  /** Sequences in the split. */
  total: z.int().min(0),
});
export type MaskScore = z.infer<typeof maskScoreSchema>;

/** `summary.json` of one run in a study: its model on the common items. */
export const modelScoresSchema = z.object({
  version: z.literal(1),
  run: z.string().min(1),
  /** Identifies the sequences and the masked tokens; equal for models that can be compared. */
  items: z.record(z.string(), z.string()),
  masks: z.record(z.string(), maskScoreSchema),
  /**
   * Score that depends on no mask: pseudo-log-likelihood word by word (PLL-word-l2r, Kauf & Ivanova
   * 2023, arXiv:2305.10588); null if it was not computed.
   */
  words: z
    .object({
      bitsPerWord: z.number(),
      /** Comparable across tokenizers. */
      bitsPerCharacter: z.number(),
      words: z.int().min(0),
      texts: z.int().min(0),
    })
    .nullable(),
});
export type ModelScores = z.infer<typeof modelScoresSchema>;
