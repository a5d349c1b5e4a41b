import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import { HELD_OUT_METRICS, isHeldOutMetric } from '../../runs/metrics.js';
import type { HeldOutMetricName, HeldOutMetrics } from '../../runs/metrics.js';
import { objectiveOf } from '../../objectives/objectives.js';
import type { RunSpec, RunState } from '../../runs/schema.js';

/** Progress that a checkpoint stores beside tensors, sufficient to resume the run identically. */
export interface TrainingProgress {
  readonly step: number;
  readonly trainingSeconds: number;
  readonly before: RunState['before'];
  readonly latest: RunState['latest'];
  readonly best: RunState['best'];
  /** State of early stopping; `null` without it and before the first evaluation. */
  readonly patience: {
    /** Value that an evaluation must improve on by more than the minimum change. */
    readonly toBeat: number;
    /** Evaluations since then without such an improvement. */
    readonly waited: number;
  } | null;
}

export const NO_PROGRESS: TrainingProgress = {
  step: 0,
  trainingSeconds: 0,
  before: null,
  latest: null,
  best: null,
  patience: null,
};

/** Part of the progress that `state.json` shows. */
export function stateOf({
  step,
  trainingSeconds,
  before,
  latest,
  best,
}: TrainingProgress): Partial<RunState> {
  return { step, trainingSeconds, before, latest, best };
}

/** Part of a spec that decides which evaluation is best. */
type EvaluatedRun = Pick<RunSpec, 'task'> & {
  readonly training: Pick<RunSpec['training'], 'earlyStopping' | 'bestOfTies'>;
};

/**
 * Adds the metrics of an evaluation at `progress.step`. The best evaluation is decided by the metric
 * of early stopping, or else by the first metric of the task; a run that is resumed keeps the metric
 * that it started with.
 *
 * @throws AppError `UserInput` if the task has no such metric
 */
export function withEvaluation(
  progress: TrainingProgress,
  metrics: HeldOutMetrics,
  { task, training }: EvaluatedRun,
): TrainingProgress {
  const { earlyStopping } = training;
  const metric = earlyStopping?.metric ?? progress.best?.metric ?? objectiveOf(task).metrics[0];
  const value = valueOf(metrics, metric, task);
  const { better } = HELD_OUT_METRICS[metric as HeldOutMetricName];
  const gainOver = (other: number): number => (better === 'more' ? value - other : other - value);
  const { step, best, patience } = progress;
  const isBest =
    best === null ||
    gainOver(best.value) > 0 ||
    (training.bestOfTies === 'lowestLoss' && gainOver(best.value) === 0 && winsTie(metrics, best));
  return {
    ...progress,
    before: progress.before ?? metrics,
    latest: metrics,
    best: isBest ? { metric, value, step, loss: metrics.loss } : best,
    patience:
      earlyStopping === null
        ? null
        : patience === null || gainOver(patience.toBeat) > earlyStopping.minimumChange
          ? { toBeat: value, waited: 0 }
          : { ...patience, waited: patience.waited + 1 },
  };
}

/** A trained model wins against the untrained one; otherwise the lower loss does. */
function winsTie({ loss }: HeldOutMetrics, best: NonNullable<RunState['best']>): boolean {
  return best.step === 0 || (best.loss !== undefined && loss < best.loss);
}

/** Whether the patience of early stopping is exhausted. */
export function isPatienceOver(
  { patience }: TrainingProgress,
  { earlyStopping }: RunSpec['training'],
): boolean {
  return earlyStopping !== null && patience !== null && patience.waited >= earlyStopping.patience;
}

function valueOf(metrics: HeldOutMetrics, name: string, { kind }: RunSpec['task']): number {
  const value = isHeldOutMetric(name) ? metrics[name] : undefined;
  if (value !== undefined) return value;
  throw inputError(
    problem('training.unknownMetric', {
      metric: name,
      task: kind,
      metrics: { list: Object.keys(metrics), join: 'or' },
    }),
  );
}
