import type { TrainingBatch } from '../../batches/batch.js';
import type { OptimizerState, TrainingEngine } from '../engine/engine.js';

export interface LearningRatePoint {
  readonly learningRate: number;
  /** Of the step at this rate, taken before its update. */
  readonly loss: number;
  /**
   * Change of the loss so far: the difference between the losses and those that the untouched model
   * has on the same batches, an exponential moving average corrected for its start.
   */
  readonly smoothedLoss: number;
}

export interface LearningRateSweep {
  readonly points: readonly LearningRatePoint[];
  /** Suggested peak learning rate; `null` if no rate decreased the loss. */
  readonly suggestion: number | null;
}

export interface FindLearningRateOptions {
  readonly engine: TrainingEngine;
  /** Batches of the step that follows `step` completed steps. */
  readonly trainBatches: (step: number) => readonly TrainingBatch[];
  readonly lowest?: number;
  readonly highest?: number;
  /** Of the whole sweep. */
  readonly steps?: number;
  /** Called with each point of the sweep; `false` ends the sweep. */
  readonly onPoint?: (point: LearningRatePoint) => boolean;
}

const SMOOTHING = 0.8;
/** The sweep ends where the smoothed loss is this many times its lowest. */
const DIVERGED = 4;
/** A fall by less than this share of the loss is noise. */
const LEAST_FALL = 0.002;
/**
 * The rate with the lowest loss is already about to do harm. A third of it is what trained best
 * of the bundled model's rates (see `defaults.ts`), and leaves room for a longer run.
 */
const SAFETY = 3;

/**
 * Trains with a learning rate that grows by a constant factor from step to step (Smith 2017,
 * arXiv:1506.01186) until the loss blows up, then puts parameters and optimizer back as they were.
 * Batches differ more in how hard they are than a step changes the model, so each loss is compared
 * with that of the untouched model on the same batch.
 */
export async function findLearningRate({
  engine,
  trainBatches,
  lowest = 1e-7,
  highest = 1,
  steps = 100,
  onPoint = () => true,
}: FindLearningRateOptions): Promise<LearningRateSweep> {
  const untouched: number[] = [];
  for (let step = 0; step < steps; step++) {
    untouched.push(await lossOf(engine, trainBatches(step)));
  }
  const level = untouched.reduce((a, b) => a + b, 0) / steps;
  const before = copyState(engine);
  const points: LearningRatePoint[] = [];
  let change = 0;
  let least = Infinity;
  try {
    for (let step = 0; step < steps; step++) {
      const learningRate = lowest * (highest / lowest) ** (step / Math.max(1, steps - 1));
      const { loss, gradientNorm } = await engine.step(trainBatches(step), learningRate);
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) break;
      change = SMOOTHING * change + (1 - SMOOTHING) * (loss - untouched[step]!);
      const smoothedLoss = level + change / (1 - SMOOTHING ** (step + 1));
      const point = { learningRate, loss, smoothedLoss };
      points.push(point);
      least = Math.min(least, smoothedLoss);
      if (!onPoint(point) || smoothedLoss > DIVERGED * least) break;
    }
  } finally {
    engine.restore(before);
  }
  return { points, suggestion: suggestPeak(points) };
}

/** Mean loss of a step's batches, without an update. */
async function lossOf(
  engine: Pick<TrainingEngine, 'evaluate'>,
  batches: readonly TrainingBatch[],
): Promise<number> {
  let sum = 0;
  let total = 0;
  for (const batch of batches) {
    const { lossSum, count } = await engine.evaluate(batch);
    sum += lossSum;
    total += count;
  }
  return sum / total;
}

/** A third of the rate with the lowest smoothed loss; `null` if the loss does not decrease. */
export function suggestPeak(points: readonly LearningRatePoint[]): number | null {
  const losses = points.map(({ smoothedLoss }) => smoothedLoss);
  const lowest = Math.min(...losses);
  const end = losses.indexOf(lowest);
  const highest = Math.max(...losses.slice(0, end + 1));
  if (!(highest - lowest > LEAST_FALL * Math.abs(highest))) return null;
  return Number((points[end]!.learningRate / SAFETY).toPrecision(2));
}

function copyState(engine: TrainingEngine): {
  parameters: Map<string, Float32Array>;
  optimizer: OptimizerState;
} {
  const copyAll = (arrays: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
    new Map([...arrays].map(([name, data]) => [name, data.slice()]));
  const { step, arrays } = engine.optimizerState();
  const trained = [...engine.trainedParameters()];
  return {
    parameters: copyAll(new Map(trained.map(([name, { data }]) => [name, data]))),
    optimizer: {
      step,
      arrays: new Map([...arrays].map(([state, values]) => [state, copyAll(values)])),
    },
  };
}
