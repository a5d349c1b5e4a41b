import * as z from 'zod';
import { dataSelectionSchema } from '../core/data/dataSelection.js';
import { dataReadingSchema } from '../core/runs/dataSnapshot.js';
import { cueSchema, dataProfileSchema } from '../core/profile/profile.js';
import { SILENT_SIDE, type Side } from './channel.js';

/** Input of a profile; the panel keeps it to restore itself after a reload. */
export const profileRequestSchema = z.object({
  /** Title of the panel. */
  title: z.string(),
  selection: dataSelectionSchema,
  /** Options of the run that the data is for; a panel of an earlier version has none. */
  reading: dataReadingSchema.optional(),
  /** `null` if no model is selected: tokens are then not counted. */
  modelFolder: z.string().min(1).nullable(),
  /** Files with a labeled sample of shifted texts. Default: none. */
  shifted: z.array(z.string().min(1)).optional(),
});
export type ProfileRequest = z.infer<typeof profileRequestSchema>;

const profileSoFarSchema = z.object({
  profile: dataProfileSchema,
  fraction: z.number().min(0).max(1),
  /** File being read. */
  file: z.string(),
});
export type ProfileSoFar = z.infer<typeof profileSoFarSchema>;

/** Call of the data worker; reports the profile so far about twice a second. */
export const profileCall = {
  request: profileRequestSchema.omit({ title: true }),
  response: z.object({
    profile: dataProfileSchema,
    /** Sample of texts on which a model can be evaluated. */
    sample: z.array(z.string()),
  }),
  progress: profileSoFarSchema,
} satisfies Side['calls'][string];

/** Call of the data worker: the first labeled training rows with a cue, at most `most`. */
export const cueRowsCall = {
  request: z.object({
    selection: dataSelectionSchema,
    cue: cueSchema,
    most: z.int().min(1).max(10_000),
  }),
  response: z.array(
    z.object({
      file: z.string(),
      line: z.int().min(1),
      labels: z.array(z.string()),
      excerpt: z.string(),
    }),
  ),
} satisfies Side['calls'][string];

/** Profile as the panel shows it; small enough to be replaced as a whole. */
export const profileViewSchema = z.object({
  request: profileRequestSchema,
  status: z.enum(['reading', 'scoring', 'done', 'cancelled', 'failed']),
  /** Share of the data that has been read; `null` if unknown. */
  fraction: z.number().min(0).max(1).nullable(),
  /** File being read; empty if there is none. */
  file: z.string(),
  /** Reason for an incomplete profile, with the next step. */
  problem: z.string().nullable(),
  /** `null` until the first part has been read. */
  profile: dataProfileSchema.nullable(),
});
export type ProfileView = z.infer<typeof profileViewSchema>;

export const profileActionSchema = z.enum([
  'cancel',
  'readAgain',
  'score',
  'chooseShifted',
  'removeShifted',
]);
export type ProfileAction = z.infer<typeof profileActionSchema>;

/** Calls and events of the extension host for a profile panel. */
export const PROFILE_HOST_SIDE = {
  calls: {
    connect: { request: z.null(), response: profileViewSchema },
    act: { request: profileActionSchema, response: z.null() },
    /** Lists the rows with a cue, of the data or of the shifted sample, for the person to open. */
    openCue: {
      request: z.object({ cue: cueSchema, inShifted: z.boolean() }),
      response: z.null(),
    },
  },
  events: { view: profileViewSchema },
} satisfies Side;
export type ProfileHostSide = typeof PROFILE_HOST_SIDE;

/** The panel answers no calls and emits no events. */
export const PROFILE_SIDE = SILENT_SIDE;
export type ProfileSide = typeof PROFILE_SIDE;
