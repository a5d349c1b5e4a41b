import * as z from 'zod';
import { MODEL_USES } from '../core/hub/listedModel.js';
import { localModelSchema, modelRunSchema } from '../core/hub/localModel.js';
import { WEIGHT_FORMS } from '../core/hub/neededFiles.js';
import { problemSchema } from '../core/messages/message.js';

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const fileSchema = z.object({ path: z.string(), size: z.int().min(0), oid: z.string() });

const snapshotSchema = z.object({
  cacheFolder: z.string().min(1),
  repository: z.string().min(1),
  commit: z.string().min(1),
});

/** Calls about models on this machine, and about those that could come. */
export const modelCalls = {
  /** Lists the models on this machine. */
  listModels: {
    request: z.object({
      bundledModel: z.string().min(1),
      workspaceFolders: z.array(z.string().min(1)),
      cacheFolder: z.string().min(1),
      runs: z.array(modelRunSchema),
    }),
    response: z.array(localModelSchema),
  },
  /** Judges from the beginnings of the files of a repository whether its model loads here. */
  judgeModel: {
    request: z.object({
      files: z.array(fileSchema),
      config: bytesSchema.nullable(),
      tokenizer: bytesSchema.nullable(),
      tokenizerConfig: bytesSchema.nullable(),
      starts: z.array(z.object({ path: z.string(), size: z.int().min(0), bytes: bytesSchema })),
      opset: z.int().nullable(),
    }),
    response: z.object({
      needed: z.object({
        config: fileSchema.nullable(),
        tokenizer: fileSchema.nullable(),
        form: z.enum(WEIGHT_FORMS).nullable(),
        weights: z.array(fileSchema),
        companions: z.array(fileSchema),
        absent: z.array(z.string()),
        pickle: z.string().nullable(),
      }),
      verdict: z.object({
        problem: problemSchema.nullable(),
        family: z.string().nullable(),
        uses: z.array(z.enum(MODEL_USES)),
        parameters: z.number().nullable(),
      }),
    }),
  },
  /** Computes what removing a revision from the shared cache would free. */
  planRemoval: {
    request: snapshotSchema,
    response: z.object({
      freedBytes: z.number().min(0),
      /** Bytes that other revisions use, and that are kept. */
      sharedBytes: z.number().min(0),
    }),
  },
  /** Removes a revision from the shared cache. Answers with the freed bytes. */
  removeModel: { request: snapshotSchema, response: z.number().min(0) },
  /**
   * Writes the model at the newest checkpoint of a run below a folder, which keeps the newest two; `null`
   * while there is none.
   */
  writeCheckpointModel: {
    request: z.object({ run: z.string().min(1), root: z.string().min(1) }),
    response: z.object({ folder: z.string(), step: z.int().min(0) }).nullable(),
  },
  /** Bytes of all files of a folder. */
  measureFolder: {
    request: z.object({ folder: z.string().min(1) }),
    response: z.number().min(0),
  },
};
