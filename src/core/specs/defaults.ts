import type * as z from 'zod';
import { inputError, type AppError } from '../errors.js';
import { problem } from '../messages/message.js';
import type { DebiasMethod } from '../runs/options/debiasOptions.js';
import { OPTIMIZERS } from '../runs/options/optimizerOptions.js';
import { flagOf, type RunOptionName, type RunOptions } from '../runs/options.js';
import {
  methodSpecSchema,
  optimizerSpecSchema,
  trainingSpecSchema,
  type MethodSpec,
  type OptimizerSpec,
  type TrainingSpec,
} from '../runs/schema.js';

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

const DEFAULT_LORA_RANK = 8;

/**
 * Peak learning rate by the model's width: 5e-5 at 768 (Devlin et al. 2019), 1e-3 at 256 and below
 * (the better of 5e-4, 1e-3 and 2e-3 for the bundled model on the example workspace), a straight
 * line between them on logarithmic scales. Tasks with labels start at 5e-4 at 256, which was better
 * than 1e-3 and 3e-4 in docs/studies/classifier-defaults.md. Few trained weights want a higher one: adapters five
 * times (Hu et al. 2021 train at 2e-4 to 5e-4), biases ten times (Ben Zaken et al. 2022). Lion wants
 * a fifth (Chen et al. 2023), plain descent a hundred times.
 */
export function suggestLearningRate(
  hiddenSize: number,
  {
    method = 'full',
    optimizer = 'adamw',
    hasLabels = false,
  }: Pick<RunOptions, 'method' | 'optimizer'> & { readonly hasLabels?: boolean } = {},
): number {
  const highest = hasLabels ? 5e-4 : 1e-3;
  const exponent = Math.log(highest / 5e-5) / Math.log(768 / 256);
  const rate = highest * (256 / Math.max(256, hiddenSize)) ** exponent;
  const ofMethod = { full: 1, lora: 5, 'bias-only': 10, 'last-layer': 10 }[method];
  const ofOptimizer = { adamw: 1, adam: 1, adafactor: 1, lion: 0.2, sgd: 100 }[optimizer];
  return Number(Math.min(0.1, rate * ofMethod * ofOptimizer).toPrecision(2));
}

/** Optimizer for a model of this width, with the options that are set. */
export function optimizerOf(
  options: RunOptions,
  { hiddenSize, hasLabels }: { readonly hiddenSize: number; readonly hasLabels: boolean },
): OptimizerSpec {
  const name = options.optimizer ?? 'adamw';
  const { maxGradientNorm } = DEFAULT_OPTIMIZER;
  // Decay that is part of the gradient, as Adam's, swamps it once that is small.
  const weightDecay = { adamw: 0.01, lion: 0.01, adam: 0, sgd: 0, adafactor: 0 }[name];
  const shared = {
    learningRate:
      options.learningRate ?? suggestLearningRate(hiddenSize, { ...options, hasLabels }),
    weightDecay: options.weightDecay ?? weightDecay,
    maxGradientNorm: options.maxGradientNorm ?? maxGradientNorm,
    layerDecay: options.layerDecay ?? 1,
  };
  return optimizerSpecSchema.parse({ name, ...shared, ...ownNumbers(name, options) });
}

const { beta1, beta2, epsilon } = DEFAULT_OPTIMIZER;
/** Defaults of the numbers that not all optimizers have. */
const USUAL_NUMBERS: Readonly<
  Record<OptimizerSpec['name'], Readonly<Partial<Record<OwnNumber, number>>>>
> = {
  adamw: { beta1, beta2, epsilon },
  adam: { beta1, beta2, epsilon },
  sgd: { momentum: 0.9 },
  lion: { beta1: 0.9, beta2: 0.99 },
  adafactor: { epsilon: 1e-30 },
};
/** Options for numbers that not all optimizers have. */
export const OWN_NUMBERS = ['beta1', 'beta2', 'epsilon', 'momentum'] as const;
type OwnNumber = (typeof OWN_NUMBERS)[number];

/** Throws `UserInput` for an option of another optimizer. */
function ownNumbers(name: OptimizerSpec['name'], options: RunOptions): Record<string, number> {
  const usual = USUAL_NUMBERS[name];
  for (const option of OWN_NUMBERS) {
    if (options[option] === undefined || usual[option] !== undefined) continue;
    const optimizers = OPTIMIZERS.filter((other) => USUAL_NUMBERS[other][option] !== undefined);
    throw inputError(
      problem('training.notForOptimizer', {
        ...{ option, flag: flagOf(option), optimizer: name },
        optimizers: optimizers.join(', '),
      }),
    );
  }
  const chosen: Record<string, number> = {};
  for (const option of OWN_NUMBERS) {
    const value = options[option] ?? usual[option];
    if (value !== undefined) chosen[option] = value;
  }
  // The other values of Shazeer & Stern 2018, arXiv:1804.04235.
  const fixed = name === 'adafactor' ? { decayRate: -0.8, clipThreshold: 1 } : {};
  return { ...chosen, ...fixed };
}

/** Training method from the options. Throws `UserInput` for options that contradict each other. */
export function methodOf(options: RunOptions): MethodSpec {
  const kind = options.method ?? 'full';
  if (kind !== 'lora') {
    for (const name of ['loraRank', 'loraAlpha', 'loraTargets', 'keepAdapter'] as const) {
      if (options[name] !== undefined) throw onlyFor('training.onlyForLora', name);
    }
  }
  const rank = options.loraRank ?? DEFAULT_LORA_RANK;
  return methodSpecSchema.parse({
    kind,
    lora:
      kind === 'lora'
        ? {
            rank,
            alpha: options.loraAlpha ?? 2 * rank,
            targets: options.loraTargets ?? [],
            keepAdapter: options.keepAdapter ?? false,
          }
        : null,
    freeze: freezeOf(options.freeze ?? []),
  });
}

/** `embeddings`, `layers=N` and globs over parameter names. */
function freezeOf(parts: readonly string[]): MethodSpec['freeze'] {
  let embeddings = false;
  let layers = 0;
  const patterns: string[] = [];
  for (const part of parts) {
    const count = /^layers=(\d+)$/.exec(part)?.[1];
    if (part === 'embeddings') embeddings = true;
    else if (count !== undefined) layers = Number(count);
    else patterns.push(part);
  }
  return { embeddings, layers, patterns };
}

function onlyFor(id: 'training.onlyForLora', name: RunOptionName): AppError {
  return inputError(problem(id, { option: name, flag: flagOf(name) }));
}

/**
 * Strength of debiasing. Defaults: 5 for consistency, since its term works against that of the
 * labels: at 1 it changed nothing on examples/mails, and at 5 accuracy on newer messages rose from 14%
 * to 63% (two seeds); 1 leaves a product of experts as it is; 0.03 for MASKER, whose terms do nothing at
 * the 0.001 of its code before the loss of the labels has vanished; 5 for errors (Liu et al. 2021,
 * arXiv:2107.09044, use 4 to 6 for texts).
 */
export function debiasWeightOf({
  debias,
  debiasWeight,
}: {
  readonly debias: DebiasMethod;
  readonly debiasWeight?: number | undefined;
}): number {
  const usual = { consistency: 5, 'product-of-experts': 1, masker: 0.03, errors: 5, groups: 1 };
  return debiasWeight ?? usual[debias];
}

/** English text comes to about this many UTF-8 bytes a WordPiece token. */
const BYTES_A_TOKEN = 4.5;
/** Fewer steps than this and a fine-tuned model hardly differs from the one it came from. */
const WANTED_STEPS = 300;
const EVALUATIONS = 8;
/** New weights need thousands of steps, and more frequent evaluations. */
const STEPS_FOR_NEW = 3000;
const EVALUATIONS_OF_NEW = 40;
/** Upper limit on the steps between checkpoints, lost if a long run is interrupted. */
const LONGEST_UNSEEN_STEPS = 500;
const SHORTEST_UNSEEN_STEPS = 10;
/** Tokens per sequence, if the model accepts as many. */
export const DEFAULT_MAX_LENGTH = 128;
const DEFAULT_BATCH_SIZE = 16;

/** Amount of training data: bytes of running text, or rows with labels. */
export type DataSize = { readonly bytes: number } | { readonly rows: number };

/**
 * Training settings for an amount of data: little of it gets more epochs, so that the model sees
 * enough to change, and a run is evaluated about eight times; with new weights it gets more, and is
 * evaluated more often.
 */
export function suggestTraining(
  size: DataSize,
  {
    modelMaxLength = DEFAULT_MAX_LENGTH,
    isNew = false,
    minimumEpochs = 1,
    hasLabels = false,
    options = {},
  }: {
    modelMaxLength?: number;
    isNew?: boolean;
    /** Of the objective. */
    minimumEpochs?: number;
    /** Whether the task learns from records with labels. */
    hasLabels?: boolean;
    options?: RunOptions;
  },
): TrainingSpec {
  const { batchSize: wanted = DEFAULT_BATCH_SIZE } = options;
  const batchSize = wanted === 'auto' ? DEFAULT_BATCH_SIZE : wanted;
  const maxLength = options.maxLength ?? Math.min(DEFAULT_MAX_LENGTH, modelMaxLength);
  const sequences = 'rows' in size ? size.rows : size.bytes / BYTES_A_TOKEN / (maxLength * 0.9);
  const sequencesAStep = batchSize * (options.accumulation ?? 1);
  const stepsAnEpoch = Math.max(1, Math.ceil(sequences / sequencesAStep));
  const epochs =
    options.epochs ??
    Math.min(
      20,
      Math.max(minimumEpochs, Math.round((isNew ? STEPS_FOR_NEW : WANTED_STEPS) / stepsAnEpoch)),
    );
  const steps = stepsAnEpoch * epochs;
  const every = isNew
    ? Math.min(
        LONGEST_UNSEEN_STEPS,
        Math.max(SHORTEST_UNSEEN_STEPS, Math.round(steps / EVALUATIONS_OF_NEW)),
      )
    : Math.max(1, Math.round(steps / EVALUATIONS));
  const evaluateEverySteps = options.evaluateEverySteps ?? every;
  return trainingSpecSchema.parse({
    epochs,
    batchSize,
    maxLength,
    warmupFraction: options.warmupFraction ?? 0.06,
    schedule: options.schedule ?? 'linear',
    schedulePower: options.schedulePower,
    accumulation: options.accumulation,
    dropout: options.dropout,
    cut: options.cut,
    truncation: options.truncation,
    stride: options.stride ?? null,
    maskedExamples: options.maskedExamples,
    packing: options.packing,
    earlyStopping: earlyStoppingOf(options.earlyStopping),
    restoreBest: { auto: hasLabels, best: true, last: false }[options.keepModel ?? 'auto'],
    bestOfTies: 'lowestLoss',
    newHead: options.newHead ?? 'zeros',
    noExampleScores: options.noExampleScores,
    executionProvider: options.executionProvider,
    recompute: options.recompute,
    traceSteps: options.traceSteps,
    evaluateEverySteps,
    checkpointEverySteps: options.checkpointEverySteps ?? evaluateEverySteps,
    seed: options.seed ?? 0,
    threads: options.threads ?? null,
  } satisfies z.input<typeof trainingSpecSchema>);
}

/** `loss:3` */
function earlyStoppingOf(text: string | undefined): TrainingSpec['earlyStopping'] {
  if (text === undefined) return null;
  const [metric, patience] = text.split(':') as [string, string];
  return { metric, patience: Number(patience), minimumChange: 0 };
}
