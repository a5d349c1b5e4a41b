import * as z from 'zod';
import { FOLD_PATTERN } from '../data/splitting/fold.js';
import { HALVES } from '../data/splitting/sampleHalves.js';
import { CODE_PARTS, DATA_FORMATS } from '../data/dataFormats.js';
import { numberFormatSchema } from '../data/numberFormat.js';
import { fileDialectSchema, USUAL_DIALECT } from '../data/fileDialect.js';
import { SPLIT_NAMES } from '../data/records.js';
import { maskingPolicySchema } from '../masking/policy/policy.js';
import { errorDataSchema } from '../errorData.js';
import { messageSchema } from '../messages/message.js';
import { hubPinSchema } from '../models/inspectedModel.js';
import { NEW_HEADS } from '../models/headOrigin.js';
import { architectureSchema } from '../models/newModel.js';
import { TRUNCATIONS } from '../models/trainedInput.js';
import { LARGEST_VOCABULARY, VOCABULARY_MODELS } from '../tokenizer/training/vocabularyTrainer.js';
import { CLEANING_STEPS } from '../cleaning/steps.js';
import { RUN_OPTIONS, type RunOptionName } from './options.js';
import { runAlertSchema } from './alertSchema.js';
import { runBaselinesSchema } from './baselineMetrics.js';
import { labelRowSchema } from './labelRow.js';
import { NEAR_DUPLICATES } from './options/dataOptions.js';
import { DEBIAS_METHODS } from './options/debiasOptions.js';
import { METHODS } from './options/methodOptions.js';
import { SCHEDULES } from './options/optimizerOptions.js';
import { LOSSES } from './options/resultOptions.js';
import type { NumberOption } from './options/runOption.js';
import { CUTS, PROVIDERS } from './options/trainingLoopOptions.js';
import { legacyToken, processTokenSchema } from './processToken.js';
import { verdictSchema } from './verdictSchema.js';

/**
 * The files of a run directory. The run directory is the protocol: a trainer process writes it,
 * everything else only reads it (and drops `control.json` into it).
 */
export const RUN_FILES = {
  spec: 'run.json',
  /** Takes the place of `run.json` in a run of another tool. */
  imported: 'imported.json',
  state: 'state.json',
  /** Current places of data and model, in a run that was copied without them. */
  binding: 'binding.json',
  control: 'control.json',
  /** The person's name, tags and notes; written by the editor. */
  annotations: 'annotations.json',
  metrics: 'metrics.jsonl',
  log: 'log.jsonl',
  samples: 'samples.jsonl',
  stderr: 'trainer.log',
  /** Predictions and losses of single examples, written when the run has finished. */
  heldOutScores: 'heldout.jsonl',
  testScores: 'test.jsonl',
  /** Metrics label by label and the worst predictions, written when the run has finished. */
  evaluation: 'evaluation.json',
  /** Exports compared on held-out data; written by whoever compares them. */
  exports: 'exports.json',
  /** Last audit of the model. */
  audit: 'audit',
  /** Last cross-validation of the run's data. */
  crossValidation: 'cross-validation',
  trace: 'trace.safetensors',
  /** Tokens of text that is larger than memory, while a run trains on it. */
  sequences: 'sequences.bin',
  /** Numbered claims of trainers on the run; the highest one counts. */
  lock: 'lock',
  checkpoints: 'checkpoints',
  model: 'model',
  /** The model that pre-training starts from: a vocabulary and new weights. */
  start: 'start',
  /** Separate low-rank adapters, if the run keeps them. */
  adapter: 'adapter',
} as const;

type NumberOptionName = {
  [K in RunOptionName]: (typeof RUN_OPTIONS)[K] extends NumberOption ? K : never;
}[RunOptionName];

/** A number within the limits of the option that sets it. */
function numberOf(name: NumberOptionName): z.ZodNumber {
  const { isWhole, least, above, most }: NumberOption = RUN_OPTIONS[name];
  let schema = (isWhole ? z.int() : z.number()).max(most);
  if (least !== undefined) schema = schema.min(least);
  if (above !== undefined) schema = schema.gt(above);
  return schema;
}

const decay = z.number().min(0).lt(1);
const ofAllOptimizers = {
  learningRate: numberOf('learningRate'),
  /** Decoupled, except with `adam` and `sgd`, as in torch; biases and norms are never decayed. */
  weightDecay: numberOf('weightDecay'),
  maxGradientNorm: numberOf('maxGradientNorm'),
  /** Factor of the rate from a layer to the one below it; 1 for the same rate everywhere. */
  layerDecay: numberOf('layerDecay').default(1),
};
const adamLike = { beta1: decay, beta2: decay, epsilon: z.number().positive() };

export const optimizerSpecSchema = z.discriminatedUnion('name', [
  z.object({ name: z.literal('adamw'), ...ofAllOptimizers, ...adamLike }),
  z.object({ name: z.literal('adam'), ...ofAllOptimizers, ...adamLike }),
  z.object({
    name: z.literal('sgd'),
    ...ofAllOptimizers,
    momentum: numberOf('momentum'),
    nesterov: z.boolean().default(false),
  }),
  z.object({ name: z.literal('lion'), ...ofAllOptimizers, beta1: decay, beta2: decay }),
  z.object({
    name: z.literal('adafactor'),
    ...ofAllOptimizers,
    /** Exponent of the second moment's decay, 1 - step^decayRate. */
    decayRate: z.number().min(-1).max(0),
    clipThreshold: z.number().positive(),
    epsilon: z.number().positive(),
  }),
]);

/** Training method: which parameters are trained. */
export const methodSpecSchema = z.object({
  kind: z.enum(METHODS).default('full'),
  /** Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685); null unless `kind` is `lora`. */
  lora: z
    .object({
      rank: numberOf('loraRank'),
      alpha: numberOf('loraAlpha'),
      /** Ends of weight names before `.weight`, e.g. `query`; empty for the family's usual ones. */
      targets: z.array(z.string()),
      /** Also leaves the adapters by themselves, in PEFT's layout, beside the merged model. */
      keepAdapter: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  freeze: z
    .object({
      embeddings: z.boolean().default(false),
      /** The lowest N layers. */
      layers: z.int().min(0).default(0),
      /** Globs over parameter names; `*` matches anything. */
      patterns: z.array(z.string()).default([]),
    })
    .prefault({}),
});

export const taskSpecSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('masked-lm') }),
  z.object({
    kind: z.literal('classification'),
    /** In the order of the logits. */
    labels: z.array(z.string().min(1)).min(1),
    /** Several labels per text: binary cross entropy per label. */
    multiLabel: z.boolean().default(false),
    /** `kl`: the labels are distributions. */
    loss: z.enum(LOSSES),
    labelSmoothing: numberOf('labelSmoothing').default(0),
    /** One weight per label; `null` for equal weights. */
    classWeights: z.array(z.number().min(0)).nullable().default(null),
  }),
  z.object({ kind: z.literal('regression'), outputs: z.array(z.string().min(1)).min(1) }),
  z.object({
    kind: z.literal('token-classification'),
    labels: z.array(z.string().min(1)).min(1),
    labelSmoothing: numberOf('labelSmoothing').default(0),
    classWeights: z.array(z.number().min(0)).nullable().default(null),
  }),
]);

export const trainingSpecSchema = z.object({
  epochs: numberOf('epochs'),
  batchSize: numberOf('batchSize'),
  /** Tokens per sequence, special tokens included. */
  maxLength: numberOf('maxLength'),
  warmupFraction: numberOf('warmupFraction'),
  schedule: z.enum(SCHEDULES),
  /** Of the polynomial schedule. */
  schedulePower: numberOf('schedulePower').default(2),
  /** Gradient accumulation: batches per optimizer step. */
  accumulation: numberOf('accumulation').default(1),
  /** With the rates of config.json. */
  dropout: z.boolean().default(false),
  /** Boundaries at which running text is split into sequences. */
  cut: z.enum(CUTS).default('sentences'),
  /** Handling of a labeled text that is longer than a sequence. */
  truncation: z.enum(TRUNCATIONS).default('head'),
  /** Tokens that consecutive windows of a text share. Null: a quarter of a window. */
  stride: numberOf('stride').nullable().default(null),
  /** Share of the labelled examples of each batch that are masked at random, for masked fine-tuning. */
  maskedExamples: numberOf('maskedExamples').default(0),
  /** Fills sequences with several short texts. */
  packing: z.boolean().default(false),
  earlyStopping: z
    .object({
      /** A held-out metric's name; whether more or less is better follows from it. */
      metric: z.string(),
      /** Evaluations without an improvement. */
      patience: z.int().positive(),
      minimumChange: z.number().min(0).default(0),
    })
    .nullable()
    .default(null),
  /** Keeps the best model instead of the last one. */
  restoreBest: z.boolean().default(false),
  /** Best one of several evaluations with the same value. */
  bestOfTies: z.enum(['first', 'lowestLoss']).default('first'),
  /** Output layer of a head that the model lacks, at the start. */
  newHead: z.enum(NEW_HEADS).default('random'),
  /** Skips writing predictions and losses of single examples at the end. */
  noExampleScores: z.boolean().default(false),
  executionProvider: z.enum(PROVIDERS).default('cpu'),
  /** Activation recomputation in the backward pass. */
  recompute: z.boolean().default(false),
  /** Number of first steps to record for replay in another framework. */
  traceSteps: numberOf('traceSteps').default(0),
  evaluateEverySteps: numberOf('evaluateEverySteps'),
  checkpointEverySteps: numberOf('checkpointEverySteps'),
  /** Seeds data order, masking, dropout and new weights. */
  seed: numberOf('seed'),
  /** Null: decided where the run trains. */
  threads: numberOf('threads').nullable(),
});

export const dataFileSchema = z.object({
  /** Absolute, or relative to the workspace folder. */
  path: z.string(),
  bytes: z.int().min(0),
  sha256: z.string().length(64),
  /** Split of all records of the file, given by its name or folder. */
  split: z.enum(SPLIT_NAMES).exactOptional(),
});

/** Format and columns of records with labels. */
export const labelledDataSchema = z.object({
  /** Null to go by each file's ending. */
  format: z.enum(DATA_FORMATS).nullable(),
  columns: z.object({
    text: z.string(),
    pair: z.string().nullable(),
    labels: z.array(z.string()).min(1),
  }),
  /** Between several labels in one value; null where a value is one label, or a JSON list. */
  labelDelimiter: z.string().min(1).nullable(),
  /** Notation of numbers, decided by all labels. */
  numberFormat: numberFormatSchema.exactOptional(),
  /** Labels by the spellings that they replace. */
  merged: z.record(z.string(), z.string()).exactOptional(),
});

/** Reading of files as records, and which records stay in one split. */
export const readingSpecSchema = z.object({
  /** Columns of tables that are read as running text; `null` without tables. */
  columns: z
    .object({
      text: z.string(),
      pair: z.string().nullable(),
      label: z.string().nullable(),
      group: z.string().nullable(),
      split: z.string().nullable(),
    })
    .nullable()
    .default(null),
  /** Of running text; null to go by each file's ending. */
  format: z.enum(DATA_FORMATS).nullable().default(null),
  dialect: fileDialectSchema.default(USUAL_DIALECT),
  cleaning: z.array(z.enum(CLEANING_STEPS)).default([]),
  /** Parts of source code that are read; `null` without source code. */
  code: z.enum(CODE_PARTS).nullable().default(null),
  skipBad: z.boolean().default(false),
  /** Records with the same value in this column stay in one split. */
  groupColumn: z.string().nullable().default(null),
  /** Column that assigns a record to a split. */
  splitColumn: z.string().nullable().default(null),
  /** Column with the weight of a record in the training loss. */
  weightColumn: z.string().nullable().default(null),
  /** Treatment of near-duplicates; `null` to skip the search for them. */
  nearDuplicates: z.enum(NEAR_DUPLICATES).nullable().default(null),
});
export type ReadingSpec = z.infer<typeof readingSpecSchema>;

/** Vocabulary and architecture of the model that a pre-training run creates. */
export const newModelSpecSchema = z.object({
  vocabulary: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('trained'),
      model: z.enum(VOCABULARY_MODELS),
      /** Tokens wanted, special ones included. */
      size: z.int().min(1).max(LARGEST_VOCABULARY),
      minFrequency: z.int().min(1),
      lowercase: z.boolean(),
    }),
    z.object({
      kind: z.literal('given'),
      /** Folder with a `tokenizer.json`: relative to the workspace folder, or absolute. */
      path: z.string(),
      /** Of the tokenizer's files. */
      sha256: z.string().length(64),
    }),
  ]),
  architecture: architectureSchema,
});
export type NewModelSpec = z.infer<typeof newModelSpecSchema>;

/** Method against shortcuts in labelled data. */
export const debiasSpecSchema = z.object({
  kind: z.enum(DEBIAS_METHODS),
  /** λ of the added losses or of the expert, or weight of a row that `model` predicts wrongly. */
  weight: numberOf('debiasWeight'),
  /** Policy that finds the words whose use is discouraged; `null` for methods without words. */
  words: maskingPolicySchema.nullable().default(null),
  /** Model whose errors get more weight: its folder as the model of a run, and its hash. */
  model: z
    .object({
      path: z.string(),
      name: z.string(),
      sha256: z.string().length(64),
      /** Run of the same study that has yet to train it. */
      ofRun: z.string().min(1).exactOptional(),
    })
    .nullable()
    .default(null),
});
export type DebiasSpec = z.infer<typeof debiasSpecSchema>;

/** Labelled rows of another sample that are added to the training split. */
export const shiftedDataSchema = z.object({
  files: z.array(dataFileSchema).min(1),
  /** Weight of a row in the training loss. */
  weight: numberOf('shiftedWeight'),
  /** Half that is not trained on, by which a study scores the run. Default: none. */
  withoutHalf: z.literal(HALVES).exactOptional(),
});

/** Study or sweep that a run is part of, and its arm or trial. */
export const studyMembershipSchema = z.object({
  id: z.string().min(1),
  arm: z.string().min(1),
  /** Only the runs of a study of masking policies mask differently, so their metrics do not compare. */
  kind: z.enum(['masking', 'labels', 'sweep']).default('masking'),
});

export const specFieldsSchema = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  name: z.string().min(1),
  createdAt: z.iso.datetime(),
  /** Slug of the experiment the run belongs to. */
  experiment: z.string().min(1),
  task: taskSpecSchema,
  method: methodSpecSchema.prefault({}),
  /**
   * Folder that data paths are relative to. In `run.json` it is relative to the run directory if the
   * run is inside it, else absolute.
   */
  workspaceFolder: z.string(),
  model: z.object({
    /** Model folder the run starts from: relative to the workspace folder, or absolute. */
    path: z.string(),
    name: z.string(),
    /**
     * Hash of the folder's files, of the recipe if the run creates the model, or of the id of the run
     * that has yet to train it.
     */
    sha256: z.string().length(64),
    /** Run of the same study whose model the run starts from, trained after this run was created. */
    ofRun: z.string().min(1).exactOptional(),
    /** Where to download the model from, if it came from the hub. */
    hub: hubPinSchema.exactOptional(),
  }),
  /** `null` for a run that starts from an existing model. */
  newModel: newModelSpecSchema.nullable().default(null),
  data: z.object({
    files: z.array(dataFileSchema).min(1),
    heldOutFraction: numberOf('heldOut'),
    testFraction: numberOf('test').default(0),
    splitSeed: z.int().min(0),
    /** Part that is held out for cross-validation, such as `2/5`; `null` without one. */
    fold: z.string().regex(FOLD_PATTERN).nullable().default(null),
    /** Null for running text. */
    labelled: labelledDataSchema.nullable().default(null),
    reading: readingSpecSchema.prefault({}),
    shifted: shiftedDataSchema.nullable().default(null),
  }),
  /** `null` for a run with labels whose training texts are not masked by a policy. */
  masking: maskingPolicySchema.nullable(),
  /** `null` for a run without debiasing. */
  debias: debiasSpecSchema.nullable().default(null),
  optimizer: optimizerSpecSchema,
  training: trainingSpecSchema,
  study: studyMembershipSchema.nullable().default(null),
  versions: z.record(z.string(), z.string()),
});

/** A run with labels of earlier versions, which wrote a policy that no text was masked by. */
const unmaskedSpecSchema = z.looseObject({
  data: z.looseObject({ labelled: z.looseObject({}) }),
  training: z.looseObject({ maskedExamples: z.undefined().optional() }),
});

/** `run.json`: immutable, everything needed to reproduce the run. */
export const runSpecSchema = z.preprocess((content) => {
  const old = unmaskedSpecSchema.safeParse(content);
  return old.success ? { ...old.data, masking: null } : content;
}, specFieldsSchema);
export type RunSpec = z.infer<typeof runSpecSchema>;

const movedPathSchema = z.object({ from: z.string().min(1), to: z.string().min(1) });
/** A file or folder that was moved, with absolute paths. */
export type MovedPath = z.infer<typeof movedPathSchema>;

/** `binding.json`: the folder that takes the place of the spec's workspace folder. */
export const runBindingSchema = z.object({
  version: z.literal(1),
  /** Relative to the run directory, or absolute. */
  workspaceFolder: z.string().min(1),
  /** Files and folders moved independently of the workspace folder; applied in order. */
  paths: z.array(movedPathSchema).default([]),
});
export type RunBinding = z.infer<typeof runBindingSchema>;
export type TrainingSpec = z.infer<typeof trainingSpecSchema>;
export type OptimizerSpec = z.infer<typeof optimizerSpecSchema>;
export type MethodSpec = z.infer<typeof methodSpecSchema>;
export type TaskSpec = z.infer<typeof taskSpecSchema>;
export type TaskKind = TaskSpec['kind'];
/** The task of one kind. */
export type TaskOf<Kind extends TaskKind> = Extract<TaskSpec, { readonly kind: Kind }>;
export type LabelledData = z.infer<typeof labelledDataSchema>;
export type DataFile = z.infer<typeof dataFileSchema>;

export const runStatusSchema = z.enum([
  /** Nobody has started it yet. */
  'waiting',
  'queued',
  'preparing',
  'running',
  'paused',
  'stopped',
  'finished',
  'failed',
]);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** A state that names its process by id and host alone, as earlier versions wrote it. */
const ownedByIdSchema = z.looseObject({
  pid: z.int().nullable(),
  host: z.string(),
});

/** Earlier versions wrote a text, empty if the status said as much. */
const activitySchema = z.union([z.literal('').transform(() => null), messageSchema]).nullable();

export const stateFieldsSchema = z.object({
  version: z.literal(1),
  status: runStatusSchema,
  /**
   * The trainer, or whoever is starting it while the run is queued; null if no process owns the run.
   * A live status whose process is gone means a crash.
   */
  process: processTokenSchema.nullable(),
  /** Changes with each write. */
  heartbeat: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  /** Optimizer steps done, of `totalSteps` (0 while preparing). */
  step: z.int().min(0),
  totalSteps: z.int().min(0),
  /** Seconds spent training so far, over all resumes. */
  trainingSeconds: z.number().min(0),
  /** Estimated seconds to the end; null while unknown. */
  secondsLeft: z.number().min(0).nullable(),
  /** Seconds that the training was estimated to take when the run was created; absent if nobody asked. */
  estimatedSeconds: z.number().positive().exactOptional(),
  /** Held-out metrics before the first step, latest and best. */
  before: z.record(z.string(), z.number()).nullable(),
  latest: z.record(z.string(), z.number()).nullable(),
  best: z
    .object({
      metric: z.string(),
      value: z.number(),
      step: z.int(),
      /** Held-out loss at that step. */
      loss: z.number().exactOptional(),
    })
    .nullable(),
  /**
   * Step at which the trainer stopped because the share of the steps that it was started for is done.
   * Absent in runs that were never started for a share.
   */
  pausedAtStep: z.int().min(0).exactOptional(),
  /** Step of the finished model if it is not the last; `latest` then belongs to it. */
  modelStep: z.int().min(0).exactOptional(),
  /** Whether the run started with a new head or the model's own. */
  head: messageSchema.exactOptional(),
  /** Fingerprint of `start/`, if the run created the model that it starts from. */
  start: z.string().length(64).exactOptional(),
  /** Metrics of the finished model on test data; absent without test data. */
  test: z.record(z.string(), z.number()).exactOptional(),
  /** Metrics of the baselines; absent for tasks without labels. */
  baselines: runBaselinesSchema.exactOptional(),
  /** Metrics of each label on test data, or else on held-out data; only for a few labels. */
  labels: z
    .object({ split: z.enum(['heldOut', 'test']), rows: z.array(labelRowSchema) })
    .exactOptional(),
  /** Judgment of the finished model; absent before the end. */
  verdict: verdictSchema.exactOptional(),
  /** Alerts about the curves of the run; absent in runs of earlier versions. */
  alerts: z.array(runAlertSchema).exactOptional(),
  /** Current activity of the trainer, or null if the status says as much. */
  activity: activitySchema,
  error: errorDataSchema.nullable(),
});

/** `state.json`: replaced atomically. */
export const runStateSchema = z.preprocess((content) => {
  if (typeof content !== 'object' || content === null || 'process' in content) return content;
  const old = ownedByIdSchema.safeParse(content);
  if (!old.success) return content;
  const { pid, host, ...rest } = old.data;
  return { ...rest, process: pid === null ? null : legacyToken(pid, host) };
}, stateFieldsSchema);
export type RunState = z.infer<typeof runStateSchema>;

/** `control.json`: a request to the trainer, which removes it. */
export const runControlSchema = z.object({
  version: z.literal(1),
  command: z.enum(['stop', 'pause', 'resume', 'checkpoint']),
});
export type RunControl = z.infer<typeof runControlSchema>;

/** A line of `metrics.jsonl`. Losses are mean negative log-likelihoods in nats per masked token. */
export const metricsRowSchema = z.object({
  step: z.int().min(0),
  epoch: z.number().min(0),
  /** Seconds of training time at this row, over all resumes. */
  time: z.number().min(0),
  split: z.enum(SPLIT_NAMES),
  loss: z.number(),
  perplexity: z.number().optional(),
  /** Share of correctly predicted labels, 0 to 1. */
  accuracy: z.number().optional(),
  /** Unweighted mean over the labels. */
  macroF1: z.number().optional(),
  /** Over all labels together, of several labels per text. */
  microF1: z.number().optional(),
  /** From -1 to 1; of several labels per text, over all answers together. */
  matthewsCorrelation: z.number().optional(),
  meanSquaredError: z.number().optional(),
  meanAbsoluteError: z.number().optional(),
  /** Pearson's correlation. */
  correlation: z.number().optional(),
  /** Coefficient of determination; mean over the outputs. */
  rSquared: z.number().optional(),
  /** Share of masked tokens whose top prediction is the original, 0 to 1. */
  maskedAccuracy: z.number().optional(),
  learningRate: z.number().optional(),
  gradientNorm: z.number().optional(),
  /** Tokens per second, padding excluded. */
  tokensPerSecond: z.number().optional(),
  /** Memory of the trainer. */
  memoryBytes: z.number().optional(),
  /** Mean number of processor cores that the trainer kept busy since the row before. */
  busyCores: z.number().optional(),
});
export type MetricsRow = z.infer<typeof metricsRowSchema>;

/** A line of `log.jsonl`. */
export const logRowSchema = z.object({
  time: z.iso.datetime(),
  level: z.enum(['info', 'warning', 'error']),
  message: messageSchema,
  /** The subject of a message that some readers pick out. */
  topic: z.enum(['masking', 'head']).exactOptional(),
});
export type LogRow = z.infer<typeof logRowSchema>;

const labelProbabilitySchema = z.object({ label: z.string(), probability: z.number() });

/** A held-out text with its expected and predicted answer. */
export const answeredTextSchema = z.object({
  text: z.string(),
  pair: z.string().nullable(),
  file: z.string(),
  line: z.int(),
  answer: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('labels'),
      expected: z.array(z.string()),
      predicted: z.array(z.string()),
      /** The most probable labels first. */
      probabilities: z.array(labelProbabilitySchema),
    }),
    z.object({
      kind: z.literal('numbers'),
      names: z.array(z.string()),
      expected: z.array(z.number()),
      predicted: z.array(z.number()),
    }),
    z.object({
      kind: z.literal('tags'),
      words: z.array(
        z.object({
          /** UTF-16 offsets into `text`. */
          start: z.int(),
          end: z.int(),
          expected: z.string(),
          predicted: z.string(),
        }),
      ),
    }),
  ]),
});
export type AnsweredText = z.infer<typeof answeredTextSchema>;

/** A line of `samples.jsonl`: the same held-out texts predicted again at an evaluation. */
export const sampleRowSchema = z.object({
  step: z.int().min(0),
  /** Labeled texts; empty for masked language modeling. */
  answered: z.array(answeredTextSchema).default([]),
  /** Sentences with masked words; empty for tasks with labels. */
  sentences: z.array(
    z.object({
      /** Original text; each mask replaces `[start, end)` of it (UTF-16 units). */
      text: z.string(),
      file: z.string(),
      masks: z.array(
        z.object({
          start: z.int(),
          end: z.int(),
          original: z.string(),
          /** Probability of the original word at this place. */
          originalProbability: z.number(),
          candidates: z.array(z.object({ word: z.string(), probability: z.number() })),
        }),
      ),
    }),
  ),
});
export type SampleRow = z.infer<typeof sampleRowSchema>;
