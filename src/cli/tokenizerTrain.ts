import path from 'node:path';
import { formatShare, groupThousands } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import {
  VOCABULARY_MODELS,
  type VocabularyModel,
} from '../core/tokenizer/training/vocabularyTrainer.js';
import { loadTokenizer } from '../node/tokenizers/loadTokenizer.js';
import { refuseForeignFolder, writeTokenizerFolder } from '../node/tokenizers/tokenizerFolder.js';
import { coverageOf, type Coverage } from '../node/data/textSample.js';
import { trainTokenizer } from '../node/tokenizers/tokenizerTraining.js';
import { DATA_FLAG, TEXT_OPTIONS } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { textsOf } from './tokenizerTexts.js';
import {
  choiceOf,
  countOf,
  usageError,
  vocabularySizeOf,
  type CommandShape,
  type CommandValues,
} from './usage.js';

const SIZE = 8192;
const MIN_FREQUENCY = 2;

export const TOKENIZER_TRAIN: CommandShape = {
  name: 'tokenizer train',
  usage: '--data <files or folders …> --out <folder> [options]',
  summary: 'Trains a vocabulary on text and writes it as tokenizer.json',
  flags: {
    data: DATA_FLAG,
    out: {
      shape: '<folder>',
      help: 'folder for tokenizer.json and tokenizer_config.json; new, empty or with nothing else in it',
    },
    model: {
      shape: '<name>',
      help: `${VOCABULARY_MODELS.join(', ')}: as BERT has it, the same in bytes with nothing unknown, as RoBERTa and as XLM-R (default: wordpiece)`,
    },
    size: { shape: '<n>', help: `tokens, special ones included (default: ${SIZE})` },
    'min-frequency': {
      shape: '<n>',
      help: `occurrences from which on something may be a token (default: ${MIN_FREQUENCY})`,
    },
    lowercase: {
      help: 'makes no difference between upper and lower case, for WordPiece nor between accents',
    },
    json: { help: 'one JSON object instead of lines' },
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
  if (out === undefined) throw usageError('masklab tokenizer train needs --out.', shape.name);
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
    const bundled = await loadTokenizer(path.join(__dirname, '..', BUNDLED_MODEL_FOLDER));
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
    console.log(values.has('json') ? JSON.stringify(result) : lines(result));
  });
}

const PHASES = {
  reading: 'Reading texts',
  merging: 'Merging pairs',
  seeding: 'Looking for frequent pieces',
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
      : `; the rarest ${groupThousands(words.dropped)} words were dropped to save memory`;
  return [
    `vocabulary          ${groupThousands(result.vocabularySize)} tokens (${result.model})`,
    `trained on          ${groupThousands(result.texts)} texts, ${groupThousands(words.total)} words, ${groupThousands(words.distinct)} different${dropped}`,
    ...(result.skipped > 0
      ? [`left out            ${groupThousands(result.skipped)} rows or files`]
      : []),
    `measured on         ${result.heldOut ? 'text kept out of the training' : 'the same text: there was too little to keep any out'} (${groupThousands(trained.words)} words)`,
    '',
    `${''.padEnd(20)}${'this'.padStart(8)}${'bundled'.padStart(12)}`,
    row('tokens a word', ({ tokensPerWord }) => tokensPerWord.toFixed(3)),
    row('unknown words', ({ unknownShare }) => formatShare(unknownShare)),
    row('characters a token', ({ charactersPerToken }) => charactersPerToken.toFixed(2)),
    '',
    `Written to ${result.out}`,
  ].join('\n');
}
