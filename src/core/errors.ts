/**
 * The one error family of Masklab. Codes and details cross process borders; `describeError` is the
 * one place that turns them into text for a person.
 */
export interface AppErrorDetails {
  /** The person can mend it: `problem` says what is wrong, `remedy` the next step. */
  UserInput: { problem: string; remedy: string };
  /** A file of the person's data cannot be used. */
  Data: { file: string; row?: number; column?: string; problem: string; remedy: string };
  /** A model folder or model file cannot be used. */
  Model: { path: string; problem: string; remedy: string };
  /** Every op without a gradient rule, collected before anything is built. */
  UnsupportedOp: { ops: { op: string; opset: number; node: string }[] };
  /** A graph is not what a pass or rule expects. */
  Graph: { op: string; expected: string; got: string };
  /** A checkpoint cannot be read or does not fit the run. */
  Checkpoint: { path: string; reason: string };
  /** Writing failed: disk full, no permission. */
  Storage: { path: string; reason: 'full' | 'denied' | 'other'; message: string };
  /** The loss or a gradient became NaN or infinite. */
  Diverged: {
    step: number;
    /** Which number, in words. */
    what: string;
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
    super(`${data.code}: ${JSON.stringify(data.details)}`, options);
    this.name = 'AppError';
    this.data = data;
  }

  get code(): AppErrorCode {
    return this.data.code;
  }
}

/** The error of work that somebody has called off. */
export function cancelled(): AppError {
  return new AppError({ code: 'Cancelled', details: {} });
}

/** Reads any thrown value as wire data; what is not an `AppError` is a bug of ours. */
export function toAppErrorData(thrown: unknown): AppErrorData {
  if (thrown instanceof AppError) return thrown.data;
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'Internal', details: { message } };
}

/** Text for a person: what happened, and what to do next. */
export function describeError(data: AppErrorData): { message: string; remedy: string } {
  switch (data.code) {
    case 'UserInput':
      return { message: data.details.problem, remedy: data.details.remedy };
    case 'Data': {
      const { file, row, column, problem, remedy } = data.details;
      const place = [
        file,
        ...(row === undefined ? [] : [`line ${row}`]),
        ...(column === undefined ? [] : [`column ${column}`]),
      ].join(', ');
      return { message: `${place}: ${problem}`, remedy };
    }
    case 'Model':
      return {
        message: `${data.details.path}: ${data.details.problem}`,
        remedy: data.details.remedy,
      };
    case 'UnsupportedOp': {
      const list = data.details.ops.map((o) => `${o.op} (opset ${o.opset}, node "${o.node}")`);
      return {
        message: `The model uses operators that have no gradient rule: ${list.join(', ')}.`,
        remedy: 'Choose a model of a supported family.',
      };
    }
    case 'Graph':
      return {
        message: `The model graph is not as expected at ${data.details.op}: expected ${data.details.expected}, got ${data.details.got}.`,
        remedy: 'Export the model again, or choose another one.',
      };
    case 'Checkpoint':
      return {
        message: `${data.details.path}: ${data.details.reason}`,
        remedy: 'Delete this checkpoint folder to resume from the one before, or start a new run.',
      };
    case 'Storage':
      return describeStorage(data.details);
    case 'Diverged':
      return describeDivergence(data.details);
    case 'ProcessCrashed': {
      const { name, remedy } = PROCESSES[data.details.process];
      const { how, output } = describeEnd(data.details);
      return {
        message: `${name} ended unexpectedly (${how}).${output ? ` Last output: ${output}` : ''}`,
        remedy,
      };
    }
    case 'ProcessKeepsCrashing': {
      const { process, crashes } = data.details;
      const { how, output } = describeEnd(data.details);
      return {
        message: `${PROCESSES[process].name} crashed ${crashes} times (${how}) and is not restarted automatically.${output ? ` Last output: ${output}` : ''}`,
        remedy: 'Choose another model or data, then run "Restart background processes".',
      };
    }
    case 'RunOwned': {
      const { pid, host, isVerified } = data.details;
      return isVerified
        ? {
            message: `This run is already being trained, by process ${pid} on ${host}.`,
            remedy: 'Wait for it, or stop it first.',
          }
        : {
            message: `This run was being trained by process ${pid} on ${host}, which cannot be checked from here.`,
            remedy: 'Stop it there. If that process is gone for good, resume and take over.',
          };
    }
    case 'Cancelled':
      return { message: 'Cancelled.', remedy: '' };
    case 'Internal':
      return {
        message: `Something went wrong inside Masklab: ${data.details.message}`,
        remedy: 'Please report this with the log of the run.',
      };
  }
}

function describeEnd({ exitCode, signal, stderrTail }: AppErrorDetails['ProcessCrashed']): {
  how: string;
  output: string;
} {
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`;
  return { how, output: stderrTail };
}

const PROCESSES: Readonly<
  Record<AppErrorDetails['ProcessCrashed']['process'], { name: string; remedy: string }>
> = {
  trainer: {
    name: 'The trainer',
    remedy: 'Resume the run to go on from its last checkpoint.',
  },
  modelServer: {
    name: 'The model server',
    remedy: 'It is started again at the next hover.',
  },
  dataWorker: {
    name: 'The process that reads and masks data',
    remedy: 'It is started again when it is next needed: try once more.',
  },
};

function describeDivergence(details: AppErrorDetails['Diverged']): {
  message: string;
  remedy: string;
} {
  const { step, what, value, learningRate, checkpointStep } = details;
  const lower = Number((learningRate / 3).toPrecision(1));
  const kept =
    checkpointStep === null ? '' : ` The checkpoint of step ${checkpointStep} is from before that.`;
  return {
    message: `The ${what} became ${value} at step ${step}.${kept}`,
    remedy:
      step === 0
        ? 'The model was broken before the first step: choose another one.'
        : `Start a new run with a lower learning rate: ${lower} instead of ${learningRate}.`,
  };
}

function describeStorage({ path, reason, message }: AppErrorDetails['Storage']): {
  message: string;
  remedy: string;
} {
  switch (reason) {
    case 'full':
      return {
        message: `The disk is full: ${path} could not be written.`,
        remedy: 'Free some space, then try again; a run that had started can be resumed.',
      };
    case 'denied':
      return {
        message: `No permission to write ${path}.`,
        remedy: 'Make the folder writable or choose another one, then try again.',
      };
    case 'other':
      return {
        message: `${path} could not be written: ${message}`,
        remedy: 'Check the folder, then try again.',
      };
  }
}
