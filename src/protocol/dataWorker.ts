import * as z from 'zod';
import { messageSchema } from '../core/messages/message.js';
import { dataSelectionSchema } from '../core/data/dataSelection.js';
import { problemSchema } from '../core/messages/message.js';
import { inspectedModelSchema } from '../core/models/inspectedModel.js';
import {
  dataReadingSchema,
  dataSnapshotSchema,
  inspectionProgressSchema,
} from '../core/runs/dataSnapshot.js';
import { runSpecSchema } from '../core/runs/schema.js';
import { sampledMaskingSchema } from '../core/specs/sampledMasking.js';
import type { RequestOf, ResponseOf, Side } from './channel.js';
import { modelCalls } from './modelsOnDisk.js';
import { policyTextSchema } from './policyTextSchema.js';
import { previewCalls } from './preview.js';
import { cueRowsCall, profileCall } from './profilePanelMessages.js';

/** Progress of a job. */
const progressSchema = z.object({
  message: messageSchema,
  /** Completed share of the work; `null` if unknown. */
  fraction: z.number().min(0).max(1).nullable(),
});

const sizeSchema = z.object({ path: z.string(), bytes: z.int().min(0) });
const dataListSchema = z.object({
  /** Running text; `null` if there is none. */
  text: z.object({ files: z.int(), bytes: z.int() }).nullable(),
  /** Tables, largest first. */
  tables: z.array(sizeSchema),
});
export type DataList = z.infer<typeof dataListSchema>;

/** The data worker's side of its channel. */
export const dataWorkerSide = {
  calls: {
    ...previewCalls,
    ...modelCalls,
    /** Writes a masked dataset. An error or a cancellation leaves no partial output. */
    maskDataset: {
      request: z.object({
        policy: policyTextSchema,
        selection: dataSelectionSchema,
        out: z.string().min(1),
        seed: z.int().min(0).nullable(),
        modelFolder: z.string().min(1),
        oneWay: z.boolean(),
        safeCsv: z.boolean(),
      }),
      progress: progressSchema,
      response: z.object({
        records: z.int(),
        masks: z.int(),
        /** Number of rows and files that could not be read. */
        skipped: z.int(),
        bytes: z.int(),
        /** Number of cells of a CSV file that begin like formulas. */
        formulas: z.int(),
        /** Path of the manifest. */
        manifest: z.string(),
      }),
    },
    /** Lists the data of a folder, for the person to choose from. */
    listData: {
      request: dataSelectionSchema.pick({ workspaceFolder: true, exclude: true }),
      response: dataListSchema,
    },
    /** Lists words of the text files of folders that are not in the built-in list, most frequent first. */
    listWords: {
      request: z.object({
        folders: z
          .array(dataSelectionSchema.pick({ workspaceFolder: true, exclude: true }))
          .max(100),
      }),
      response: z.object({
        words: z.array(z.object({ word: z.string(), count: z.int().min(1) })).readonly(),
      }),
    },
    /** Inspects data: finds files, decodes and fingerprints them. No other call does. */
    inspectData: {
      request: z.object({
        selection: dataSelectionSchema,
        reading: dataReadingSchema,
        /** Model for which the summary is made. */
        modelFolder: z.string().min(1).nullable(),
      }),
      response: dataSnapshotSchema,
      progress: inspectionProgressSchema,
    },
    /** Fingerprints the model from which a run will start. */
    inspectModel: {
      request: z.object({ folder: z.string().min(1) }),
      response: inspectedModelSchema,
    },
    /** Prepares small data as the trainer of the run will. Throws what the trainer would refuse. */
    rehearseRun: {
      request: z.object({ spec: runSpecSchema }),
      response: z.object({ summary: z.array(messageSchema), warnings: z.array(messageSchema) }),
    },
    /** Share of the tokens that the policy of a run and others mask in a sample of its text, as found. */
    sampleMasking: {
      request: z.object({
        spec: runSpecSchema,
        policies: z.array(z.string().min(1)).max(1000),
        workspaceFolders: z.array(z.string().min(1)),
      }),
      progress: sampledMaskingSchema,
      response: z.null(),
    },
    /** Profiles data; reports the profile so far while reading. */
    profile: profileCall,
    cueRows: cueRowsCall,
    /** Finds problems of a policy beyond its schema, with their places. */
    checkPolicy: {
      request: z.object({ policy: policyTextSchema }),
      response: z.object({
        problems: z.array(
          z.object({ offset: z.int().min(0), length: z.int().min(0), problem: problemSchema }),
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
