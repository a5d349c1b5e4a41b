import { maskingPolicySchema, type MaskingPolicy } from '../masking/policy/policy.js';
import type { RunOptionName, RunOptions } from '../runs/options.js';
import type { NewModelSpec, OptimizerSpec } from '../runs/schema.js';
import { architectureOf } from '../models/newModel.js';
import { optimizerOf } from './defaults.js';

/** Peak learning rate of new weights up to `WIDTH`; lower for wider models. */
const RATE = 1e-3;
const WIDTH = 256;

/** Defaults for new weights that differ from fine-tuning; see `docs/pretraining/trials.md`. */
export const NEW_MODEL_DEFAULTS = {
  heldOut: 0.02,
  batchSize: 16,
  maxLength: 128,
  cut: 'words',
  warmupFraction: 0.03,
} as const satisfies RunOptions;

/** Descriptions of the defaults that differ from fine-tuning. */
export const PRETRAINING_DEFAULTS: Readonly<Partial<Record<RunOptionName, string>>> = {
  heldOut: String(NEW_MODEL_DEFAULTS.heldOut),
  maxLength: String(NEW_MODEL_DEFAULTS.maxLength),
  cut: NEW_MODEL_DEFAULTS.cut,
  warmupFraction: String(NEW_MODEL_DEFAULTS.warmupFraction),
  epochs: 'enough for about 3,000 steps, at most 20',
  learningRate: `${RATE} up to a hidden size of ${WIDTH}, lower for wider models`,
  beta2: '0.98 for adamw and adam',
  epsilon: '1e-6 for adamw and adam',
  masking: '35% of the tokens at random, decreasing to 15% during training',
  maskingRate: 'decreases from 0.35 to 0.15',
  evaluateEverySteps: 'about forty evaluations per run, at least one every 500 steps',
};

/**
 * High mask rate at first, decreasing to the rate of later use (Wettig et al. 2023,
 * arXiv:2202.08005, for the rate; `docs/pretraining/trials.md` for the schedule).
 */
const MASKING = maskingPolicySchema.parse({
  version: 1,
  rate: 0.15,
  schedule: { from: 0.35, to: 0.15 },
});

/** A vocabulary that suits a few million parameters, and knows every script. */
export const DEFAULT_VOCABULARY = {
  kind: 'trained',
  model: 'byte-wordpiece',
  size: 8192,
  minFrequency: 3,
  lowercase: true,
} as const satisfies NewModelSpec['vocabulary'];

/** Default vocabulary and architecture of a new model. */
export const DEFAULT_NEW_MODEL: NewModelSpec = {
  vocabulary: DEFAULT_VOCABULARY,
  architecture: architectureOf({}),
};

/** Parts of a run that depend on its starting with new weights. */
export interface PretrainingRun {
  readonly newModel: NewModelSpec;
  readonly experiment: string;
  readonly options: RunOptions;
  readonly optimizer: OptimizerSpec;
  /** Absent if a masking policy or rate is set. */
  readonly masking?: MaskingPolicy;
}

/** Run that pre-trains a new model; options that are set take precedence. */
export function pretrainingRun(newModel: NewModelSpec, chosen: RunOptions): PretrainingRun {
  const options = { ...NEW_MODEL_DEFAULTS, ...chosen };
  const isMaskingChosen = chosen.masking !== undefined || chosen.maskingRate !== undefined;
  return {
    newModel,
    experiment: 'pretraining',
    options,
    optimizer: pretrainingOptimizer(options, newModel.architecture.hiddenSize),
    ...(isMaskingChosen ? {} : { masking: MASKING }),
  };
}

/**
 * The optimizer for new weights: a higher rate than for fine-tuning, and second moments that forget
 * sooner (Liu et al. 2019, arXiv:1907.11692: β2 0.98, ε 1e-6), which keeps such a rate stable.
 */
export function pretrainingOptimizer(options: RunOptions, hiddenSize: number): OptimizerSpec {
  const isAdam = (options.optimizer ?? 'adamw') === 'adamw' || options.optimizer === 'adam';
  const learningRate = (RATE * WIDTH) / Math.max(WIDTH, hiddenSize);
  const usual = isAdam ? { learningRate, beta2: 0.98, epsilon: 1e-6 } : {};
  return optimizerOf({ ...usual, ...options }, { hiddenSize, hasLabels: false });
}
