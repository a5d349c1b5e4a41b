import type * as z from 'zod';
import { trainingSpecSchema, type OptimizerSpec, type TrainingSpec } from '../runs/schema.js';

/** Hyper-parameters a person may set; the rest follows from the data. */
export interface TrainingOverrides {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly maxLength?: number;
  readonly learningRate?: number;
  readonly warmupFraction?: number;
  readonly schedule?: TrainingSpec['schedule'];
  readonly evaluateEverySteps?: number;
  readonly checkpointEverySteps?: number;
  readonly seed?: number;
  readonly threads?: number;
}

/** AdamW as Devlin et al. 2019 (arXiv:1810.04805) use it. */
export const DEFAULT_OPTIMIZER = {
  name: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  layerDecay: 1,
} as const satisfies Omit<Extract<OptimizerSpec, { name: 'adamw' }>, 'learningRate'>;

/**
 * Peak learning rate by the model's width: 5e-5 at 768 (Devlin et al. 2019), 1e-3 at 256 and below
 * (the better of 5e-4, 1e-3 and 2e-3 for the bundled model on the example workspace), a straight
 * line between them on logarithmic scales.
 */
export function suggestLearningRate(hiddenSize: number): number {
  const exponent = Math.log(1e-3 / 5e-5) / Math.log(768 / 256);
  const rate = 1e-3 * (256 / Math.max(256, hiddenSize)) ** exponent;
  return Number(rate.toPrecision(2));
}

/** English text comes to about this many UTF-8 bytes a WordPiece token. */
const BYTES_A_TOKEN = 4.5;
/** Fewer steps than this and a fine-tuned model hardly differs from the one it came from. */
const WANTED_STEPS = 300;
const EVALUATIONS = 8;
const DEFAULT_MAX_LENGTH = 128;

/**
 * Training settings for `bytes` of text: small folders get more epochs, so that the model sees
 * enough to change, and a run is evaluated about eight times.
 */
export function suggestTraining(
  bytes: number,
  {
    threads,
    modelMaxLength = DEFAULT_MAX_LENGTH,
    overrides = {},
  }: { threads: number; modelMaxLength?: number; overrides?: TrainingOverrides },
): TrainingSpec {
  const batchSize = overrides.batchSize ?? 16;
  const maxLength = overrides.maxLength ?? Math.min(DEFAULT_MAX_LENGTH, modelMaxLength);
  const stepsAnEpoch = Math.max(
    1,
    Math.ceil(bytes / BYTES_A_TOKEN / (batchSize * maxLength * 0.9)),
  );
  const epochs =
    overrides.epochs ?? Math.min(20, Math.max(1, Math.round(WANTED_STEPS / stepsAnEpoch)));
  const every = Math.max(1, Math.round((stepsAnEpoch * epochs) / EVALUATIONS));
  return trainingSpecSchema.parse({
    epochs,
    batchSize,
    maxLength,
    warmupFraction: overrides.warmupFraction ?? 0.06,
    schedule: overrides.schedule ?? 'linear',
    evaluateEverySteps: overrides.evaluateEverySteps ?? every,
    checkpointEverySteps: overrides.checkpointEverySteps ?? every,
    seed: overrides.seed ?? 0,
    threads: overrides.threads ?? threads,
  } satisfies z.input<typeof trainingSpecSchema>);
}
