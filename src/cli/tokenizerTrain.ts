import path from 'node:path';
import { formatShare, groupThousands } from '../core/format.js';
import {
  VOCABULARY_MODELS,
  type VocabularyModel,
} from '../core/tokenizer/training/vocabularyTrainer.js';
import { loadTokenizer } from '../node/tokenizers/loadTokenizer.js';
import { refuseForeignFolder, writeTokenizerFolder } from '../node/tokenizers/tokenizerFolder.js';
import { coverageOf, type Coverage } from '../node/data/textSample.js';
import { trainTokenizer } from '../node/tokenizers/tokenizerTraining.js';
import { usageError } from './commandLineError.js';
import { DATA_FLAG, TEXT_OPTIONS } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { BUNDLED_MODEL } from './modelArgument.js';
import { print, printJson } from './output.js';
import { textsOf } from './tokenizerTexts.js';
import {
  choiceOf,
  countOf,
  vocabularySizeOf,
  type CommandShape,
  type CommandValues,
} from './usage.js';

const SIZE = 8192;
const MIN_FREQUENCY = 2;

export const TOKENIZER_TRAIN: CommandShape = {
  name: 'tokenizer train',
  group: 'tokenizers',
  usage: '--data <files or folders …> --out <folder> [options]',
  summary: 'Train a tokenizer on text and write it as tokenizer.json',
  flags: {
    data: DATA_FLAG,
    out: {
      shape: '<folder>',
      help: 'Folder for tokenizer.json and tokenizer_config.json. It may exist if it has no other files',
    },
    model: {
      shape: '<name>',
      help: 'Algorithm: wordpiece (as in BERT), byte-wordpiece (WordPiece over bytes, without unknown tokens), bpe (as in RoBERTa) or unigram (as in XLM-R)',
      otherwise: 'wordpiece',
    },
    size: {
      shape: '<n>',
      help: 'Vocabulary size in tokens, including special tokens',
      otherwise: String(SIZE),
    },
    'min-frequency': {
      shape: '<n>',
      help: 'Minimum number of occurrences of a token in the data',
      otherwise: String(MIN_FREQUENCY),
    },
    lowercase: {
      help: 'Convert text to lowercase. WordPiece models also strip accents',
    },
    json: { help: 'Print one JSON object instead of lines' },
  },
  runOptions: [...TEXT_OPTIONS, 'skipBad'],
  examples: [
    'masklab tokenizer train --data notes/ --out my-tokenizer --size 16000 --lowercase',
    'masklab tokenizer train --data src --code all --model bpe --out code-tokenizer',
  ],
};

export async function tokenizerTrainCommand(values: CommandValues): Promise<void> {
  const shape = TOKENIZER_TRAIN;
  const out = values.text('out');
  if (out === undefined) throw usageError('"masklab tokenizer train" requires --out.', shape.name);
  const model =
    choiceOf(shape, values, { flag: 'model', choices: VOCABULARY_MODELS }) ?? 'wordpiece';
  const options = {
    vocabularySize: vocabularySizeOf(shape, values, { flag: 'size', model }) ?? SIZE,
    minFrequency: countOf(shape, values, 'min-frequency') ?? MIN_FREQUENCY,
    lowercase: values.has('lowercase'),
  };
  const folder = path.resolve(out);
  refuseForeignFolder(folder);
  await interruptible(values, async ({ signal, show }) => {
    const { texts, skipped } = await textsOf(shape, values, signal);
    const trained = await trainTokenizer({
      ...{ model, options, texts, signal },
      onProgress: ({ phase, done, total }) => {
        const share = total === 0 ? groupThousands(done) : formatShare(done / total);
        show(`${PHASES[phase]} ${share}`);
      },
    });
    writeTokenizerFolder(folder, trained.tokenizerJson);
    const bundled = await loadTokenizer(BUNDLED_MODEL);
    const { sample } = trained;
    const result: Report = {
      out: folder,
      model,
      vocabularySize: trained.tokenizer.vocabularySize,
      texts: trained.textCount,
      skipped: skipped(),
      words: trained.words,
      heldOut: sample.isHeldOut,
      coverage: {
        trained: coverageOf(trained.tokenizer, sample.texts),
        bundled: coverageOf(bundled, sample.texts),
      },
    };
    show(null);
    if (values.has('json')) printJson(result);
    else print(lines(result));
  });
}

const PHASES = {
  reading: 'Reading texts',
  merging: 'Merging pairs',
  seeding: 'Finding frequent pieces',
  estimating: 'Estimating pieces',
};

interface Report {
  readonly out: string;
  readonly model: VocabularyModel;
  readonly vocabularySize: number;
  readonly texts: number;
  readonly skipped: number;
  readonly words: { readonly total: number; readonly dropped: number; readonly distinct: number };
  readonly heldOut: boolean;
  readonly coverage: { readonly trained: Coverage; readonly bundled: Coverage };
}

function lines({ coverage: { trained, bundled }, words, ...result }: Report): string {
  const row = (name: string, value: (coverage: Coverage) => string): string =>
    `${name.padEnd(20)}${value(trained).padStart(8)}${value(bundled).padStart(12)}`;
  const dropped =
    words.dropped === 0
      ? ''
      : `; dropped the rarest ${groupThousands(words.dropped)} to save memory`;
  return [
    `vocabulary          ${groupThousands(result.vocabularySize)} tokens (${result.model})`,
    `trained on          ${groupThousands(result.texts)} texts, ${groupThousands(words.total)} words, ${groupThousands(words.distinct)} distinct${dropped}`,
    ...(result.skipped > 0
      ? [`skipped             ${groupThousands(result.skipped)} rows or files`]
      : []),
    `evaluated on        ${result.heldOut ? 'held-out text' : 'the training text, which is too short to hold any out'} (${groupThousands(trained.words)} words)`,
    '',
    `${''.padEnd(20)}${'new'.padStart(8)}${'bundled'.padStart(12)}`,
    row('tokens per word', ({ tokensPerWord }) => tokensPerWord.toFixed(3)),
    row('unknown words', ({ unknownShare }) => formatShare(unknownShare)),
    row('characters per token', ({ charactersPerToken }) => charactersPerToken.toFixed(2)),
    '',
    `Tokenizer: ${result.out}`,
  ].join('\n');
}
