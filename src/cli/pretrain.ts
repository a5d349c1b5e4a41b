import path from 'node:path';
import { AppError } from '../core/errors.js';
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
import { runsFolderOf } from '../node/runs/runDirectory.js';
import { DATA_FLAG, whereOf } from './dataFlags.js';
import { refuseSecondStart, trainAndShow, warnOf } from './trainAndShow.js';
import {
  choiceOf,
  countOf,
  usageError,
  vocabularySizeOf,
  type CommandShape,
  type CommandValues,
} from './usage.js';

/** Of fine-tuning alone: there are no labels here, and all weights are new. */
const NOT_TAKEN: readonly RunOptionName[] = [
  ...(['task', 'pairColumn', 'labelColumn', 'labelDelimiter', 'loss'] as const),
  ...(['labelSmoothing', 'classWeights', 'memory', 'findLearningRate'] as const),
  ...(['method', 'loraRank', 'loraAlpha', 'loraTargets', 'keepAdapter', 'freeze'] as const),
];

export const PRETRAIN: CommandShape = {
  name: 'pretrain',
  usage: '--data <files or folders …> [options]',
  summary:
    'Trains a vocabulary and a new masked language model on text, from nothing; goes on with masklab resume',
  flags: {
    data: DATA_FLAG,
    out: { shape: '<folder>', help: 'runs folder (default: .masklab/runs in the current folder)' },
    name: { shape: '<name>', help: 'what to call the run' },
    family: { shape: '<name>', help: `${NEW_FAMILIES.join(' or ')} (default: modernbert)` },
    layers: { shape: '<n>', help: 'layers (default: 4)' },
    'hidden-size': { shape: '<n>', help: 'width (default: 256)' },
    heads: { shape: '<n>', help: 'attention heads (default: one for 64 of the width)' },
    'inner-size': {
      shape: '<n>',
      help: 'width of the feed-forward layers (default: 2.5 times the width, 4 times for bert)',
    },
    tokenizer: {
      shape: '<folder>',
      help: 'takes the vocabulary of this folder instead of training one',
    },
    vocabulary: {
      shape: '<name>',
      help: `${VOCABULARY_MODELS.join(', ')} (default: ${DEFAULT_VOCABULARY.model}; unigram has words of scripts without spaces too)`,
    },
    'vocabulary-size': {
      shape: '<n>',
      help: `tokens, special ones included (default: ${DEFAULT_VOCABULARY.size})`,
    },
    'min-frequency': {
      shape: '<n>',
      help: `occurrences from which on something may be a token (default: ${DEFAULT_VOCABULARY.minFrequency})`,
    },
    cased: { help: 'tells upper from lower case' },
    json: { help: 'one JSON object at the end instead of progress' },
  },
  runOptions: RUN_OPTION_NAMES.filter((name) => !NOT_TAKEN.includes(name)),
  otherwise: PRETRAINING_DEFAULTS,
  examples: [
    'masklab pretrain --data corpus/ --epochs 3',
    'masklab pretrain --data corpus/ --layers 6 --hidden-size 384 --vocabulary-size 16000 --cased',
    'masklab pretrain --data thai/ --vocabulary unigram',
  ],
};

export async function pretrainCommand(values: CommandValues): Promise<void> {
  const where = whereOf(PRETRAIN, values);
  const runsFolder = path.resolve(values.text('out') ?? runsFolderOf(process.cwd()));
  const name = values.text('name');
  const architecture = readArchitecture(values);
  const vocabulary = await readVocabulary(values);
  await refuseSecondStart(runsFolder);
  const request = await inspectRun({
    ...pretrainingRun({ vocabulary, architecture }, { ...values.options, task: 'masked-lm' }),
    runsFolder,
    ...where,
    ...(name === undefined ? {} : { name }),
  });
  const run = await createRun(request);
  warnOf(request.snapshot);
  await trainAndShow(run.directory, { json: values.has('json') });
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
  const problem = `The model cannot be built${where === '' ? '' : ` (${where})`}: ${issue?.message ?? ''}.`;
  const remedy = 'Other sizes can, such as --layers 4 --hidden-size 256 --heads 4.';
  throw new AppError({ code: 'UserInput', details: { problem, remedy } });
}

async function readVocabulary(values: CommandValues): Promise<NewModelSpec['vocabulary']> {
  const given = values.text('tokenizer');
  if (given !== undefined) {
    const trains = ['vocabulary', 'vocabulary-size', 'min-frequency'].find(
      (flag) => values.text(flag) !== undefined,
    );
    if (trains !== undefined || values.has('cased')) {
      throw usageError(
        `--${trains ?? 'cased'} has no effect with --tokenizer: its vocabulary is taken as it is.`,
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
