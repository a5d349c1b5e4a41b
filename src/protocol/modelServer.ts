import * as z from 'zod';
import { errorDataSchema } from '../core/errorData.js';
import { messageSchema } from '../core/messages/message.js';
import { profileScoreSchema } from '../core/profile/profile.js';
import {
  EXPORT_FORMATS,
  MAX_LITERT_LENGTHS,
  WEIGHT_PRECISIONS,
} from '../core/models/exportFormats.js';
import { MOST_WORD_LENGTH } from '../core/predict/candidateWords.js';
import { CONFUSIONS } from '../core/predict/confusion.js';
import { excessScaleSchema } from '../core/predict/excessScale.js';
import { LANES, type JobProgress } from '../core/predict/jobs.js';
import { exportCheckSchema, exportComparisonSchema } from '../core/runs/exportComparison.js';
import type { Explanation } from '../core/predict/explainPrediction.js';
import type { LabelPrediction } from '../core/predict/labelPrediction.js';
import type { Cloze } from '../core/predict/cloze.js';
import { FEWEST_JOINT, MOST_JOINT, type JointFill } from '../core/predict/fillJointly.js';
import { MOST_WRITTEN } from '../core/predict/maskPredict.js';
import type { MaskFill } from '../core/predict/fillMasks.js';
import { CHANGE_MEASURES, type PredictionChanges } from '../core/predict/predictionChanges.js';
import type { WordPrediction } from '../core/predict/predictWord.js';
import type { ScoredWord } from '../core/predict/scoreWords.js';
import { MOST_TARGETS } from '../core/predict/spelledMasks.js';
import type { Unread } from '../core/predict/unreadText.js';
import type { WordSuggestion } from '../core/predict/wordSuggestion.js';
import { SCRIPTS } from '../core/text/scripts.js';
import type { Side } from './channel.js';
import { policyTextSchema } from './policyTextSchema.js';

/** Most words that a request brings along. */
export const MOST_WORDS = 5000;

/** Most words that are never proposed, and characters of each. */
export const MOST_NEVER_SUGGESTED = 10_000;
export const MOST_NEVER_CHARACTERS = 200;

const modelFolder = z.string().min(1);
/** Window of a document; the server truncates it to the model's maximum length. */
const text = z.string().max(200_000);
const topK = z.int().min(1).max(100);
const offset = z.int().min(0);
/** Words that can be predicted though they have several tokens, beside those of the built-in list. */
const words = z
  .array(z.string().min(1).max(MOST_WORD_LENGTH))
  .max(MOST_WORDS)
  .readonly()
  .optional();
/** Words that are never proposed, in lower case. */
const neverSuggest = z
  .array(z.string().max(MOST_NEVER_CHARACTERS))
  .max(MOST_NEVER_SUGGESTED)
  .readonly()
  .optional();
const sampling = {
  temperature: z.number().min(0.05).max(5),
  topP: z.number().min(0.01).max(1),
};
/** Text that is read before the one with masks, as the first of a pair. */
const source = z.string().min(1).max(10_000).optional();
const probability = z.number().min(0).max(1.000001);
const lane = z.enum(LANES);

const progress = z.object({ done: z.int(), total: z.int() }) satisfies z.ZodType<JobProgress>;

const modelDescription = {
  /** Folder of the model, as requested. */
  folder: z.string(),
  /** Name of the model, unless the caller has a better one. */
  name: z.string(),
  family: z.string(),
  parameterCount: z.int(),
  vocabularySize: z.int(),
  /** Maximum number of tokens per sequence, including special tokens. */
  maxLength: z.int(),
};

const modelDescriptionSchema = z.discriminatedUnion('kind', [
  z.object({ ...modelDescription, kind: z.literal('masked-lm'), maskToken: z.string() }),
  z.object({
    ...modelDescription,
    /** Kind of prediction: labels of a text, numbers, or one tag per word. */
    kind: z.enum(['labels', 'numbers', 'tags']),
    /** Labels in the order of the logits. */
    labels: z.array(z.string()),
  }),
]);

/** Facts about the model that predicted, which go with its prediction. */
const predictingModel = {
  modelName: z.string(),
  /** Whether the model does not tell capital from small letters. */
  isUncased: z.boolean(),
};

const candidateSchema = z.object({
  word: z.string(),
  tokens: z.array(z.int()).readonly(),
  probability,
});

const unreadSchema = z.object({
  script: z.enum(SCRIPTS).nullable(),
  language: z.string().nullable(),
}) satisfies z.ZodType<Unread>;

const wordPredictionSchema = z.object({
  start: offset,
  end: offset,
  candidates: z.array(candidateSchema).readonly(),
  word: z
    .object({
      text: z.string(),
      pieces: z.int(),
      probability,
      surprisal: z.number(),
      entropy: z.number(),
      rank: z.int(),
    })
    .nullable(),
  lowConfidence: z.boolean(),
  contextTokens: z.int().nullable(),
  unread: unreadSchema.nullable(),
}) satisfies z.ZodType<WordPrediction>;

const jointFillSchema = z.object({
  words: z.array(z.string()).readonly(),
  order: z.array(z.int()).readonly(),
  probability,
}) satisfies z.ZodType<JointFill>;

const maskFillSchema = z.object({
  start: offset,
  end: offset,
  candidates: z.array(candidateSchema).readonly(),
  targets: z
    .array(
      z.object({
        word: z.string(),
        probability: probability.nullable(),
        tokens: z.array(z.int()).readonly(),
      }),
    )
    .readonly(),
  lowConfidence: z.boolean(),
  contextTokens: z.int().nullable(),
  unread: unreadSchema.nullable(),
}) satisfies z.ZodType<MaskFill>;

const isCut = z.literal(true).exactOptional();

export const labelPredictionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('labels'),
    labels: z.array(z.string()).readonly(),
    probabilities: z.array(z.object({ label: z.string(), probability })).readonly(),
    isCut,
  }),
  z.object({ kind: z.literal('numbers'), numbers: z.record(z.string(), z.number()), isCut }),
  z.object({
    kind: z.literal('tags'),
    words: z
      .array(
        z.object({
          word: z.string(),
          tag: z.string().nullable(),
          probability: probability.nullable(),
        }),
      )
      .readonly(),
    isCut,
  }),
]) satisfies z.ZodType<LabelPrediction>;

const explanationSchema = z.object({
  word: z.string(),
  pieces: z.int(),
  probability,
  logOdds: z.number(),
  words: z
    .array(
      z.object({
        start: offset,
        end: offset,
        occlusion: z.number(),
        gradient: z.number().nullable(),
      }),
    )
    .readonly(),
  isCut: z.boolean(),
  sequences: z.int(),
  agreement: z.number().nullable(),
  gradientError: errorDataSchema.nullable(),
}) satisfies z.ZodType<Explanation>;

const scoredWordSchema = z.object({
  start: offset,
  end: offset,
  surprisal: z.number().nullable(),
  entropy: z.number().nullable(),
}) satisfies z.ZodType<ScoredWord>;

const predictedWordSchema = z.object({
  best: z.object({ word: z.string(), probability }).nullable(),
  surprisal: z.number(),
});

const predictionChangesSchema = z.object({
  measure: z.enum(CHANGE_MEASURES),
  words: z
    .array(
      z.object({
        start: offset,
        end: offset,
        change: z.number(),
        before: predictedWordSchema,
        after: predictedWordSchema,
      }),
    )
    .readonly(),
}) satisfies z.ZodType<PredictionChanges>;

const wordSuggestionSchema = z.object({
  start: offset,
  end: offset,
  word: z.string(),
  replacement: z.string(),
  confusion: z.enum(CONFUSIONS),
  margin: z.number(),
  probability,
}) satisfies z.ZodType<WordSuggestion>;

const clozeSchema = z.object({
  blanks: z
    .array(
      z.object({
        start: offset,
        end: offset,
        answer: z.string(),
        alsoRight: z.array(z.string()).readonly(),
        distractors: z.array(z.string()).readonly(),
        surprisal: z.number(),
      }),
    )
    .readonly(),
  solved: z.object({ of: z.int(), withContext: z.int(), withoutContext: z.int() }),
}) satisfies z.ZodType<Cloze>;

/** The model server's side of its channel. All offsets are UTF-16 offsets into `text`. */
export const modelServerSide = {
  calls: {
    describeModel: {
      /** With `kind`, fails with `Model` for a model of another kind. */
      request: z.object({ modelFolder, lane, kind: z.literal('masked-lm').optional() }),
      response: modelDescriptionSchema,
    },
    /** Predicts a word; `null` if no token is in the range. */
    predictWord: {
      request: z.object({ modelFolder, text, start: offset, end: offset, topK, words, lane }),
      response: wordPredictionSchema.extend(predictingModel).nullable(),
    },
    fillMasks: {
      request: z.object({
        modelFolder,
        text,
        topK,
        targets: z.array(z.string().min(1).max(1000)).max(MOST_TARGETS).readonly().optional(),
        within: z.object({ start: offset, end: offset }).optional(),
        source,
        words,
        lane,
      }),
      response: z.object({ ...predictingModel, masks: z.array(maskFillSchema) }),
    },
    /** Fills masks together; `starts` are those of the masks to fill, in a text that may have others. */
    fillJointly: {
      request: z.object({
        modelFolder,
        text,
        starts: z.array(offset).min(FEWEST_JOINT).max(MOST_JOINT),
        topK,
        source,
        lane,
      }),
      response: z.object({ fills: z.array(jointFillSchema) }),
    },
    /** Explains the prediction of a word or mask by the words of its context. */
    explainPrediction: {
      request: z.object({
        modelFolder,
        text,
        start: offset,
        end: offset,
        word: z.string().min(1).max(1000).optional(),
        words,
        lane,
      }),
      response: explanationSchema.extend({
        modelName: z.string(),
        /** Time of computing, in milliseconds. */
        milliseconds: z.number(),
      }),
    },
    scoreWords: {
      request: z.object({
        modelFolder,
        text,
        words: z.array(z.object({ start: offset, end: offset })).max(5000),
        /** Whether words are masked together where they are far apart. Default: `false`. */
        isPacked: z.boolean().optional(),
        lane,
      }),
      response: z.object({ words: z.array(scoredWordSchema) }),
    },
    /** Compares the predictions of words by two models. */
    predictionChanges: {
      request: z.object({
        modelFolder,
        /** Folder of the model to compare with. */
        before: z.string().min(1),
        text,
        words: z.array(z.object({ start: offset, end: offset })).max(5000),
        isPacked: z.boolean(),
        lane,
      }),
      response: predictionChangesSchema,
    },
    /** Words that were probably meant in place of some of the given ones. */
    suggestWords: {
      request: z.object({
        modelFolder,
        text,
        words: z.array(z.object({ start: offset, end: offset })).max(5000),
        lane,
      }),
      response: z.object({ suggestions: z.array(wordSuggestionSchema) }),
    },
    /** Excess surprisal of words of ordinary English; `null` if the model cannot read them. */
    excessScale: {
      request: z.object({ modelFolder, lane }),
      response: z.object({ scale: excessScaleSchema.nullable() }),
    },
    /** Replaces words of a part of a text, chosen by a policy, by others that fit. */
    generateVariations: {
      request: z.object({
        modelFolder,
        text,
        within: z.object({ start: offset, end: offset }),
        policy: policyTextSchema,
        count: z.int().min(1).max(20),
        ...sampling,
        neverSuggest,
        sweeps: z.int().min(0).max(10),
        seed: z.int().min(0),
        lane,
      }),
      response: z.object({
        /** Ranges of the words in the text. */
        ranges: z.array(z.object({ start: offset, end: offset })).readonly(),
        original: z.number(),
        found: z
          .array(z.object({ words: z.array(z.string()).readonly(), fluency: z.number() }))
          .readonly(),
        unread: unreadSchema.nullable(),
      }),
      progress,
    },
    /** Writes words in place of many masks. */
    maskPredict: {
      request: z.object({
        modelFolder,
        text,
        starts: z.array(offset).min(1).max(MOST_WRITTEN).readonly(),
        iterations: z.int().min(1).max(20),
        count: z.int().min(1).max(10),
        ...sampling,
        neverSuggest,
        seed: z.int().min(0),
        lane,
      }),
      response: z.object({
        found: z
          .array(z.object({ words: z.array(z.string()).readonly(), score: z.number() }))
          .readonly(),
        unread: unreadSchema.nullable(),
      }),
      progress,
    },
    /** Leaves words out of a text for an exercise. */
    makeCloze: {
      request: z.object({
        modelFolder,
        text,
        blanks: z.int().min(1).max(200),
        neverSuggest,
        seed: z.int().min(0),
        lane,
      }),
      response: clozeSchema,
      progress,
    },
    /** Loss at masked words of a sample; `null` if none of the words is in the vocabulary. */
    scoreTexts: {
      request: z.object({
        modelFolder,
        texts: z.array(z.string().max(10_000)).max(500),
        lane,
      }),
      response: z.object({
        score: profileScoreSchema.nullable(),
        /** `false` if time ran out before the whole sample was scored. */
        isComplete: z.boolean(),
      }),
      progress,
    },
    /** Predicts labels, numbers or tags: one prediction per text, in the order of the texts. */
    classify: {
      request: z.object({
        modelFolder,
        texts: z.array(z.object({ text, pair: text.nullable() })).max(10_000),
        lane,
      }),
      response: z.object({ modelName: z.string(), predictions: z.array(labelPredictionSchema) }),
      progress,
    },
    /** Predicts labels, numbers or tags for each line or row of a file, and writes them to another. */
    classifyFile: {
      request: z.object({
        modelFolder,
        file: z.string().min(1),
        shownAs: z.string().min(1),
        columns: z.object({ text: z.string(), pair: z.string().nullable() }).nullable(),
        out: z.string().min(1),
        safeCsv: z.boolean(),
        lane,
      }),
      response: z.object({
        modelName: z.string(),
        rows: z.int(),
        /** Number of cells that spreadsheets would run without an apostrophe. */
        formulas: z.int(),
        warnings: z.array(messageSchema).readonly(),
      }),
      progress: z.object({ done: z.int() }),
    },
    /** Compares the ONNX exports of a run on its held-out data, and writes `exports.json`. */
    compareExports: {
      request: z.object({ run: z.string().min(1) }),
      response: exportComparisonSchema,
      progress,
    },
    /** Writes a model to a new folder or zip file for other tools. */
    exportModel: {
      request: z.object({
        modelFolder,
        to: z.string().min(1),
        format: z.enum(EXPORT_FORMATS),
        precision: z.enum(WEIGHT_PRECISIONS).optional(),
        portable: z.boolean().optional(),
        /** Comparison with float32 for the model card, whose matrices in float32 are kept. */
        check: exportCheckSchema.optional(),
        zip: z.boolean().optional(),
        /** Of a LiteRT model. */
        lengths: z.array(z.int().min(1)).min(1).max(MAX_LITERT_LENGTHS).optional(),
        maskedRows: z.int().min(1).optional(),
      }),
      response: z.null(),
    },
  },
  events: {
    log: z.object({ level: z.enum(['info', 'warning']), message: z.string() }),
    /** A model of this folder predicts in this form from now on. */
    form: z.object({
      modelFolder: z.string(),
      precision: z.enum(WEIGHT_PRECISIONS),
      portable: z.boolean(),
      /** Time of float32 over that of this form. */
      speedup: z.number().min(0),
    }),
  },
} satisfies Side;

export type ModelServerSide = typeof modelServerSide;
