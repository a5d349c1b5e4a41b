import * as z from 'zod';
import { problemSchema } from '../core/messages/message.js';
import type { AppErrorCode, AppErrorData, AppErrorDetails } from '../core/errors.js';

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
  Checkpoint: z.object({ path: z.string(), reason: z.string() }),
  Storage: z.object({
    path: z.string(),
    reason: z.enum(['full', 'denied', 'other']),
    message: z.string(),
  }),
  Diverged: z.object({
    step: z.number(),
    what: z.string(),
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

/** Reads an error from the wire. Anything else becomes an `Internal` error that quotes it. */
export function parseErrorData(value: unknown): AppErrorData {
  const outer = codeSchema.safeParse(value);
  if (outer.success) {
    const details = DETAILS[outer.data.code].safeParse(withOneProblem(outer.data.details));
    if (details.success) {
      return { code: outer.data.code, details: details.data } as AppErrorData;
    }
  }
  return { code: 'Internal', details: { message: `malformed error: ${JSON.stringify(value)}` } };
}
