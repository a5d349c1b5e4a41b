import * as z from 'zod';
import type { Replacement } from '../core/masking/masker.js';
import { messageSchema } from '../core/messages/message.js';
import { policyTextSchema } from './policyTextSchema.js';

/** Maximum length of a previewed text; longer text can be masked as a dataset. */
export const MOST_PREVIEW_CHARACTERS = 10_000_000;

const sessionSchema = z.string().min(1);

/** Version of a document; every edit increases it. */
const versionSchema = z.int();

const settingsSchema = z.object({
  policy: policyTextSchema,
  /** Folder of the model whose tokenizer is used. */
  modelFolder: z.string().min(1),
  /** Overrides the seed of the policy. */
  seed: z.int().min(0).nullable(),
});
export type PreviewSettings = z.infer<typeof settingsSchema>;

/** Replaces `length` UTF-16 units at `offset`. Changes of one edit apply in sequence. */
const changeSchema = z.object({
  offset: z.int().min(0),
  length: z.int().min(0),
  text: z.string().max(MOST_PREVIEW_CHARACTERS),
});
export type TextChange = z.infer<typeof changeSchema>;

/** State of a session that a question refers to. */
const questionSchema = z.object({ session: sessionSchema, version: versionSchema });

const legendEntrySchema = z.object({
  /** Index of the rule, `NO_RULE` or `ALWAYS`. */
  rule: z.int(),
  name: messageSchema,
  /** Number of units of the text that the rule covers; `masked` counts the masked ones. */
  found: z.int(),
  masked: z.int(),
});
export type LegendEntry = z.infer<typeof legendEntrySchema>;

/** A part of the text, as UTF-16 offsets. */
const stretchSchema = z.object({ start: z.int().min(0), end: z.int().min(0) });
export type Stretch = z.infer<typeof stretchSchema>;

/** Masks of a text in order, one entry per mask. */
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

const explainedMaskSchema = z.object({
  start: z.int(),
  end: z.int(),
  rule: z.int(),
  /** Index into `REPLACEMENTS`. */
  replacement: z.int(),
  /** Replacement of the masked text. */
  text: z.string(),
});
export type ExplainedMask = z.infer<typeof explainedMaskSchema>;

/** A masked text; `masks` has the places of the replacements in it, in order. */
const maskedTextSchema = z.object({
  text: z.string(),
  masks: masksSchema,
  /** UTF-16 offsets of the replaced words in the original text. */
  sourceStarts: z.instanceof(Int32Array),
  sourceEnds: z.instanceof(Int32Array),
});
export type MaskedText = z.infer<typeof maskedTextSchema>;

/** Masks of a part of a text, and counts of the whole text. */
const previewPlanSchema = z.object({
  /** The masks that touch `stretches`. */
  masks: masksSchema,
  stretches: z.array(stretchSchema),
  legend: z.array(legendEntrySchema),
  /** Number of tokens that can be masked; `maskedTokens` counts the masked ones. */
  tokens: z.int(),
  maskedTokens: z.int(),
  /** `false` if a part of the text is not planned yet. */
  isComplete: z.boolean(),
  /** Seed of the plan. */
  seed: z.int(),
});
export type PreviewPlan = z.infer<typeof previewPlanSchema>;

const nothing = z.null();

/**
 * Calls of preview sessions. A question that names a session or a version that the worker does not
 * have, because it was restarted or an edit did not fit, is answered with `null`: open the session
 * again with the whole text.
 */
export const previewCalls = {
  /** Opens a session under a name that the caller chooses, or replaces it. */
  openPreview: {
    request: z.object({
      session: sessionSchema,
      version: versionSchema,
      text: z.string().max(MOST_PREVIEW_CHARACTERS),
      /** Path of the text relative to the workspace; `null` for a text without a file there. */
      textFile: z.string().min(1).nullable(),
      settings: settingsSchema,
    }),
    response: nothing,
  },
  /** Changes the text. An edit that does not fit closes the session. */
  editPreview: {
    request: z.object({
      session: sessionSchema,
      /** Version to which the changes apply; `version` is the result. */
      from: versionSchema,
      version: versionSchema,
      changes: z.array(changeSchema),
      /** Length of the text after the changes. */
      length: z.int().min(0),
    }),
    response: nothing,
  },
  /** Changes the policy, the tokenizer or the seed. */
  configurePreview: {
    request: z.object({ session: sessionSchema, settings: settingsSchema }),
    response: nothing,
  },
  /**
   * Answers with the masks in sight and the counts of the whole text. The part in sight is planned
   * first; ask again for a plan that is not complete.
   */
  planPreview: {
    request: questionSchema.extend({
      inSight: z.array(stretchSchema),
      /**
       * Recounts words for rules that depend on the whole text. `false` keeps the counts of an
       * earlier plan, so that a keystroke changes only its own paragraph.
       */
      recount: z.boolean(),
    }),
    response: previewPlanSchema.nullable(),
  },
  /** Text with its masks replaced, as in a masked dataset, and where they are in it. */
  maskPreview: {
    request: questionSchema,
    response: maskedTextSchema.nullable(),
  },
  /** The mask that covers an offset, its end included; `null` if there is none. */
  explainPreview: {
    request: questionSchema.extend({ offset: z.int().min(0) }),
    response: z.object({ mask: explainedMaskSchema.nullable() }).nullable(),
  },
  closePreview: { request: z.object({ session: sessionSchema }), response: nothing },
};
export type PreviewCall = keyof typeof previewCalls;
