import fs from 'node:fs';
import path from 'node:path';
import { AppError, cancelled, describeError, toAppErrorData } from '../core/errors.js';
import { formatCount } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { maskingText } from '../core/runs/maskingText.js';
import {
  RUN_FILES,
  runStateSchema,
  type RunControl,
  type RunSpec,
  type RunState,
} from '../core/runs/schema.js';
import type { ProcessToken } from '../core/runs/processToken.js';
import { train } from '../core/train/loop/loop.js';
import { NO_PROGRESS, stateOf, type TrainingProgress } from '../core/train/loop/progress.js';
import { StepTrace, traceMetadata } from '../core/train/loop/traceRecorder.js';
import {
  keepBest,
  readBest,
  readNewestCheckpoint,
  removeCheckpoints,
  writeCheckpoint,
  type Checkpoint,
} from '../node/runs/checkpoints.js';
import { modelError } from '../node/models/modelFiles.js';
import { fingerprintModelFolder } from '../node/models/modelFingerprint.js';
import { reserveSpace } from '../node/files/reserveSpace.js';
import { lockRun, type LockOptions, type RunLock } from '../node/runs/runLock.js';
import { readRunSpec } from '../node/runs/runSpecFile.js';
import { initialRunState } from '../node/runs/runState.js';
import { RunWriter } from '../node/runs/runWriter.js';
import { writeTrace } from '../node/runs/traceFile.js';
import { makeNewModel } from './makeNewModel.js';
import { prepare, type PreparedRun } from './prepare.js';
import { threadsOf } from './threads.js';
import { writeExampleScores } from './writeExampleScores.js';
import { writeTrainedModel } from './writeTrainedModel.js';
import { ENGLISH } from '../core/messages/render.js';

/** `lost`: the run's folder is gone, or another trainer has taken over. */
export type TrainingOutcome = 'finished' | 'stopped' | 'failed' | 'lost';

/**
 * Trains the run in `directory` from its start or from its newest checkpoint. Whatever goes wrong
 * ends up in `state.json`, for everyone who reads the run; a run that is lost is not written to.
 */
export async function runTraining(
  directory: string,
  options: Pick<LockOptions, 'takeOver'> = {},
): Promise<TrainingOutcome> {
  const lock = await lockRun(directory, options);
  try {
    const spec = await readRunSpec(directory);
    const writer = openWriter(directory, lock.token);
    const reserve = reserveSpace(directory);
    try {
      return await trainRun(directory, { spec, writer, lock });
    } catch (thrown) {
      if (!lock.isHeld()) {
        console.error(
          `${directory} is gone, or another trainer has taken over: nothing is written.`,
        );
        return 'lost';
      }
      reserve.release();
      return recordEnd(thrown, writer);
    } finally {
      reserve.release();
    }
  } finally {
    lock.release();
  }
}

/** Tells everyone who reads the run why it ended. */
function recordEnd(thrown: unknown, writer: RunWriter): 'stopped' | 'failed' {
  const error = toAppErrorData(thrown);
  if (error.code === 'Cancelled') {
    writer.update({ status: 'stopped', process: null, activity: 'Stopped', secondsLeft: null });
    return 'stopped';
  }
  const { message, remedy } = describeError(error, ENGLISH);
  console.error(thrown);
  writer.update({
    status: 'failed',
    process: null,
    activity: 'Failed',
    secondsLeft: null,
    error: { code: error.code, message, remedy },
  });
  writer.log('error', `${message} ${remedy}`);
  return 'failed';
}

async function trainRun(
  directory: string,
  { spec, writer, lock }: { spec: RunSpec; writer: RunWriter; lock: RunLock },
): Promise<'finished' | 'stopped'> {
  let isStopRequested = false;
  const onSignal = (): void => {
    isStopRequested = true;
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  const takeControl = (): RunControl['command'] | null => {
    if (!lock.isHeld()) throw cancelled();
    return isStopRequested ? 'stop' : writer.takeControl();
  };

  const report = (activity: string): void => {
    writer.update({ activity });
    if (takeControl() === 'stop') throw cancelled();
  };
  const { newModel } = spec;
  let modelFolder: string;
  if (newModel === null) modelFolder = await findModel(spec);
  else {
    const { start: known } = writer.current;
    const made = await makeNewModel(directory, { spec, newModel, made: known }, report);
    writer.update({ start: made.sha256 });
    modelFolder = made.folder;
  }
  const storePath = path.join(directory, RUN_FILES.sequences);
  const prepared = await prepare(spec, { modelFolder, storePath, report });
  const { engine, data, warnings } = prepared;
  for (const warning of warnings) writer.log('warning', warning);
  try {
    const checkpoint = readNewestCheckpoint(directory, writer.appendedBytes(), (unreadable) => {
      writer.log(
        'warning',
        `A checkpoint is left out. ${describeError(unreadable.data, ENGLISH).message}.`,
      );
    });
    const start = resumeFrom(checkpoint, prepared, writer);
    writer.log(
      'info',
      start.step === 0
        ? `Training ${spec.model.name} on ${formatCount(spec.data.files.length, 'file')}: ${prepared.summary}.`
        : `Resuming from step ${start.step}.`,
    );
    if (prepared.masking !== null && start.step === 0) {
      const message = `Masking ${maskingText(spec.masking)}: ${prepared.masking}.`;
      writer.log('info', message, 'masking');
    }
    if (spec.training.threads === null) {
      writer.log('info', `Using ${formatCount(threadsOf(spec.training), 'thread')}.`);
    }
    const isTraced = spec.training.traceSteps > 0 && start.step === 0;
    const trace = isTraced ? new StepTrace(engine, spec.training.traceSteps) : null;
    const outcome = await train({
      spec,
      engine,
      data,
      start,
      trace,
      recorder: {
        metrics: (row) => {
          writer.metrics(row);
        },
        samples: async (step) => {
          await recordSamples(prepared, step, writer);
        },
        update: (changes, options) => {
          writer.update(changes, options);
        },
        log: (message) => {
          writer.log('info', message);
        },
        checkpoint: (progress) => {
          writeCheckpoint(directory, engine, { progress, appended: writer.appendedBytes() });
          writer.log('info', `Checkpoint at step ${progress.step}.`);
        },
        keepBest: (step) => {
          keepBest(directory, engine, step);
        },
        restoreBest: (step) => restoreBest(directory, prepared, { step, writer }),
        takeControl,
        seconds: () => performance.now() / 1000,
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      },
    }).finally(() => {
      // Written whatever happened, a step that diverges being worth a replay, and before the run is
      // said to have ended.
      if (trace === null) return;
      writeTrace(directory, trace.content(), traceMetadata(spec, prepared.model.configJson));
    });

    if (outcome === 'finished') {
      if (!spec.training.noExampleScores) {
        const { step: trainedSteps, modelStep } = writer.current;
        writer.update({ activity: 'Writing the predictions of single examples' });
        await writeExampleScores(directory, {
          ...{ spec, prepared, trainedSteps, step: modelStep ?? trainedSteps },
          isStopRequested: () => {
            writer.update({}, { now: false });
            return takeControl() === 'stop';
          },
          log: (message) => {
            writer.log('info', message);
          },
        });
      }
      writer.update({ activity: 'Writing the model' });
      await writeTrainedModel(directory, spec, prepared, writer.current);
      writer.log('info', 'Finished. The model is in the folder model.');
      writer.update({ status: 'finished', process: null, activity: 'Finished', secondsLeft: 0 });
      removeCheckpoints(directory);
    } else {
      const { step } = writer.current;
      writer.log('info', `Stopped at step ${step}; resume goes on from there.`);
      writer.update({ status: 'stopped', process: null, activity: 'Stopped', secondsLeft: null });
    }
    return outcome;
  } finally {
    prepared.dispose();
    await engine.dispose();
  }
}

function openWriter(directory: string, token: ProcessToken): RunWriter {
  const state = readState(path.join(directory, RUN_FILES.state));
  const writer = new RunWriter(directory, state);
  writer.update({
    status: 'preparing',
    process: token,
    startedAt: state.startedAt ?? new Date().toISOString(),
    activity: 'Reading the data',
    error: null,
  });
  return writer;
}

/** A state file that did not survive (the machine went down) is begun anew. */
function readState(file: string): RunState {
  try {
    return runStateSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return initialRunState();
  }
}

/**
 * The folder of the model that the run starts from. An update of the extension moves the bundled
 * model: where the recorded folder is gone or another, the one shipped now is taken if it is the
 * same model.
 */
async function findModel(spec: RunSpec): Promise<string> {
  const { path: recorded, sha256 } = spec.model;
  const bundled = path.join(__dirname, '..', BUNDLED_MODEL_FOLDER);
  let problem: AppError | null = null;
  for (const folder of [recorded, bundled]) {
    try {
      if ((await fingerprintModelFolder(folder)) === sha256) return folder;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      problem ??= thrown;
    }
  }
  throw (
    problem ??
    modelError(
      recorded,
      'has changed since this run was created',
      'Put the model back as it was, or start a new run from the changed one.',
    )
  );
}

function resumeFrom(
  checkpoint: Checkpoint | null,
  { engine }: PreparedRun,
  writer: RunWriter,
): TrainingProgress {
  if (checkpoint === null) {
    if (writer.current.step > 0)
      writer.log('warning', 'No checkpoint to go on from: starting over.');
    writer.cutBack({ metrics: 0, samples: 0 });
    return NO_PROGRESS;
  }
  const { progress, appended, parameters, optimizer } = checkpoint;
  engine.restore({ parameters, optimizer });
  writer.cutBack(appended);
  writer.update(stateOf(progress));
  return progress;
}

/** Best weights that cannot be read are no reason to lose the last ones. */
function restoreBest(
  directory: string,
  { engine }: PreparedRun,
  { step, writer }: { step: number; writer: RunWriter },
): boolean {
  try {
    engine.restore({ parameters: readBest(directory, step), optimizer: engine.optimizerState() });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { message } = describeError(thrown.data, ENGLISH);
    writer.log('warning', `The last model is left instead of the best. ${message}.`);
    return false;
  }
}

async function recordSamples(
  { engine, samples }: PreparedRun,
  step: number,
  writer: RunWriter,
): Promise<void> {
  if (samples === null) return;
  writer.samples(samples.read(await engine.logits(samples.batch), step));
}
