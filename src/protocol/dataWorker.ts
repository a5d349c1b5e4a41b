import * as z from 'zod';
import type { RequestOf, ResponseOf, Side } from './channel.js';
import { policyTextSchema } from './policyText.js';
import { previewCalls } from './preview.js';
import { profileCall, profileSoFarSchema } from './profilePanelMessages.js';

/** Names a piece of work that takes long, in its request and in what is told of its progress. */
export const jobSchema = z.string().min(1);

/** The data worker's side of its channel. */
export const dataWorkerSide = {
  calls: {
    ...previewCalls,
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
