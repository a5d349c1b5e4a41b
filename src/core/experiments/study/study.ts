import * as z from 'zod';
import { maskingPolicySchema } from '../../masking/policy/policy.js';
import { HALVES } from '../../data/splitting/sampleHalves.js';
import { SCORED_SPLITS } from '../../runs/exampleScores.js';
import { TEST_METRIC_NAMES } from './testMetrics.js';

/** Metrics of masked tokens that decide a masking study. */
export const MASKING_METRICS = ['loss', 'accuracy'] as const;

const namedPolicySchema = z.object({ name: z.string().min(1), policy: maskingPolicySchema });
export type NamedPolicy = z.infer<typeof namedPolicySchema>;

/** Design of a study of masking policies for masked language models. */
const maskingDesignSchema = z.object({
  name: z.string().min(1),
  hypothesis: z.string().nullable(),
  metric: z.enum(MASKING_METRICS),
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
export type MaskingDesign = z.infer<typeof maskingDesignSchema>;

const optionValueSchema = z.union([z.string(), z.number(), z.boolean()]);
/** Values of options by their names. */
const optionValuesSchema = z.record(z.string(), optionValueSchema);
export type OptionValues = z.infer<typeof optionValuesSchema>;

/** One way of training in a study of models with labels. */
const labelArmSchema = z.object({
  name: z.string().min(1),
  /** Words that are masked in training; `null` for none. */
  policy: maskingPolicySchema.nullable(),
  /** Options of the runs that differ from those that all arms share, by their names. */
  options: z.record(z.string(), z.unknown()),
  /** Files and folders that its runs train on, as the study file names them; `null` for those of all. */
  data: z.array(z.string().min(1)).min(1).nullable(),
  /** Arm whose model with the same seed its runs start from; `null` for the shared start model. */
  startFrom: z.string().nullable(),
  /** Arm whose errors on the training data its runs weigh more; `null` for none. */
  errorsOf: z.string().nullable(),
  /** Values from which one is chosen on the development texts, by the names of options. */
  choose: z.record(z.string(), z.array(optionValueSchema).min(2)).exactOptional(),
  /** Whether it also trains on development texts: half of them are left out and scored, in turn. */
  crossFitted: z.literal(true).exactOptional(),
});
export type LabelArm = z.infer<typeof labelArmSchema>;

/** A labelled test set. */
const labelTestSchema = z.object({
  name: z.string().min(1),
  /** Files and folders, relative to the folder of the study's data. */
  data: z.array(z.string().min(1)).min(1),
  exclude: z.array(z.string()),
  /** Hash of the rows: their content keys and labels. */
  digest: z.string().min(1),
  rows: z.int().min(1),
  /** Rows whose text is also in the training data of an arm. */
  overlap: z.int().min(0),
  /** Rows whose text is a near-duplicate of one of the training data; absent if there are none. */
  near: z.int().min(1).exactOptional(),
});
export type LabelTest = z.infer<typeof labelTestSchema>;

/** Labelled texts on which values of options are chosen, none of which a test set has. */
const developmentSchema = z.object({
  /** Files and folders, relative to the folder of the study's data. */
  data: z.array(z.string().min(1)).min(1),
  exclude: z.array(z.string()),
  /** Hash of the rows: their content keys and labels. */
  digest: z.string().min(1),
  /** Rows whose text no test set has. */
  rows: z.int().min(1),
  /** Seeds over which values are chosen. */
  seeds: z.array(z.int().min(0)).min(1),
});
export type Development = z.infer<typeof developmentSchema>;

/** Design of a study of models with labels, such as classifiers. */
const labelDesignSchema = z.object({
  kind: z.literal('labels'),
  name: z.string().min(1),
  hypothesis: z.string().nullable(),
  metric: z.enum(TEST_METRIC_NAMES),
  /** Whether the accuracy counts right answers about each of several labels of a row, not rows. */
  countsAnswers: z.literal(true).exactOptional(),
  /** Largest difference of the metric that makes no practical difference. */
  margin: z.number().nullable(),
  seeds: z.array(z.int().min(0)).min(1),
  /** Ways of training that are compared; the first is the baseline. */
  arms: z.array(labelArmSchema).min(2),
  /** Test sets that all models are evaluated on. The first is in-domain. */
  tests: z.array(labelTestSchema).min(1),
  /** Texts on which values are chosen; absent if arms list none. */
  development: developmentSchema.exactOptional(),
  /** Words whose presence makes the groups of the worst-group accuracy; `null` without groups. */
  words: maskingPolicySchema.nullable(),
  /** Pairs of words that are exchanged to count labels that change; absent without a list. */
  swaps: z
    .array(z.tuple([z.string(), z.string()]))
    .min(1)
    .exactOptional(),
  /** Name of the test set that decides. */
  primary: z.string().min(1),
  /** Hash of data, model and options that the runs share. */
  shared: z.string().min(1),
});
export type LabelDesign = z.infer<typeof labelDesignSchema>;

/** Part of a study that is decided before its first run starts. */
export const studyDesignSchema = z.union([labelDesignSchema, maskingDesignSchema]);
export type StudyDesign = z.infer<typeof studyDesignSchema>;

/** A design with its keys in the order of the schema, as it is stored. */
export function storedDesign(design: LabelDesign): LabelDesign {
  return labelDesignSchema.parse(design);
}

/** Whether a study compares models with labels. */
export function hasLabels(design: StudyDesign): design is LabelDesign {
  return 'tests' in design;
}

export const studyRunSchema = z.object({
  arm: z.string().min(1),
  seed: z.int().min(0),
  /** Id of the run. */
  run: z.string().min(1),
});
export type StudyRun = z.infer<typeof studyRunSchema>;

/** Run of a candidate: an arm with values of the options to choose. */
const candidateRunSchema = studyRunSchema.extend({
  values: optionValuesSchema,
  /** Half of the shifted sample that it does not train on; `null` if it trains on all of it. */
  half: z.literal(HALVES).nullable(),
});
export type CandidateRun = z.infer<typeof candidateRunSchema>;

/** Choice of an arm, by the metric of the study on the development texts. */
const studyChoiceSchema = z.object({
  arm: z.string().min(1),
  tried: z
    .array(
      z.object({
        values: optionValuesSchema,
        /** Mean over the runs that have finished; `null` if there are none. */
        score: z.number().nullable(),
        runs: z.int().min(0),
      }),
    )
    .min(2),
  chosen: optionValuesSchema,
});
export type StudyChoice = z.infer<typeof studyChoiceSchema>;

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
  /**
   * In the order in which they are trained: all arms with one seed before the next seed. Those of an
   * arm with values to choose are added when these are chosen.
   */
  runs: z.array(studyRunSchema),
  /** Runs of candidates; absent if no arm has values to choose. */
  candidates: z.array(candidateRunSchema).exactOptional(),
  /** Choices that were made so far, before a test set was opened. */
  choices: z.array(studyChoiceSchema).exactOptional(),
  /** Seeds that were added after the first results, which makes the study exploratory. */
  added: z.array(z.object({ at: z.iso.datetime(), seeds: z.array(z.int().min(0)) })).default([]),
});
type AnyStudy = z.infer<typeof studySchema>;
/** A study, of one kind of design where that is known. */
export type Study<Design extends StudyDesign = StudyDesign> = Omit<AnyStudy, 'design'> & {
  readonly design: Design;
};

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

/** `summary.json` of one run in a masking study: its model on the common items. */
const maskingScoresSchema = z.object({
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
      /** Comparable across tokenizers that know all words of the texts. */
      bitsPerCharacter: z.number(),
      words: z.int().min(0),
      texts: z.int().min(0),
      /**
       * Words that are left out: their tokens are not in the vocabulary, too many, or of a script that
       * the model never read. Absent in scores of older versions.
       */
      skipped: z.int().min(0).exactOptional(),
    })
    .nullable(),
});
export type MaskingScores = z.infer<typeof maskingScoresSchema>;

/** Result of one model on one test set. */
export const testScoreSchema = z.object({
  rows: z.int().min(0),
  metrics: z.partialRecord(z.enum(TEST_METRIC_NAMES), z.number()),
  /**
   * For each row in the order of the content keys, 1 for a right prediction and 0 for a wrong one;
   * `null` for predicted numbers.
   */
  right: z
    .string()
    .regex(/^[01]*$/)
    .nullable(),
  /**
   * Unit that the accuracy counts: rows, or the answers about each of several labels of a row. Absent for predicted numbers and in scores of older versions.
   */
  accuracyOf: z.enum(['rows', 'answers']).exactOptional(),
  /** Rows by label and by whether they have one of the study's words. */
  groups: z.array(
    z.object({
      label: z.string(),
      hasWord: z.boolean(),
      rows: z.int().min(1),
      accuracy: z.number(),
    }),
  ),
});
export type AccuracyOf = NonNullable<z.infer<typeof testScoreSchema>['accuracyOf']>;
export type TestScore = z.infer<typeof testScoreSchema>;

/** `summary.json` of one run in a study of models with labels. */
const labelScoresSchema = z.object({
  version: z.literal(1),
  run: z.string().min(1),
  /** Identifies the rows of the test sets; equal for models that can be compared. */
  items: z.record(z.string(), z.string()),
  tests: z.record(z.string(), testScoreSchema),
  /** Seconds of training. */
  seconds: z.number().min(0),
});
export type LabelScores = z.infer<typeof labelScoresSchema>;

export const modelScoresSchema = z.union([labelScoresSchema, maskingScoresSchema]);
export type ModelScores = z.infer<typeof modelScoresSchema>;
