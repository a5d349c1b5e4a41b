import * as z from 'zod';
import { messageSchema, problemSchema, type Problem } from './messages/message.js';
import type { AppErrorCode, AppErrorData, AppErrorDetails } from './errors.js';

const crashSchema = z.object({
  process: z.enum(['trainer', 'modelServer', 'dataWorker']),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  stderrTail: z.string(),
});

/** One schema per error code; a missing code does not compile. */
const DETAILS: { readonly [C in AppErrorCode]: z.ZodType<AppErrorDetails[C]> } = {
  UserInput: z.object({ problem: problemSchema }),
  Data: z.object({
    file: z.string(),
    row: z.number().exactOptional(),
    column: z.string().exactOptional(),
    problem: problemSchema,
  }),
  Model: z.object({ path: z.string(), problem: problemSchema }),
  UnsupportedOp: z.object({
    ops: z.array(z.object({ op: z.string(), opset: z.number(), node: z.string() })),
  }),
  Graph: z.object({ op: z.string(), expected: z.string(), got: z.string() }),
  Checkpoint: z.object({ path: z.string(), reason: messageSchema }),
  Storage: z.object({
    path: z.string(),
    reason: z.enum(['full', 'denied', 'other']),
    message: messageSchema,
  }),
  Diverged: z.object({
    step: z.number(),
    quantity: z.union([z.enum(['loss', 'gradientNorm']), z.object({ heldOut: z.string() })]),
    value: z.string(),
    learningRate: z.number(),
    checkpointStep: z.number().nullable(),
  }),
  ProcessCrashed: crashSchema,
  RunOwned: z.object({ pid: z.int(), host: z.string(), isVerified: z.boolean() }),
  ProcessKeepsCrashing: crashSchema.extend({ crashes: z.number() }),
  Cancelled: z.record(z.string(), z.never()),
  Internal: z.object({ message: z.string() }),
};

const codeSchema = z.object({
  code: z.enum(Object.keys(DETAILS) as AppErrorCode[]),
  details: z.unknown(),
});

const twoTextsSchema = z.looseObject({ problem: z.string(), remedy: z.string() });

/** Combines the two texts of a problem, which earlier versions wrote as separate details. */
function withOneProblem(details: unknown): unknown {
  const texts = twoTextsSchema.safeParse(details);
  if (!texts.success) return details;
  const { problem, remedy, ...others } = texts.data;
  return { ...others, problem: { problem, remedy } };
}

/** English texts beside an error in a file, and all that earlier versions wrote of one. */
const writtenTextsSchema = z.object({ message: z.string(), remedy: z.string() });

/**
 * Reads an error from the wire or a file. One without readable details is shown in the words that
 * were written with it, or else as an `Internal` error.
 */
export function parseErrorData(value: unknown): AppErrorData {
  const outer = codeSchema.safeParse(value);
  if (outer.success) {
    const details = DETAILS[outer.data.code].safeParse(withOneProblem(outer.data.details));
    if (details.success) {
      return { code: outer.data.code, details: details.data } as AppErrorData;
    }
  }
  const texts = writtenTextsSchema.safeParse(value);
  if (texts.success) {
    const { message: text, remedy } = texts.data;
    const problem: Problem = { id: 'verbatim', args: { text, remedy } };
    return { code: 'UserInput', details: { problem } };
  }
  return { code: 'Internal', details: { message: `malformed error: ${JSON.stringify(value)}` } };
}

/** An error as data, with all the leniency of `parseErrorData`. */
export const errorDataSchema = z.unknown().transform(parseErrorData);
