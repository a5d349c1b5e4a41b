import { knownFileProblem, storageReasonOf, systemCodeOf } from './fileProblem.js';
import { message, problem, verbatim, type Message, type Problem } from './messages/message.js';
import { ENGLISH, renderMessage, renderProblem, type Words } from './messages/render.js';

/** A number that became NaN or infinite; of held-out data, the name of the metric. */
export type DivergedQuantity = 'loss' | 'gradientNorm' | { readonly heldOut: string };

/**
 * The one error family of Masklab. Codes and details cross process borders; `describeError` is the
 * one place that turns them into text for a person.
 */
export interface AppErrorDetails {
  /** Input that the person can correct. */
  UserInput: { problem: Problem };
  /** A file of the person's data that cannot be used; `row` is a line of it, from 1. */
  Data: { file: string; row?: number; column?: string; problem: Problem };
  /** A model folder or model file that cannot be used. */
  Model: { path: string; problem: Problem };
  /** Every op without a gradient rule, collected before anything is built. */
  UnsupportedOp: { ops: { op: string; opset: number; node: string }[] };
  /** A graph is not what a pass or rule expects. */
  Graph: { op: string; expected: string; got: string };
  /** A checkpoint cannot be read or does not fit the run. */
  Checkpoint: { path: string; reason: Message };
  /** Writing failed: disk full, no permission. */
  Storage: { path: string; reason: 'full' | 'denied' | 'other'; message: Message };
  /** The loss or a gradient became NaN or infinite. */
  Diverged: {
    step: number;
    quantity: DivergedQuantity;
    value: string;
    /** The run's peak. */
    learningRate: number;
    /** The newest checkpoint, from before; null where there is none. */
    checkpointStep: number | null;
  };
  /** A child process ended without saying why. */
  ProcessCrashed: {
    process: 'trainer' | 'modelServer' | 'dataWorker';
    exitCode: number | null;
    signal: string | null;
    stderrTail: string;
  };
  /** Another trainer owns the run; not verified if its machine cannot be asked. */
  RunOwned: { pid: number; host: string; isVerified: boolean };
  /** A child process ended so often that it is not started again by itself. */
  ProcessKeepsCrashing: AppErrorDetails['ProcessCrashed'] & { crashes: number };
  Cancelled: Record<string, never>;
  /** A bug of ours. */
  Internal: { message: string };
}

export type AppErrorCode = keyof AppErrorDetails;

/** The wire form of an `AppError`: plain data. */
export type AppErrorData = {
  [C in AppErrorCode]: { code: C; details: AppErrorDetails[C] };
}[AppErrorCode];

export class AppError extends Error {
  readonly data: AppErrorData;

  constructor(data: AppErrorData, options?: { cause?: unknown }) {
    const { message, remedy } = describeError(data, ENGLISH);
    super(`${data.code}: ${message} ${remedy}`.trimEnd(), options);
    this.name = 'AppError';
    this.data = data;
  }

  get code(): AppErrorCode {
    return this.data.code;
  }
}

/** The error of canceled work. */
export function cancelled(): AppError {
  return new AppError({ code: 'Cancelled', details: {} });
}

/** An error about input that the person can correct. */
export function inputError(problem: Problem, options?: { cause?: unknown }): AppError {
  return new AppError({ code: 'UserInput', details: { problem } }, options);
}

/** The error of a model folder or model file that cannot be used. */
export function modelError(path: string, problem: Problem, cause?: unknown): AppError {
  return new AppError({ code: 'Model', details: { path, problem } }, { cause });
}

/** Reads any thrown value as wire data; what is not an `AppError` is a bug of ours. */
export function toAppErrorData(thrown: unknown): AppErrorData {
  if (thrown instanceof AppError) return thrown.data;
  const ofSystem = systemErrorData(thrown);
  if (ofSystem !== null) return ofSystem;
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'Internal', details: { message } };
}

/** Calls of the system that fail because of what they would change. */
const WRITING = ['write', 'mkdir', 'rename', 'unlink', 'rmdir', 'rm', 'ftruncate', 'fsync'];

/** An error of the system that nobody has given a name: the file that it is about, and why. */
function systemErrorData(thrown: unknown): AppErrorData | null {
  const { path, syscall = '' } = (thrown ?? {}) as { path?: unknown; syscall?: string };
  const file = typeof path === 'string' ? path : syscall;
  const isFull = storageReasonOf(thrown) === 'full';
  if (isFull || (systemCodeOf(thrown) !== null && WRITING.includes(syscall))) {
    return storageErrorData(file, thrown);
  }
  const found = knownFileProblem(thrown);
  if (found === null) return null;
  return file === ''
    ? { code: 'UserInput', details: { problem: found } }
    : { code: 'Data', details: { file, problem: found } };
}

/** The error of a file that could not be written, from what the system has thrown. */
export function storageErrorData(path: string, thrown: unknown): AppErrorData {
  const known = knownFileProblem(thrown);
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'Storage',
    details: {
      path,
      reason: storageReasonOf(thrown),
      message: known === null ? verbatim(said) : message('problem.alone', { problem: known }),
    },
  };
}

/** Text for a person: what happened, and what to do next. */
export function describeError(
  data: AppErrorData,
  words: Words,
): { readonly message: string; readonly remedy: string } {
  const { message: text, remedy } = renderProblem(problemOf(data), words);
  const place = placeOf(data);
  if (place === null) return { message: text, remedy };
  return { message: renderMessage(message('problem.at', { place, problem: text }), words), remedy };
}

/** Problem of an error with its place, without the remedy, for warnings and logs. */
export function errorMessage(data: AppErrorData): Message {
  const place = placeOf(data);
  const told = problemOf(data);
  return place === null
    ? message('problem.alone', { problem: told })
    : message('problem.at', { place, problem: told });
}

/** The problem of an error, without the file or model that it is about. */
export function problemOf({ code, details }: AppErrorData): Problem {
  switch (code) {
    case 'UserInput':
    case 'Data':
    case 'Model':
      return details.problem;
    case 'UnsupportedOp': {
      const list = details.ops.map(({ op, opset, node }) =>
        message('operator.node', { op, opset: String(opset), node }),
      );
      return problem('model.unsupportedOperators', { operators: { list, join: 'and' } });
    }
    case 'Graph':
      return problem('model.unexpectedGraph', { ...details });
    case 'Checkpoint':
      return problem('checkpoint.unusable', { ...details });
    case 'Storage':
      return storageProblem(details);
    case 'Diverged':
      return divergence(details);
    case 'ProcessCrashed':
      return problem('process.crashed', crashArguments(details));
    case 'ProcessKeepsCrashing':
      return problem('process.keepsCrashing', {
        ...crashArguments(details),
        count: details.crashes,
      });
    case 'RunOwned': {
      const owner = { pid: String(details.pid), host: details.host };
      return details.isVerified
        ? problem('run.owned', owner)
        : problem('run.ownedElsewhere', owner);
    }
    case 'Cancelled':
      return problem('cancelled');
    case 'Internal':
      return problem('internal', { message: details.message });
  }
}

/** The file, row and column that an error is about, or the model's path; null for others. */
function placeOf({ code, details }: AppErrorData): Message | null {
  if (code === 'Model') return verbatim(details.path);
  if (code !== 'Data') return null;
  const { file, row, column } = details;
  if (row === undefined) {
    return column === undefined ? verbatim(file) : message('place.column', { file, column });
  }
  return column === undefined
    ? message('place.row', { file, row })
    : message('place.rowAndColumn', { file, row, column });
}

const PROCESSES = {
  trainer: { process: message('process.trainer'), advice: message('process.resume') },
  modelServer: {
    process: message('process.modelServer'),
    advice: message('process.restartsWithHover'),
  },
  dataWorker: {
    process: message('process.dataWorker'),
    advice: message('process.restartsWhenNeeded'),
  },
} as const;

function crashArguments(details: AppErrorDetails['ProcessCrashed']): {
  process: Message;
  how: Message;
  output: Message | string;
  advice: Message;
} {
  const { process, exitCode, signal, stderrTail } = details;
  return {
    ...PROCESSES[process],
    how:
      signal !== null
        ? message('process.signal', { signal })
        : exitCode === null
          ? message('process.unknownEnd')
          : message('process.exitCode', { exitCode: String(exitCode) }),
    output: stderrTail === '' ? '' : message('process.lastOutput', { output: stderrTail }),
  };
}

/** Half of a learning rate, for a run that repeats one that diverged. */
export function lowerLearningRate(learningRate: number): number {
  return Number((learningRate / 2).toPrecision(6));
}

function divergence(details: AppErrorDetails['Diverged']): Problem {
  const { step, quantity, value, learningRate, checkpointStep } = details;
  return problem('training.diverged', {
    quantity: quantityMessage(quantity),
    value,
    step,
    kept:
      checkpointStep === null ? '' : message('diverged.keptCheckpoint', { step: checkpointStep }),
    advice:
      step === 0
        ? message('diverged.chooseOtherModel')
        : message('diverged.lowerRate', {
            lower: String(lowerLearningRate(learningRate)),
            learningRate: String(learningRate),
          }),
  });
}

/** Name of a quantity that became NaN or infinite, in the middle of a sentence. */
export function quantityMessage(quantity: DivergedQuantity): Message {
  switch (quantity) {
    case 'loss':
      return message('diverged.loss');
    case 'gradientNorm':
      return message('diverged.gradientNorm');
    default:
      return message('diverged.heldOut', { metric: quantity.heldOut });
  }
}

function storageProblem({ path, reason, message: said }: AppErrorDetails['Storage']): Problem {
  switch (reason) {
    case 'full':
      return problem('storage.full', { path });
    case 'denied':
      return problem('storage.denied', { path });
    case 'other':
      return problem('storage.failed', { path, message: said });
  }
}
