import type { TrainingBatch } from './batch.js';
import type { OptimizerState, TrainingEngine } from './engine.js';

export interface LearningRatePoint {
  readonly learningRate: number;
  /** Of the step at this rate, taken before its update. */
  readonly loss: number;
  /** Exponential moving average of the losses so far, corrected for its start. */
  readonly smoothedLoss: number;
}

export interface LearningRateSweep {
  readonly points: readonly LearningRatePoint[];
  /** A peak rate to train with; null where no rate made the loss fall. */
  readonly suggestion: number | null;
}

export interface FindLearningRateOptions {
  readonly engine: TrainingEngine;
  /** What the step after `step` finished ones adds the gradients of. */
  readonly trainBatches: (step: number) => readonly TrainingBatch[];
  readonly lowest?: number;
  readonly highest?: number;
  /** Of the whole sweep. */
  readonly steps?: number;
  /** Hears of each point as it is measured; false ends the sweep. */
  readonly onPoint?: (point: LearningRatePoint) => boolean;
}

const SMOOTHING = 0.9;
/** The sweep ends where the smoothed loss is this many times its lowest. */
const DIVERGED = 4;
/** A fall by less than this share of the loss is noise. */
const LEAST_FALL = 0.01;
/** Share of the whole fall after which it has begun. */
const BEGUN = 0.05;

/**
 * Trains with a learning rate that grows by a constant factor from step to step (Smith 2017,
 * arXiv:1506.01186) until the loss blows up, then puts parameters and optimizer back as they were.
 */
export async function findLearningRate({
  engine,
  trainBatches,
  lowest = 1e-7,
  highest = 1,
  steps = 100,
  onPoint = () => true,
}: FindLearningRateOptions): Promise<LearningRateSweep> {
  const before = copyState(engine);
  const points: LearningRatePoint[] = [];
  let average = 0;
  let least = Infinity;
  try {
    for (let step = 0; step < steps; step++) {
      const learningRate = lowest * (highest / lowest) ** (step / Math.max(1, steps - 1));
      const { loss, gradientNorm } = await engine.step(trainBatches(step), learningRate);
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) break;
      average = SMOOTHING * average + (1 - SMOOTHING) * loss;
      const smoothedLoss = average / (1 - SMOOTHING ** (step + 1));
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

/**
 * The middle, on a logarithmic scale, between the rate at which the smoothed loss has begun to fall
 * and the rate at which it is lowest.
 */
export function suggestPeak(points: readonly LearningRatePoint[]): number | null {
  const losses = points.map(({ smoothedLoss }) => smoothedLoss);
  const lowest = Math.min(...losses);
  const end = losses.indexOf(lowest);
  const fallen = losses.slice(0, end + 1);
  const highest = Math.max(...fallen);
  if (!(highest - lowest > LEAST_FALL * Math.abs(highest))) return null;
  const start = fallen.findLastIndex((loss) => loss > highest - BEGUN * (highest - lowest));
  const [from, to] = [points[start]!, points[end]!];
  return Number(Math.sqrt(from.learningRate * to.learningRate).toPrecision(2));
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
