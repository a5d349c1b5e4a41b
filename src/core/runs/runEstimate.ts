import * as z from 'zod';
import { errorDataSchema } from '../errorData.js';
import { messageSchema } from '../messages/message.js';
import { runSpecSchema } from './schema.js';

/** Question about a run before it is created; the trainer, which loads the model, answers it. */
export const estimateRequestSchema = z.object({
  spec: runSpecSchema,
  /**
   * Makes the batch as large as fits into this many bytes, or into the machine where the trainer runs
   * (`auto`). Null: the spec's own batch.
   */
  memoryBytes: z.union([z.number().positive(), z.literal('auto')]).nullable(),
  findLearningRate: z.boolean(),
});
export type EstimateRequest = z.infer<typeof estimateRequestSchema>;

/** The same as the trainer receives it. */
export const estimateTaskSchema = estimateRequestSchema.extend({
  /** Folder for sequences that exceed the memory, which is removed once the trainer has ended. */
  folder: z.string(),
});
export type EstimateTask = z.infer<typeof estimateTaskSchema>;

/** Question for the memory of a run alone, which needs its model but not its data. */
export const memoryRequestSchema = z.object({ memoryOf: runSpecSchema });
export type MemoryRequest = z.infer<typeof memoryRequestSchema>;

export const runEstimateSchema = z.object({
  batchSize: z.int().positive(),
  accumulation: z.int().positive(),
  recompute: z.boolean(),
  /** Peak resident memory of the trainer, in bytes. */
  memoryBytes: z.number(),
  /** Space on the disk, in bytes: the most while the run trains, and once it has finished. */
  disk: z.object({ training: z.number(), finished: z.number() }),
  totalSteps: z.int(),
  /** Of the whole run on this machine, evaluations on held-out data included. */
  seconds: z.number(),
  parameterCount: z.int(),
  trainedCount: z.int(),
  /** Null where none was looked for, or none made the loss fall. */
  learningRate: z.number().nullable(),
  /** Facts about the model that a person should know before the run. */
  notes: z.array(messageSchema).default([]),
});
export type RunEstimate = z.infer<typeof runEstimateSchema>;

/** Answer of the trainer: an estimate, memory in bytes, or the error that prevented it. */
export const estimateAnswerSchema = z.union([
  z.object({ estimate: runEstimateSchema }),
  z.object({ memoryBytes: z.number() }),
  z.object({ error: errorDataSchema }),
]);

/** `4GB` in bytes. */
export function bytesOf(memory: string): number {
  const [, amount, unit] = /^([\d.]+)\s*([GM])B$/i.exec(memory)!;
  return Number(amount) * (unit!.toUpperCase() === 'G' ? 1e9 : 1e6);
}
