import * as z from 'zod';
import type { Replacement } from '../core/masking/masker.js';
import type { RequestOf, ResponseOf, Side } from './channel.js';
import { profileCall, profileSoFarSchema } from './profilePanelMessages.js';

/** Names a piece of work that takes long, in its request and in what is told of its progress. */
export const jobSchema = z.string().min(1);

/** A policy as it stands in the editor, saved or not. */
const policyTextSchema = z.object({
  text: z.string().max(5_000_000),
  /** Absolute path: lists that the policy names are looked up beside it. */
  file: z.string().min(1),
  /** Folder that those lists must lie in; null for the policy's own. */
  workspaceFolder: z.string().min(1).nullable(),
});

/** More text than this is masked as a dataset, not looked at. */
export const MOST_PREVIEW_CHARACTERS = 10_000_000;

const previewSchema = z.object({
  policy: policyTextSchema,
  text: z.string().max(MOST_PREVIEW_CHARACTERS),
  /** What the text is of, relative to the workspace; null for one that has no file there. */
  textFile: z.string().min(1).nullable(),
  /** Folder of the model whose tokenizer says what a token is. */
  modelFolder: z.string().min(1),
  /** Instead of the policy's. */
  seed: z.int().min(0).nullable(),
  /**
   * Counts words anew where rules depend on the text as a whole; false keeps the counts of an
   * earlier preview, so that a keystroke changes its own paragraph and no other.
   */
  recount: z.boolean(),
});

const legendEntrySchema = z.object({
  /** Index of the rule, `NO_RULE` or `ALWAYS`. */
  rule: z.int(),
  name: z.string(),
  /** Units of the text that the rule covers, and how many of them are masked. */
  found: z.int(),
  masked: z.int(),
});
export type LegendEntry = z.infer<typeof legendEntrySchema>;

/** What a policy masks of a text. One entry a mask, in order. */
const masksSchema = z.object({
  /** UTF-16 offsets into the text. */
  starts: z.instanceof(Int32Array),
  ends: z.instanceof(Int32Array),
  rules: z.instanceof(Int16Array),
  /** Indices into `REPLACEMENTS`. */
  replacements: z.instanceof(Uint8Array),
});
export type Masks = z.infer<typeof masksSchema>;

export const REPLACEMENTS = ['mask', 'random', 'keep'] as const satisfies readonly Replacement[];

const previewPlanSchema = z.object({
  masks: masksSchema,
  legend: z.array(legendEntrySchema),
  /** Tokens that could be masked, whatever covers them, and those that are. */
  tokens: z.int(),
  maskedTokens: z.int(),
  /** False where a part of the text is not planned yet. */
  isComplete: z.boolean(),
  /** The seed that drew this. */
  seed: z.int(),
});
export type PreviewPlan = z.infer<typeof previewPlanSchema>;

/** The data worker's side of its channel. */
export const dataWorkerSide = {
  calls: {
    /** What is in sight is planned first; a plan that is not complete is to be asked for again. */
    planPreview: {
      request: previewSchema.extend({
        inSight: z.object({ start: z.int().min(0), end: z.int().min(0) }),
      }),
      response: previewPlanSchema,
    },
    /** The same text with everything in place of what is masked, as a masked dataset has it. */
    maskText: { request: previewSchema, response: z.object({ text: z.string() }) },
    /** Writes a masked dataset. On an error, and when cancelled, nothing is left behind. */
    maskDataset: {
      request: z.object({
        job: jobSchema,
        policy: policyTextSchema,
        /** Files, folders and globs. */
        data: z.array(z.string().min(1)).min(1),
        /** Globs of what is left out. */
        exclude: z.array(z.string()),
        workspaceFolder: z.string().min(1),
        out: z.string().min(1),
        seed: z.int().min(0).nullable(),
        modelFolder: z.string().min(1),
        oneWay: z.boolean(),
        skipBad: z.boolean(),
      }),
      response: z.object({
        records: z.int(),
        masks: z.int(),
        /** Rows and files that could not be used. */
        skipped: z.int(),
        bytes: z.int(),
        /** Path of the manifest. */
        manifest: z.string(),
      }),
    },
    /** What is in the data; `profileSoFar` tells of it meanwhile. */
    profile: profileCall,
    /** What is wrong with a policy that its schema cannot say, each in its place. */
    checkPolicy: {
      request: z.object({ policy: policyTextSchema }),
      response: z.object({
        problems: z.array(
          z.object({ offset: z.int().min(0), length: z.int().min(0), message: z.string() }),
        ),
      }),
    },
    /** What stands in the place of the mask at an offset; null where there is none. */
    explainMask: {
      request: previewSchema.extend({ offset: z.int().min(0) }),
      response: z.object({ replacement: z.string() }).nullable(),
    },
  },
  events: {
    log: z.object({ level: z.enum(['info', 'warning']), message: z.string() }),
    profileSoFar: profileSoFarSchema,
    progress: z.object({
      job: jobSchema,
      message: z.string(),
      /** Share of the work that is done; null where it cannot be told. */
      fraction: z.number().min(0).max(1).nullable(),
    }),
  },
} satisfies Side;

export type DataWorkerSide = typeof dataWorkerSide;
export type DataWorkerCall = keyof DataWorkerSide['calls'];
export type DataWorkerRequest<K extends DataWorkerCall> = RequestOf<DataWorkerSide, K>;
export type DataWorkerResponse<K extends DataWorkerCall> = ResponseOf<DataWorkerSide, K>;
