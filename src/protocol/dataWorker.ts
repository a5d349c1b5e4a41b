import * as z from 'zod';
import { dataSelectionSchema } from '../core/data/dataSelection.js';
import { inspectedModelSchema } from '../core/models/inspectedModel.js';
import {
  dataReadingSchema,
  dataSnapshotSchema,
  inspectionProgressSchema,
} from '../core/runs/dataSnapshot.js';
import type { RequestOf, ResponseOf, Side } from './channel.js';
import { policyTextSchema } from './policyTextSchema.js';
import { previewCalls } from './preview.js';
import { profileCall } from './profilePanelMessages.js';

/** How far a job is. */
const progressSchema = z.object({
  message: z.string(),
  /** Share of the work that is done; null where it cannot be told. */
  fraction: z.number().min(0).max(1).nullable(),
});

const sizeSchema = z.object({ path: z.string(), bytes: z.int().min(0) });
const dataListSchema = z.object({
  /** Running text; null where there is none. */
  text: z.object({ files: z.int(), bytes: z.int() }).nullable(),
  /** Tables, the largest first. */
  tables: z.array(sizeSchema),
});
export type DataList = z.infer<typeof dataListSchema>;

/** The data worker's side of its channel. */
export const dataWorkerSide = {
  calls: {
    ...previewCalls,
    /** Writes a masked dataset. On an error, and when cancelled, nothing is left behind. */
    maskDataset: {
      request: z.object({
        policy: policyTextSchema,
        selection: dataSelectionSchema,
        out: z.string().min(1),
        seed: z.int().min(0).nullable(),
        modelFolder: z.string().min(1),
        oneWay: z.boolean(),
      }),
      progress: progressSchema,
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
    /** Which data a folder holds, before any is chosen. */
    listData: {
      request: dataSelectionSchema.pick({ workspaceFolder: true, exclude: true }),
      response: dataListSchema,
    },
    /** Inspects data once: nobody else fingerprints, decodes or looks for files. */
    inspectData: {
      request: z.object({
        selection: dataSelectionSchema,
        reading: dataReadingSchema,
        /** The model that the summary is made for. */
        modelFolder: z.string().min(1).nullable(),
      }),
      response: dataSnapshotSchema,
      progress: inspectionProgressSchema,
    },
    /** Fingerprints the model that a run is to start from. */
    inspectModel: {
      request: z.object({ folder: z.string().min(1) }),
      response: inspectedModelSchema,
    },
    /** What is in the data, and meanwhile what is in the part that was read. */
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
  },
} satisfies Side;

export type DataWorkerSide = typeof dataWorkerSide;
export type DataWorkerCall = keyof DataWorkerSide['calls'];
export type DataWorkerRequest<K extends DataWorkerCall> = RequestOf<DataWorkerSide, K>;
export type DataWorkerResponse<K extends DataWorkerCall> = ResponseOf<DataWorkerSide, K>;
