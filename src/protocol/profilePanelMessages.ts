import * as z from 'zod';
import { DATA_FORMATS } from '../core/data/dataFormats.js';
import { dataProfileSchema, textColumnsSchema } from '../core/profile/profile.js';
import { CLEANING_STEPS } from '../core/cleaning/steps.js';
import { SILENT_SIDE, type Side } from './channel.js';

/** What a profile is made of; the panel keeps it, so that it comes back after a reload. */
export const profileRequestSchema = z.object({
  /** What a person calls the data. */
  title: z.string(),
  /** Files and folders, absolute or relative to the workspace folder. */
  paths: z.array(z.string().min(1)).min(1),
  /** Which files of folders are read. */
  kind: z.enum(['any', 'text', 'labelled']),
  workspaceFolder: z.string().min(1),
  /** Null where there is none yet: then tokens are not counted. */
  modelFolder: z.string().min(1).nullable(),
  /** Null where they are guessed. */
  columns: textColumnsSchema.nullable(),
  /** Null to go by each file's ending. */
  format: z.enum(DATA_FORMATS).nullable(),
  cleaning: z.array(z.enum(CLEANING_STEPS)),
});
export type ProfileRequest = z.infer<typeof profileRequestSchema>;

/** The data worker's call: what `profileSoFar` tells meanwhile is named by `job`. */
export const profileCall = {
  request: profileRequestSchema.extend({
    job: z.string().min(1),
    /** Globs of files to leave out. */
    exclude: z.array(z.string()),
  }),
  response: z.object({
    profile: dataProfileSchema,
    /** Texts that a model can be tried on. */
    sample: z.array(z.string()),
  }),
} satisfies Side['calls'][string];

export const profileSoFarSchema = z.object({
  job: z.string().min(1),
  profile: dataProfileSchema,
  fraction: z.number().min(0).max(1),
  /** The file that is being read. */
  file: z.string(),
});
export type ProfileSoFar = z.infer<typeof profileSoFarSchema>;

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
