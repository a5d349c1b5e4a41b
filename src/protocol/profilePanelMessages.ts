import * as z from 'zod';
import { dataSelectionSchema } from '../core/data/dataSelection.js';
import { dataProfileSchema } from '../core/profile/profile.js';
import { SILENT_SIDE, type Side } from './channel.js';

/** What a profile is made of; the panel keeps it, so that it comes back after a reload. */
export const profileRequestSchema = z.object({
  /** What a person calls the data. */
  title: z.string(),
  selection: dataSelectionSchema,
  /** Null where there is none yet: then tokens are not counted. */
  modelFolder: z.string().min(1).nullable(),
});
export type ProfileRequest = z.infer<typeof profileRequestSchema>;

const profileSoFarSchema = z.object({
  profile: dataProfileSchema,
  fraction: z.number().min(0).max(1),
  /** The file that is being read. */
  file: z.string(),
});
export type ProfileSoFar = z.infer<typeof profileSoFarSchema>;

/** The data worker's call; about twice a second it tells of what has been read so far. */
export const profileCall = {
  request: profileRequestSchema.omit({ title: true }),
  response: z.object({
    profile: dataProfileSchema,
    /** Texts that a model can be tried on. */
    sample: z.array(z.string()),
  }),
  progress: profileSoFarSchema,
} satisfies Side['calls'][string];

/** A profile as the panel shows it; replaced as a whole, it is small. */
export const profileViewSchema = z.object({
  request: profileRequestSchema,
  status: z.enum(['reading', 'scoring', 'done', 'cancelled', 'failed']),
  /** Share of the data that has been read; null where it cannot be told. */
  fraction: z.number().min(0).max(1).nullable(),
  /** The file that is being read; empty where there is none. */
  file: z.string(),
  /** Why there is no whole profile, with the next step. */
  problem: z.string().nullable(),
  /** Null until the first part has been read. */
  profile: dataProfileSchema.nullable(),
});
export type ProfileView = z.infer<typeof profileViewSchema>;

export const profileActionSchema = z.enum(['cancel', 'readAgain', 'score']);
export type ProfileAction = z.infer<typeof profileActionSchema>;

/** What the extension host offers a profile panel. */
export const PROFILE_HOST_SIDE = {
  calls: {
    connect: { request: z.null(), response: profileViewSchema },
    act: { request: profileActionSchema, response: z.null() },
  },
  events: { view: profileViewSchema },
} satisfies Side;
export type ProfileHostSide = typeof PROFILE_HOST_SIDE;

/** The panel itself offers nothing: it asks and listens. */
export const PROFILE_SIDE = SILENT_SIDE;
export type ProfileSide = typeof PROFILE_SIDE;
