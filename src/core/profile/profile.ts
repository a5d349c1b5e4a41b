import * as z from 'zod';
import { messageSchema } from '../messages/message.js';
import { PERSONAL_DATA } from '../masking/policy/policy.js';
import { CLEANING_STEPS } from '../cleaning/steps.js';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

export const PROFILE_WARNINGS = [
  'no-text',
  'tiny-data',
  'skipped-data',
  'empty-records',
  'other-language',
  'unknown-words',
  'split-words',
  'held-out-loss',
  'duplicates',
  'near-duplicates',
  'split-overlap',
  'conflicting-labels',
  'one-label',
  'label-imbalance',
  'rare-labels',
  'too-long',
  'boilerplate',
  'personal-data',
] as const;
export type ProfileWarningCode = (typeof PROFILE_WARNINGS)[number];

const warningSchema = z.object({
  code: z.enum(PROFILE_WARNINGS),
  /** `problem`: training on this is likely to be for nothing; `warning`: better looked at first. */
  severity: z.enum(['problem', 'warning']),
  message: z.string(),
  remedy: z.string(),
});
export type ProfileWarning = z.infer<typeof warningSchema>;

const sizesSchema = z.object({ records: count, characters: count, words: count });

const termSchema = z.object({ term: z.string(), count });

const lengthsSchema = z.object({
  unit: z.enum(['tokens', 'words']),
  mean: z.number(),
  /** Least value that at least this share of the records does not exceed. */
  quantiles: z.array(z.object({ share, value: z.number() })),
  /** Records of a length of at least `from` and below `to`. */
  histogram: z.array(z.object({ from: z.number(), to: z.number(), count })),
  /** Records longer than the model reads at once, and rows of tables among them; 0 without a model. */
  longer: count,
  longerRows: count,
});

const labelsSchema = z.object({
  column: z.string().nullable(),
  /** Records that have one. */
  labelled: count,
  missing: count,
  /** Numbers of many values are measured, all else is counted. */
  kind: z.enum(['classes', 'numbers']),
  distinct: count,
  /** The most frequent first. */
  classes: z.array(z.object({ label: z.string(), count })),
  numbers: z
    .object({ least: z.number(), most: z.number(), mean: z.number(), deviation: z.number() })
    .nullable(),
});

const vocabularySchema = z.object({
  words: count,
  tokensPerWord: z.number(),
  /** Words of which the tokenizer knows a character or more not at all. */
  unknown: count,
  /** Words of so many pieces that the model hardly knows them. */
  overSplit: count,
  /** Pieces from which a word counts as over-split. */
  pieces: count,
  unknownWords: z.array(termSchema),
  overSplitWords: z.array(z.object({ term: z.string(), count, pieces: z.array(z.string()) })),
});

/** What the model makes of the text: mean negative log-likelihood in nats a masked token. */
export const profileScoreSchema = z.object({
  loss: z.number(),
  /** Of the mean over the sequences that were scored. */
  standardError: z.number(),
  perplexity: z.number(),
  maskedTokens: count,
  sequences: count,
  /** What the model itself scored on held-out text of the kind that it was trained on. */
  baseline: z.object({ loss: z.number(), source: messageSchema }).nullable(),
});
export type ProfileScore = z.infer<typeof profileScoreSchema>;

export const textColumnsSchema = z.object({
  text: z.string(),
  pair: z.string().nullable(),
  label: z.string().nullable(),
  group: z.string().nullable(),
  split: z.string().nullable(),
});

export const profiledModelSchema = z.object({
  name: z.string(),
  vocabularySize: count,
  /** Tokens of a sequence, special tokens included. */
  maxLength: count,
  /** ISO 639 codes; empty where the model does not say. */
  languages: z.array(z.string()),
});
export type ProfiledModel = z.infer<typeof profiledModelSchema>;

/** What a person wants to know of their text before hours are spent. Version 1. */
export const dataProfileSchema = z.object({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** False while the data is still being read. */
  isComplete: z.boolean(),
  model: profiledModelSchema.nullable(),
  cleaning: z.array(z.enum(CLEANING_STEPS)),
  /** Of the tables; null where there is none. */
  columns: textColumnsSchema.nullable(),
  files: z.object({
    count,
    bytes: count,
    formats: z.array(sizesSchema.extend({ format: z.string(), files: count, bytes: count })),
    /** The largest, by characters. */
    largest: z.array(sizesSchema.extend({ file: z.string(), bytes: count })),
    /** Rows and files that could not be read; the first of them in words. */
    skipped: count,
    skippedExamples: z.array(messageSchema),
  }),
  total: sizesSchema.extend({ tokens: count.nullable() }),
  /** Words, tokens, terms and personal data were looked at in this part of the records. */
  examined: z.object({ records: count, share }),
  /** Running text is cut where it is longer than the model reads; rows of tables lose their end. */
  tableRecords: count,
  lengths: lengthsSchema,
  empty: count,
  /** Records of one or two words. */
  veryShort: count,
  languages: z.object({
    /** Texts that were long enough to tell, out of a sample of all. */
    judged: count,
    sampled: count,
    /** Share of the judged texts' characters, the largest first. */
    found: z.array(z.object({ code: z.string(), name: z.string(), share })),
    certainty: z.enum(['high', 'medium', 'low', 'none']),
    /** Share of the sample's letters. */
    scripts: z.array(z.object({ name: z.string(), share })),
  }),
  duplicates: z.object({
    /** Records whose text came before; an estimate where there are very many records. */
    exact: count,
    exactShare: share,
    isEstimate: z.boolean(),
    /** Of the records that were compared: nearly the same as an earlier one, exact ones left out. */
    near: count,
    compared: count,
    /** Texts that stand in more than one of the data's own splits. */
    acrossSplits: count,
    /** Texts that stand there with different labels. */
    conflictingLabels: count,
    examples: z.array(z.object({ text: z.string(), count })),
  }),
  labels: labelsSchema.nullable(),
  groups: z.object({ count, largest: count, isEstimate: z.boolean() }).nullable(),
  splits: z.array(z.object({ name: z.enum(['train', 'heldOut', 'test', 'none']), records: count })),
  vocabulary: vocabularySchema.nullable(),
  terms: z.object({
    /** Stop words left out. */
    frequent: z.array(termSchema),
    /** More frequent here than their place in the model's vocabulary lets expect. */
    distinctive: z.array(termSchema),
  }),
  /** Counts by kind; the values themselves are kept nowhere. */
  personalData: z.array(z.object({ kind: z.enum(PERSONAL_DATA), count })),
  /** Lines that come again and again. */
  boilerplate: z.array(z.object({ text: z.string(), count })),
  score: profileScoreSchema.nullable(),
  /** The worst first. */
  warnings: z.array(warningSchema),
});
export type DataProfile = z.infer<typeof dataProfileSchema>;
