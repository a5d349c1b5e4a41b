import path from 'node:path';
import { fileSplitMessages } from '../core/data/splitting/fileSplits.js';
import { cancelled } from '../core/errors.js';
import { message, type Message } from '../core/messages/message.js';
import { headMessage, isNewHead } from '../core/models/headOrigin.js';
import { maskingMessage } from '../core/runs/maskingMessage.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import { MAX_STATE_LABELS } from '../core/runs/labelRow.js';
import { judge, verdictMessage } from '../core/runs/runVerdict.js';
import { RUN_FILES, type RunControl, type RunSpec } from '../core/runs/schema.js';
import { lossesOf } from '../core/train/debias/debiasLosses.js';
import { train } from '../core/train/loop/loop.js';
import type { TrainingProgress } from '../core/train/loop/progress.js';
import { StepTrace, traceMetadata } from '../core/train/loop/traceRecorder.js';
import { writeEvaluation } from '../node/runs/evaluationFile.js';
import { removeCheckpoints } from '../node/runs/checkpoints.js';
import type { RunLock } from '../node/runs/runLock.js';
import type { RunWriter } from '../node/runs/runWriter.js';
import { writeTrace } from '../node/runs/traceFile.js';
import { findStartModel } from '../node/models/findStartModel.js';
import { makeNewModel } from './makeNewModel.js';
import { prepare, type PreparedRun } from './prepare.js';
import { createRunRecorder, resumeFromCheckpoint } from './runRecorder.js';
import { threadsOf } from './threads.js';
import { scoreExamples } from './scoreExamples.js';
import { writeTrainedModel } from './writeTrainedModel.js';

interface OpenRun {
  readonly spec: RunSpec;
  readonly writer: RunWriter;
  readonly lock: RunLock;
  /** Share of the steps after which training stops at the next evaluation. */
  readonly until: number;
}

/**
 * Prepares, trains and leaves the model of a locked run. Rejects with `Cancelled` if it is stopped
 * before training starts, or if the lock is lost.
 */
export async function trainRun(
  directory: string,
  { spec, writer, lock, until }: OpenRun,
): Promise<'finished' | 'stopped'> {
  const takeControl = watchControl(writer, lock);
  const report = (activity: Message): void => {
    writer.update({ activity });
    if (takeControl() === 'stop') throw cancelled();
  };
  const modelFolder = await startModel(directory, { spec, writer, report });
  const storePath = path.join(directory, RUN_FILES.sequences);
  const prepared = await prepare(spec, { modelFolder, storePath, report });
  const { engine, data, warnings } = prepared;
  for (const warning of warnings) writer.log('warning', warning);
  try {
    const start = resumeFromCheckpoint(directory, { prepared, writer });
    logStart(start, { spec, prepared, writer });
    addBaselines({ prepared, writer });
    const isTraced = spec.training.traceSteps > 0 && start.step === 0;
    const trace = isTraced ? new StepTrace(engine, spec.training.traceSteps, lossesOf(spec)) : null;
    const recorder = createRunRecorder(directory, { spec, prepared, writer, takeControl });
    const { headOrigin } = prepared.model;
    const isUntrained = spec.newModel !== null || (headOrigin !== null && isNewHead(headOrigin));
    const training = { spec, engine, data, start, isUntrained, trace, recorder, until };
    const outcome = await train(training).finally(() => {
      // Written whatever happened, since a step that diverges is worth a replay, and before the
      // state says that the run has ended.
      if (trace === null) return;
      writeTrace(directory, trace.content(), traceMetadata(spec, prepared.model.configJson));
    });
    if (outcome === 'finished') {
      await leaveModel(directory, { spec, prepared, writer, takeControl });
    } else {
      const { step, pausedAtStep } = writer.current;
      const isPaused = step === pausedAtStep;
      writer.log('info', message(isPaused ? 'training.pausedAt' : 'training.stoppedAt', { step }));
      writer.update({ status: 'stopped', process: null, activity: null, secondsLeft: null });
    }
    return outcome;
  } finally {
    prepared.dispose();
    await engine.dispose();
  }
}

/** Yields commands from `control.json`, and stop for a signal. Throws `Cancelled` without the lock. */
function watchControl(writer: RunWriter, lock: RunLock): () => RunControl['command'] | null {
  let isStopRequested = false;
  const onSignal = (): void => {
    isStopRequested = true;
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  return () => {
    if (!lock.isHeld()) throw cancelled();
    return isStopRequested ? 'stop' : writer.takeControl();
  };
}

/** Folder of the model that the run starts from, which a run that pre-trains makes first. */
async function startModel(
  directory: string,
  {
    spec,
    writer,
    report,
  }: Pick<OpenRun, 'spec' | 'writer'> & { report: (activity: Message) => void },
): Promise<string> {
  const { newModel } = spec;
  if (newModel === null) return findStartModel(spec);
  const { start: known } = writer.current;
  const made = await makeNewModel(directory, { spec, newModel, made: known }, report);
  writer.update({ start: made.sha256 });
  return made.folder;
}

interface ReadyRun extends Pick<OpenRun, 'spec' | 'writer'> {
  readonly prepared: PreparedRun;
}

function logStart({ step }: TrainingProgress, { spec, prepared, writer }: ReadyRun): void {
  writer.log(
    'info',
    step === 0
      ? message('training.started', {
          model: spec.model.name,
          files: message('training.files', { count: spec.data.files.length }),
          data: { list: prepared.summary, join: 'and' },
        })
      : message('training.resumed', { step }),
  );
  const { headOrigin } = prepared.model;
  if (headOrigin !== null && step === 0) {
    const head = headMessage(headOrigin);
    writer.log('info', head, 'head');
    writer.update({ head });
  }
  if (spec.masking !== null && prepared.masking !== null && step === 0) {
    const policy = maskingMessage(spec.masking);
    const said = message('training.masking', { policy, masked: prepared.masking });
    writer.log('info', said, 'masking');
  }
  if (step === 0) for (const note of prepared.debiasing) writer.log('info', note, 'masking');
  const { maskedExamples } = spec.training;
  if (maskedExamples > 0 && step === 0) {
    const share = { share: maskedExamples };
    writer.log('info', message('training.maskedExamples', { share }), 'masking');
  }
  if (step === 0) {
    for (const said of fileSplitMessages(spec.data.files)) writer.log('info', said);
  }
  if (spec.training.threads === null) {
    writer.log('info', message('training.threads', { count: threadsOf(spec.training) }));
  }
}

/** Fits the baselines of a task with labels, which takes seconds; a resumed run has them already. */
function addBaselines({ prepared, writer }: Pick<ReadyRun, 'prepared' | 'writer'>): void {
  if (prepared.baselines === null || writer.current.baselines !== undefined) return;
  writer.update({ activity: message('training.fittingBaselines') });
  writer.update({ baselines: prepared.baselines() });
}

/**
 * Writes the results of a finished run: predictions of single examples, reports, the verdict and the
 * model.
 */
async function leaveModel(
  directory: string,
  {
    spec,
    prepared,
    writer,
    takeControl,
  }: ReadyRun & { takeControl: () => RunControl['command'] | null },
): Promise<void> {
  const { step: trainedSteps, modelStep, latest, test } = writer.current;
  writer.update({ activity: message('training.writingExampleScores') });
  const reports = await scoreExamples(directory, {
    ...{ spec, prepared, trainedSteps, step: modelStep ?? trainedSteps },
    metrics: (split) => (split === 'test' ? (test ?? null) : latest),
    isStopRequested: () => {
      writer.update({}, { now: false });
      return takeControl() === 'stop';
    },
    log: (said) => {
      writer.log('info', said);
    },
  });
  if (reports.length > 0)
    await writeEvaluation(directory, { version: 1, step: modelStep ?? trainedSteps, reports });
  const { split, labels } = reports.at(-1) ?? { split: 'data' };
  if (split !== 'data' && labels && labels.rows.length <= MAX_STATE_LABELS) {
    writer.update({ labels: { split, rows: labels.rows } });
  }
  const objective = objectiveOf(spec.task);
  const verdict = judge(writer.current, {
    metrics: objective.metrics,
    baselineNames: objective.data === 'labelled' ? objective.baselineNames : null,
  });
  if (verdict !== null) writer.update({ verdict });
  const shortfall = verdictMessage(verdict ?? undefined);
  if (shortfall !== null) writer.log('warning', shortfall);
  writer.update({ activity: message('training.writingModel') });
  await writeTrainedModel(directory, { spec, prepared, state: writer.current, reports });
  writer.log('info', message('training.finished'));
  writer.update({ status: 'finished', process: null, activity: null, secondsLeft: 0 });
  removeCheckpoints(directory);
}
