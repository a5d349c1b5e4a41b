import { groupBy } from '../../collections/groupBy.js';
import type { RunSpec } from '../../runs/schema.js';
import { rungShares, type SweepDesign } from './sweep.js';

/** Time and size of one run as an estimate gives them. */
export interface TrialEstimate {
  readonly seconds: number;
  readonly parameterCount: number;
  readonly trainedCount: number;
}

/** Runs of different shapes that are estimated at most; the time of others follows from them. */
const ESTIMATED_SHAPES = 4;

/** Equal for runs whose steps take the same time; all trials share data and model. */
function shapeOf({ training, method, optimizer }: RunSpec): string {
  const { batchSize, accumulation, maxLength, packing, cut, truncation, stride, dropout } =
    training;
  const kinds = { batchSize, accumulation, maxLength, packing, cut, truncation, stride, dropout };
  return JSON.stringify([kinds, method, optimizer.name]);
}

/** Trials of different shapes whose time is worth estimating: first, last and between. */
export function trialsToEstimate(specs: readonly RunSpec[]): RunSpec[] {
  const shapes = [...groupBy(specs, shapeOf).values()].map(([first]) => first!);
  if (shapes.length <= ESTIMATED_SHAPES) return shapes;
  return Array.from(
    { length: ESTIMATED_SHAPES },
    (_, i) => shapes[Math.round((i * (shapes.length - 1)) / (ESTIMATED_SHAPES - 1))]!,
  );
}

/** Mean time and size of the trials, by the estimates of some of them. */
export function meanTrial(
  specs: readonly RunSpec[],
  estimated: readonly { readonly spec: RunSpec; readonly estimate: TrialEstimate }[],
): TrialEstimate {
  const perEpoch = new Map(
    estimated.map(({ spec, estimate }) => [shapeOf(spec), estimate.seconds / spec.training.epochs]),
  );
  const usual = meanOf([...perEpoch.values()]);
  return {
    seconds: meanOf(
      specs.map((spec) => spec.training.epochs * (perEpoch.get(shapeOf(spec)) ?? usual)),
    ),
    parameterCount: Math.max(...estimated.map(({ estimate }) => estimate.parameterCount)),
    trainedCount: Math.max(...estimated.map(({ estimate }) => estimate.trainedCount)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One rung of a plan. */
export interface PlannedRung {
  /** Share of the steps up to which its trials are trained. */
  readonly share: number;
  readonly trials: number;
  /** Time to train from the rung before. */
  readonly seconds: number;
}

export interface SweepPlan {
  readonly trials: number;
  readonly rungs: readonly PlannedRung[];
  readonly repeats: number;
  /** Of all trials and repetitions. */
  readonly seconds: number;
  /** Disk space at the end, in bytes: models of finished runs and checkpoints of paused ones. */
  readonly bytes: number;
}

const BYTES_OF_WEIGHT = 4;
/** A checkpoint has the weights and up to two moments of each; two checkpoints are kept. */
const WEIGHTS_OF_CHECKPOINTS = 2 * 3;

/** Runs, time and disk space of a number of trials. */
export function sweepPlan(
  design: Pick<SweepDesign, 'halving' | 'repeats'>,
  trials: number,
  { seconds, parameterCount, trainedCount }: TrialEstimate,
): SweepPlan {
  const factor = design.halving?.factor ?? 1;
  let [count, before] = [trials, 0];
  const rungs = rungShares(design).map((share, rung): PlannedRung => {
    if (rung > 0) count = Math.max(1, Math.floor(count / factor));
    const planned = { share, trials: count, seconds: count * (share - before) * seconds };
    before = share;
    return planned;
  });
  const finished = rungs.at(-1)!.trials;
  const repeats = Math.min(design.repeats.top, finished) * design.repeats.seeds;
  const model = parameterCount * BYTES_OF_WEIGHT;
  const checkpoints = trainedCount * BYTES_OF_WEIGHT * WEIGHTS_OF_CHECKPOINTS;
  return {
    trials,
    rungs,
    repeats,
    seconds: rungs.reduce((sum, rung) => sum + rung.seconds, 0) + repeats * seconds,
    bytes: (finished + repeats) * model + (trials - finished + 1) * checkpoints,
  };
}

/** Largest number of trials whose search takes at most so many seconds; at least one. */
export function trialsWithin(
  design: Pick<SweepDesign, 'halving' | 'repeats'>,
  estimate: TrialEstimate,
  { seconds, most }: { readonly seconds: number; readonly most: number },
): number {
  const searchOf = (trials: number): number =>
    sweepPlan(design, trials, estimate).rungs.reduce((sum, rung) => sum + rung.seconds, 0);
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (searchOf(middle) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}
