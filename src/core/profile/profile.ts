import * as z from 'zod';
import { errorDataSchema } from '../errorData.js';
import { messageSchema, problemSchema } from '../messages/message.js';
import { PERSONAL_DATA } from '../masking/policy/policy.js';
import { CLEANING_STEPS } from '../cleaning/steps.js';
import { LENGTH_PATTERNS, TEXT_PATTERNS } from '../interference/cues.js';
import { STABILITIES } from '../interference/unstableLeaks.js';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

export const PROFILE_WARNINGS = [
  'no-text',
  'refused',
  'tiny-data',
  'skipped-data',
  'file-doubts',
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
  'look-alike-labels',
  'label-typos',
  'missing-labels',
  'split-labels',
  'label-leak',
  'shifted-skipped',
  'shifted-unlabeled',
  'shifted-other-labels',
  'shifted-overlap',
  'shifted-copies',
  'shifted-one-label',
  'shifted-absent-labels',
  'shifted-small',
  'too-long',
  'boilerplate',
  'personal-data',
] as const;
export type ProfileWarningCode = (typeof PROFILE_WARNINGS)[number];

const warningSchema = z.object({
  code: z.enum(PROFILE_WARNINGS),
  /** `problem`: training on this is likely to fail; `warning`: should be checked first. */
  severity: z.enum(['problem', 'warning']),
  finding: problemSchema,
});
export type ProfileWarning = z.infer<typeof warningSchema>;

const sizesSchema = z.object({ records: count, characters: count, words: count });

const termSchema = z.object({ term: z.string(), count });

const lengthsSchema = z.object({
  unit: z.enum(['tokens', 'words']),
  mean: z.number(),
  /** Lowest value that at least this share of the records does not exceed. */
  quantiles: z.array(z.object({ share, value: z.number() })),
  /** Records of a length of at least `from` and below `to`. */
  histogram: z.array(z.object({ from: z.number(), to: z.number(), count })),
  /** Tokens per sequence of a run; `null` without a model. */
  sequenceLength: count.nullable().default(null),
  /** Records and table rows that are longer than a sequence; 0 without a model. */
  longer: count,
  longerRows: count,
  /** Table rows that are longer than the longest sequence of the model. */
  rowsBeyondModel: count.default(0),
  /** Whether a run keeps all of a longer row, in windows. */
  isWindowed: z.boolean().default(false),
});

export const lookAlikesSchema = z.object({
  /** Most frequent spelling. */
  into: z.string(),
  spellings: z.array(z.object({ label: z.string(), count })).min(2),
});

const labelsSchema = z.object({
  column: z.string().nullable(),
  /** Records with a label. */
  labelled: count,
  missing: count,
  /** Numbers with many different values are summarized; everything else is counted. */
  kind: z.enum(['classes', 'numbers']),
  distinct: count,
  /** Most frequent first. */
  classes: z.array(z.object({ label: z.string(), count })),
  /** Classes that differ only in their spelling. */
  lookAlikes: z.array(lookAlikesSchema).default([]),
  /** Rare classes that seem to be misspellings of frequent ones. */
  typos: z.array(z.object({ label: z.string(), count, meant: z.string() })).default([]),
  /** Classes without a row in a split of the data that has rows. */
  absent: z
    .array(z.object({ split: z.enum(['train', 'heldOut', 'test']), labels: z.array(z.string()) }))
    .default([]),
  numbers: z
    .object({ least: z.number(), most: z.number(), mean: z.number(), deviation: z.number() })
    .nullable(),
});

const placeSchema = z.object({ file: z.string(), line: z.int().min(1) });

export const cueSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('word'), word: z.string() }),
  z.object({ kind: z.literal('pattern'), pattern: z.enum(TEXT_PATTERNS) }),
  z.object({ kind: z.literal('length'), pattern: z.enum(LENGTH_PATTERNS), words: count }),
]);

/** Words and patterns that predict a label beyond chance; see `labelLeaks`. */
const leaksSchema = z.object({
  /** Distinct labeled texts that were tested, without those of held-out and test splits. */
  texts: count,
  tests: count,
  /** Number of leaks, of which `found` has the strongest. */
  count,
  /** Number of leaks that are unstable in the shifted sample; 0 without one. */
  unstable: count,
  found: z.array(
    z.object({
      cue: cueSchema,
      label: z.string(),
      texts: count,
      withLabel: count,
      share,
      baseShare: share,
      z: z.number(),
      pValue: share,
      adjustedP: share,
      places: z.array(placeSchema),
      /** `null` without a shifted sample, and for labels that it lacks; see `unstableLeaks`. */
      shifted: z
        .object({
          stability: z.enum(STABILITIES),
          texts: count,
          withLabel: count,
          share: share.nullable(),
          expectedShare: share,
          pValue: share.nullable(),
          adjustedP: share.nullable(),
          score: z.number(),
        })
        .nullable(),
    }),
  ),
});
export type ProfileLeaks = z.infer<typeof leaksSchema>;
export type ProfileLeak = ProfileLeaks['found'][number];

const countedLabelsSchema = z.array(z.object({ label: z.string(), count }));

/** Labeled sample of other texts than the training data. */
const shiftedSchema = z.object({
  /** Texts of the sample, and those that were compared. */
  texts: count,
  compared: count,
  unlabeled: count,
  /** Number of rows and files that could not be read, and the reason for the first. */
  skipped: count,
  skippedExample: messageSchema.nullable(),
  /** Labels of the compared texts, most frequent first. */
  labels: countedLabelsSchema,
  /** Labels that the training data lacks; their texts are not compared. */
  otherLabels: countedLabelsSchema,
  /** Labels of the training data that no compared text has. */
  absentLabels: z.array(z.string()),
  /** Texts that are in the training data too, and are not compared. */
  overlap: z.object({ exact: count, near: count, places: z.array(placeSchema) }),
  /** Further copies of texts of the sample with the same label, which are not compared. */
  copies: count,
});
export type ShiftedFacts = z.infer<typeof shiftedSchema>;

const vocabularySchema = z.object({
  words: count,
  tokensPerWord: z.number(),
  /** Words with a character that is not in the vocabulary. */
  unknown: count,
  /** Words split into at least `pieces` pieces. */
  overSplit: count,
  /** Number of pieces from which a word counts as over-split. */
  pieces: count,
  unknownWords: z.array(termSchema),
  overSplitWords: z.array(z.object({ term: z.string(), count, pieces: z.array(z.string()) })),
});

/** Score of the text by a model: mean negative log-likelihood in nats per masked token. */
export const profileScoreSchema = z.object({
  loss: z.number(),
  /** Of the mean over the sequences that were scored. */
  standardError: z.number(),
  perplexity: z.number(),
  maskedTokens: count,
  sequences: count,
  /** Score of the model on the held-out part of its training data. */
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
  /** ISO 639 codes; empty if the model card names none. */
  languages: z.array(z.string()),
});
export type ProfiledModel = z.infer<typeof profiledModelSchema>;

/** Facts about text that a person should know before training on it. Version 1. */
export const dataProfileSchema = z.object({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** False while the data is still being read. */
  isComplete: z.boolean(),
  model: profiledModelSchema.nullable(),
  cleaning: z.array(z.enum(CLEANING_STEPS)),
  /** Columns of the tables; `null` if there are none. */
  columns: textColumnsSchema.nullable(),
  files: z.object({
    count,
    bytes: count,
    formats: z.array(sizesSchema.extend({ format: z.string(), files: count, bytes: count })),
    /** Largest files by characters. */
    largest: z.array(sizesSchema.extend({ file: z.string(), bytes: count })),
    /** Number of rows and files that could not be read, and messages for the first of them. */
    skipped: count,
    skippedExamples: z.array(messageSchema),
  }),
  total: sizesSchema.extend({ tokens: count.nullable() }),
  /** Records whose words, tokens, terms and personal data were counted. */
  examined: z.object({ records: count, share }),
  /** Rows of tables, which are truncated if they are too long; running text is split instead. */
  tableRecords: count,
  lengths: lengthsSchema,
  empty: count,
  /** Records of one or two words. */
  veryShort: count,
  languages: z.object({
    /** Texts of the sample that were long enough to detect a language. */
    judged: count,
    sampled: count,
    /** Share of the characters of the judged texts, largest first. `name` is in English. */
    found: z.array(z.object({ code: z.string(), name: z.string(), share })),
    certainty: z.enum(['high', 'medium', 'low', 'none']),
    /** Share of the sample's letters. */
    scripts: z.array(z.object({ name: z.string(), share })),
  }),
  duplicates: z.object({
    /** Records with the same text as an earlier one; an estimate for very many records. */
    exact: count,
    exactShare: share,
    isEstimate: z.boolean(),
    /** Near-duplicates of earlier records among the compared ones, without exact duplicates. */
    near: count,
    compared: count,
    /** Texts in more than one of the data's own splits. */
    acrossSplits: count,
    /** Texts that occur with different labels. */
    conflictingLabels: count,
    examples: z.array(z.object({ text: z.string(), count })),
  }),
  labels: labelsSchema.nullable(),
  /** `null` while the data is being read, and if no leak can be tested. */
  leaks: leaksSchema.nullable().default(null),
  shifted: shiftedSchema.nullable().default(null),
  groups: z.object({ count, largest: count, isEstimate: z.boolean() }).nullable(),
  splits: z.array(z.object({ name: z.enum(['train', 'heldOut', 'test', 'none']), records: count })),
  vocabulary: vocabularySchema.nullable(),
  terms: z.object({
    /** Without stop words. */
    frequent: z.array(termSchema),
    /** Terms that are more frequent than their rank in the vocabulary suggests. */
    distinctive: z.array(termSchema),
  }),
  /** Counts by kind; the values are not stored. */
  personalData: z.array(z.object({ kind: z.enum(PERSONAL_DATA), count })),
  /** Lines that are repeated many times. */
  boilerplate: z.array(z.object({ text: z.string(), count })),
  score: profileScoreSchema.nullable(),
  /** Error with which a run would refuse the data; `null` if it would not, or if that is unknown. */
  refusal: errorDataSchema.nullable().default(null),
  /** Sentences on how the data is read, such as that splits follow the names of files. */
  notes: z.array(messageSchema).default([]),
  /** Reasons why files may be read otherwise than intended, such as a first line that looks like a row. */
  doubts: z.array(messageSchema).default([]),
  /** Most severe first. */
  warnings: z.array(warningSchema),
});
export type DataProfile = z.infer<typeof dataProfileSchema>;
