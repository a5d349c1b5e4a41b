import * as z from 'zod';
import { profileScoreSchema } from '../core/profile/profile.js';
import type { MaskFill } from '../core/predict/fillMasks.js';
import type { WordPrediction } from '../core/predict/predictWord.js';
import type { ScoredWord } from '../core/predict/scoreWords.js';
import type { Side } from './channel.js';

const modelFolder = z.string().min(1);
/** A window of a document; the server cuts it further to what the model takes. */
const text = z.string().max(200_000);
const topK = z.int().min(1).max(100);
const offset = z.int().min(0);
const probability = z.number().min(0).max(1.000001);
/**
 * Who waits: a person at a hover, or decorations that can come a little later. Interactive
 * requests go ahead of background ones.
 */
const urgency = z.enum(['interactive', 'background']).optional();

const modelDescriptionSchema = z.object({
  /** The model's folder, as it was asked for. */
  folder: z.string(),
  /** What to call the model where nothing better is known. */
  name: z.string(),
  family: z.string(),
  parameterCount: z.int(),
  vocabularySize: z.int(),
  /** Tokens a sequence, special tokens included. */
  maxLength: z.int(),
  maskToken: z.string(),
});

const candidateSchema = z.object({ word: z.string(), probability });

const wordPredictionSchema = z.object({
  candidates: z.array(candidateSchema).readonly(),
  word: z
    .object({
      text: z.string(),
      pieces: z.int(),
      probability,
      surprisal: z.number(),
      rank: z.int(),
    })
    .nullable(),
  lowConfidence: z.boolean(),
}) satisfies z.ZodType<WordPrediction>;

const maskFillSchema = z.object({
  start: offset,
  end: offset,
  candidates: z.array(candidateSchema).readonly(),
  targets: z.array(z.object({ word: z.string(), probability: probability.nullable() })).readonly(),
  lowConfidence: z.boolean(),
}) satisfies z.ZodType<MaskFill>;

const scoredWordSchema = z.object({
  start: offset,
  end: offset,
  surprisal: z.number().nullable(),
}) satisfies z.ZodType<ScoredWord>;

/** The model server's side of its channel. All offsets are UTF-16 offsets into `text`. */
export const modelServerSide = {
  calls: {
    describeModel: {
      request: z.object({ modelFolder }),
      response: modelDescriptionSchema,
    },
    /** Null where no token stands in the range. */
    predictWord: {
      request: z.object({ modelFolder, text, start: offset, end: offset, topK, urgency }),
      response: wordPredictionSchema.extend({ modelName: z.string() }).nullable(),
    },
    fillMasks: {
      request: z.object({
        modelFolder,
        text,
        topK,
        targets: z.array(z.string().min(1).max(200)).max(50).optional(),
        within: z.object({ start: offset, end: offset }).optional(),
        urgency,
      }),
      response: z.object({ modelName: z.string(), masks: z.array(maskFillSchema) }),
    },
    scoreWords: {
      request: z.object({
        modelFolder,
        text,
        words: z.array(z.object({ start: offset, end: offset })).max(5000),
        urgency,
      }),
      response: z.object({ words: z.array(scoredWordSchema) }),
    },
    /** Loss at masked words in a sample of texts; null where the model knows none of them. */
    scoreTexts: {
      request: z.object({
        modelFolder,
        texts: z.array(z.string().max(10_000)).max(500),
        urgency,
      }),
      response: z.object({ score: profileScoreSchema.nullable() }),
    },
  },
  events: {
    log: z.object({ level: z.enum(['info', 'warning']), message: z.string() }),
  },
} satisfies Side;

export type ModelServerSide = typeof modelServerSide;
