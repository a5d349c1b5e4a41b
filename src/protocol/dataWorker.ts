import * as z from 'zod';
import type { RequestOf, ResponseOf, Side } from './channel.js';

/** Names a piece of work that takes long, in its request and in what is told of its progress. */
export const jobSchema = z.string().min(1);

/** The data worker's side of its channel. */
export const dataWorkerSide = {
  calls: {},
  events: {
    log: z.object({ level: z.enum(['info', 'warning']), message: z.string() }),
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
