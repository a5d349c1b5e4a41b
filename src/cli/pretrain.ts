import path from 'node:path';
import {
  architectureOf,
  architectureSchema,
  NEW_FAMILIES,
  type Architecture,
} from '../core/models/newModel.js';
import { RUN_OPTION_NAMES, type RunOptionName } from '../core/runs/options.js';
import type { NewModelSpec } from '../core/runs/schema.js';
import { VOCABULARY_MODELS } from '../core/tokenizer/training/vocabularyTrainer.js';
import {
  DEFAULT_VOCABULARY,
  PRETRAINING_DEFAULTS,
  pretrainingRun,
} from '../core/specs/pretraining.js';
import { inspectRun } from '../node/runs/inspectRun.js';
import { createRun } from '../node/runs/createRun.js';
import { loadTokenizer } from '../node/tokenizers/loadTokenizer.js';
import { fingerprintTokenizer } from '../node/models/modelFingerprint.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { DATA_FLAG, whereOf } from './dataFlags.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import {
  EXPERIMENT_FLAG,
  JSON_AT_END_FLAG,
  QUEUE_FLAG,
  refuseSecondStart,
  reportWaiting,
  RUN_NAME_FLAG,
  trainAndShow,
  warnOf,
} from './trainAndShow.js';
import {
  choiceOf,
  countOf,
  vocabularySizeOf,
  type CommandShape,
  type CommandValues,
} from './usage.js';

/** Options of fine-tuning only: pre-training has no labels and no weights to start from. */
const FINE_TUNING_ONLY: readonly RunOptionName[] = [
  ...(['task', 'pairColumn', 'labelColumn', 'labelDelimiter', 'loss', 'fold'] as const),
  ...(['labelSmoothing', 'classWeights', 'memory', 'findLearningRate'] as const),
  ...(['method', 'loraRank', 'loraAlpha', 'loraTargets', 'keepAdapter', 'freeze'] as const),
];

export const PRETRAIN: CommandShape = {
  name: 'pretrain',
  group: 'training',
  usage: '--data <files or folders …> [options]',
  summary: 'Pre-train a new masked language model and its tokenizer from scratch',
  notes: [
    'Ctrl+C stops the run after its current step, with exit code 130. Continue it with "masklab resume".',
  ],
  flags: {
    data: DATA_FLAG,
    out: RUNS_FOLDER_FLAG,
    name: RUN_NAME_FLAG,
    experiment: { ...EXPERIMENT_FLAG, otherwise: 'pretraining' },
    queue: QUEUE_FLAG,
    family: {
      shape: '<name>',
      help: `Architecture: ${NEW_FAMILIES.join(' or ')}`,
      otherwise: 'modernbert',
    },
    layers: { shape: '<n>', help: 'Number of layers', otherwise: '4' },
    'hidden-size': { shape: '<n>', help: 'Hidden size', otherwise: '256' },
    heads: {
      shape: '<n>',
      help: 'Number of attention heads',
      otherwise: 'one per 64 units of the hidden size',
    },
    'inner-size': {
      shape: '<n>',
      help: 'Size of the feed-forward layers',
      otherwise: '2.5 times the hidden size for modernbert, 4 times for bert',
    },
    tokenizer: {
      shape: '<folder>',
      help: 'Use the tokenizer of this folder instead of training one',
    },
    vocabulary: {
      shape: '<name>',
      help: `Algorithm of the tokenizer: ${VOCABULARY_MODELS.join(', ')}. Use unigram for scripts without spaces`,
      otherwise: DEFAULT_VOCABULARY.model,
    },
    'vocabulary-size': {
      shape: '<n>',
      help: 'Vocabulary size in tokens, including special tokens',
      otherwise: String(DEFAULT_VOCABULARY.size),
    },
    'min-frequency': {
      shape: '<n>',
      help: 'Minimum number of occurrences of a token in the data',
      otherwise: String(DEFAULT_VOCABULARY.minFrequency),
    },
    cased: { help: 'Distinguish uppercase from lowercase' },
    json: JSON_AT_END_FLAG,
  },
  runOptions: RUN_OPTION_NAMES.filter((name) => !FINE_TUNING_ONLY.includes(name)),
  otherwise: PRETRAINING_DEFAULTS,
  examples: [
    'masklab pretrain --data corpus/ --epochs 3',
    'masklab pretrain --data corpus/ --layers 6 --hidden-size 384 --vocabulary-size 16000 --cased',
    'masklab pretrain --data thai/ --vocabulary unigram',
  ],
};

export async function pretrainCommand(values: CommandValues): Promise<void> {
  const where = whereOf(PRETRAIN, values);
  const runsFolder = runsFolderFrom(values);
  const name = values.text('name');
  const architecture = readArchitecture(values);
  const vocabulary = await readVocabulary(values);
  const experiment = values.text('experiment');
  const isQueued = values.has('queue');
  if (!isQueued) await refuseSecondStart(runsFolder);
  const request = await inspectRun({
    ...pretrainingRun({ vocabulary, architecture }, { ...values.options, task: 'masked-lm' }),
    ...{ runsFolder, isQueued },
    ...where,
    ...(name === undefined ? {} : { name }),
    ...(experiment === undefined ? {} : { experiment }),
  });
  const run = await createRun(request);
  warnOf(run, request.snapshot);
  const json = values.has('json');
  if (isQueued) reportWaiting(run, { json });
  else await trainAndShow(run.directory, { json });
}

function readArchitecture(values: CommandValues): Architecture {
  const count = (flag: string): number | undefined => countOf(PRETRAIN, values, flag);
  const chosen = architectureOf(
    withoutAbsent({
      family: choiceOf(PRETRAIN, values, { flag: 'family', choices: NEW_FAMILIES }),
      layers: count('layers'),
      hiddenSize: count('hidden-size'),
      heads: count('heads'),
      innerSize: count('inner-size'),
    }),
  );
  const parsed = architectureSchema.safeParse(chosen);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new CommandLineError(
    `Cannot build a model of this size${where === '' ? '' : ` (${where})`}: ${issue?.message ?? ''}.`,
    'Change the sizes, for example to --layers 4 --hidden-size 256 --heads 4.',
  );
}

async function readVocabulary(values: CommandValues): Promise<NewModelSpec['vocabulary']> {
  const given = values.text('tokenizer');
  if (given !== undefined) {
    const trains = ['vocabulary', 'vocabulary-size', 'min-frequency'].find(
      (flag) => values.text(flag) !== undefined,
    );
    if (trains !== undefined || values.has('cased')) {
      throw usageError(
        `--${trains ?? 'cased'} cannot be combined with --tokenizer, whose vocabulary is not changed.`,
        PRETRAIN.name,
      );
    }
    const folder = path.resolve(given);
    await loadTokenizer(folder);
    return { kind: 'given', path: folder, sha256: await fingerprintTokenizer(folder) };
  }
  const model =
    choiceOf(PRETRAIN, values, { flag: 'vocabulary', choices: VOCABULARY_MODELS }) ??
    DEFAULT_VOCABULARY.model;
  return {
    kind: 'trained',
    model,
    size:
      vocabularySizeOf(PRETRAIN, values, { flag: 'vocabulary-size', model }) ??
      DEFAULT_VOCABULARY.size,
    minFrequency: countOf(PRETRAIN, values, 'min-frequency') ?? DEFAULT_VOCABULARY.minFrequency,
    lowercase: !values.has('cased'),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(values: T): Present<T> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Present<T>;
}
