import type { RunOptions } from '../runs/options.js';
import type { OptimizerSpec } from '../runs/schema.js';
import { optimizerOf } from './defaults.js';

/** Peak learning rate of new weights, up to this width; wider models want less. */
const RATE = 2e-3;
const WIDTH = 256;

/** What differs for new weights from fine-tuning, by the trials in `docs/pretraining/trials.md`. */
const DEFAULTS = {
  heldOut: 0.02,
  batchSize: 16,
  maxLength: 128,
  cut: 'words',
  warmupFraction: 0.03,
  evaluateEverySteps: 500,
} as const satisfies RunOptions;
const MASKING_RATE = 0.2;

/** Options of a run that trains new weights, where a person chose none. */
export function pretrainingOptions(chosen: RunOptions): RunOptions {
  const masking = chosen.masking === undefined ? { maskingRate: MASKING_RATE } : {};
  return { ...DEFAULTS, ...masking, ...chosen };
}

/**
 * The optimizer for new weights: a higher rate than for fine-tuning, and second moments that forget
 * sooner (Liu et al. 2019, arXiv:1907.11692: β2 0.98, ε 1e-6), which keeps such a rate stable.
 */
export function pretrainingOptimizer(options: RunOptions, hiddenSize: number): OptimizerSpec {
  const isAdam = (options.optimizer ?? 'adamw') === 'adamw' || options.optimizer === 'adam';
  const learningRate = options.learningRate ?? (RATE * WIDTH) / Math.max(WIDTH, hiddenSize);
  const optimizer = optimizerOf(isAdam ? { ...options, learningRate } : options, hiddenSize);
  return 'beta2' in optimizer && 'epsilon' in optimizer
    ? { ...optimizer, beta2: 0.98, epsilon: 1e-6 }
    : optimizer;
}
