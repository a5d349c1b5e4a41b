import * as z from 'zod';
import { TASKS } from './options/dataOptions.js';
import { answeredTextSchema } from './schema.js';

export const SCORED_SPLITS = ['heldOut', 'test'] as const;
export type ScoredSplit = (typeof SCORED_SPLITS)[number];

/** Largest size of `heldout.jsonl` and of `test.jsonl`, in bytes. */
export const MAX_SCORE_BYTES = 50_000_000;

/** Length of a text in a file of scores, in UTF-16 units. */
export const MAX_SCORED_TEXT = 1000;

/**
 * Examples that a run was trained on for each example that it is scored on beyond those that its
 * metrics are computed from. A training step takes about three times as long as a prediction, so
 * that scoring takes about 4% of the training time at most.
 */
export const TRAINED_PER_SCORED = 8;

/**
 * Reason why a file of scores does not hold its whole split. `size`: it would exceed its largest
 * size. `time`: `TRAINED_PER_SCORED` was reached. `stop`: the run was asked to stop.
 */
export const SCORE_LIMITS = ['size', 'time', 'stop'] as const;

/**
 * First line of `heldout.jsonl` and `test.jsonl`, which hold the finished model's predictions for
 * single examples, one per line. Only finished runs have these files.
 *
 * The files hold their whole split if the limits allow it. The examples that the reported metrics
 * are computed from come first, then the others, each part by content key; a limit leaves out the
 * last ones.
 */
export const exampleScoresHeaderSchema = z.object({
  version: z.literal(1),
  split: z.enum(SCORED_SPLITS),
  task: z.enum(TASKS),
  /** Labels or numbers in the order of `logits`; empty for masked-language modeling. */
  outputs: z.array(z.string()),
  /** Step of the model. */
  step: z.int().min(0),
  /** Examples in this file. */
  examples: z.int().min(0),
  /** Examples that the reported metrics are computed from. */
  evaluated: z.int().min(0),
  /** Examples in the split. */
  total: z.int().min(0),
  /** Why the file holds fewer than `total` examples; null if it holds all of them. */
  limitedBy: z.enum(SCORE_LIMITS).nullable().default(null),
  /** Largest size of this file. Default: unknown. */
  maxBytes: z.int().min(1).nullable().default(null),
});
export type ExampleScoresHeader = z.infer<typeof exampleScoresHeaderSchema>;

const tokenSchema = z.object({ id: z.int().min(0), token: z.string() });

/**
 * A line of `heldout.jsonl` or `test.jsonl`, behind the first. All values of `nll` are in nats,
 * without label smoothing and class weights; their mean over all evaluated examples is the loss that
 * the run reports. There is one value for each text, tagged word or
 * masked token: its negative log-likelihood; for a distribution its Kullback–Leibler divergence, for
 * several labels the mean over the labels, for numbers the mean squared error, which is the negative
 * log-likelihood under a normal distribution up to a factor and a constant.
 */
export const exampleScoreSchema = z.object({
  /** Hash of the content: the first 64 bits for running text; hexadecimal. */
  key: z.string(),
  split: z.enum(SCORED_SPLITS),
  /** Whether the reported metrics are computed from this example. */
  evaluated: z.boolean().default(true),
  file: z.string(),
  /**
   * Line of the file, or row of a table, from 1. Cleaning that removes lines of running text moves
   * it; for a sequence that packs several texts it is that of the first.
   */
  line: z.int().min(1),
  /** Beginning of a labeled text, for people; offsets of tags are into it. Default: not recorded. */
  text: z.string().exactOptional(),
  /** Value of the run's group column; null without one. */
  group: z.string().nullable(),
  nll: z.array(z.number()),
  scored: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('maskedTokens'),
      tokens: z.array(
        z.object({
          /** Index in the sequence, special tokens around it not counted. */
          index: z.int().min(0),
          original: tokenSchema,
          /** The most probable token. */
          predicted: tokenSchema,
          /** Name of the rule that masked it. Default: none, or not recorded. */
          rule: z.string().exactOptional(),
        }),
      ),
    }),
    z.object({
      kind: z.literal('answer'),
      /** Targets and predictions; offsets of tags are into the words joined by spaces. */
      answer: answeredTextSchema.shape.answer,
      /** The model's outputs for each text or tagged word, in the order of the header's. */
      logits: z.array(z.array(z.number())),
    }),
  ]),
});
export type ExampleScore = z.infer<typeof exampleScoreSchema>;
