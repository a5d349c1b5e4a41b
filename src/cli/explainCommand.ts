import os from 'node:os';
import path from 'node:path';
import { describeError } from '../core/errors.js';
import { formatProbability, joinSentences } from '../core/format.js';
import { ENGLISH } from '../core/messages/render.js';
import { ENGLISH_WORDS_FILE } from '../core/predict/englishWords.js';
import { explainPrediction, type Explanation } from '../core/predict/explainPrediction.js';
import { masksIn } from '../core/predict/spelledMasks.js';
import { spelledText } from '../core/predict/spelledText.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { readWordList } from '../node/models/wordList.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import type { CommandShape, CommandValues } from './usage.js';

export const EXPLAIN: CommandShape = {
  name: 'explain',
  group: 'models',
  usage: '"<text with [MASK]>" [options]',
  summary: 'Show which words of a text the prediction of its first mask leans on',
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
      otherwise: 'the bundled model',
    },
    word: {
      shape: '<word>',
      help: 'Explain the prediction of this word',
      otherwise: 'the best prediction',
    },
    json: { help: 'Print one JSON object instead of lines' },
  },
  examples: [
    'masklab explain "The captain sailed across the [MASK] and saw the waves."',
    'masklab explain "The captain sailed across the [MASK] and saw the waves." --word sea --json',
  ],
};

export async function explainCommand(values: CommandValues): Promise<void> {
  const text = values.positionals.join(' ');
  if (text.trim() === '') {
    throw usageError(
      '"masklab explain" requires a text with a mask, such as "The [MASK] jumps".',
      EXPLAIN.name,
    );
  }
  const folder = modelFolderOf(values.text('model'));
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    const { maskToken } = model.tokenizer;
    const [mask] = masksIn(text, maskToken);
    if (mask === undefined) {
      throw new CommandLineError(
        'The text has no mask.',
        'Write [MASK] or ____ in place of the word whose prediction is to be explained.',
      );
    }
    const spelled = spelledText(text, maskToken);
    const explained = await explainPrediction(model, {
      text: spelled.text,
      ...spelled.spelled(mask),
      word: values.text('word'),
      wordLists: [await readWordList(path.join(__dirname, '..', ENGLISH_WORDS_FILE))],
    });
    const words = explained.words.map((word) => {
      const { start, end } = spelled.written(word);
      return { ...word, start, end, text: text.slice(start, end) };
    });
    if (values.has('json')) {
      printJson({ model: { name: model.name, folder }, text, ...explained, words });
    } else {
      print(lines({ ...explained, words }).join('\n'));
      print(`\nmodel: ${model.name}`);
    }
  } finally {
    await model.release();
  }
}

interface Named extends Explanation {
  readonly words: readonly (Explanation['words'][number] & { readonly text: string })[];
}

function lines({ word, probability, words, agreement, gradientError, ...facts }: Named): string[] {
  const width = Math.max(0, ...words.map(({ text }) => text.length));
  const nats = (value: number | null): string =>
    value === null ? '' : `${value < 0 ? '' : '+'}${value.toFixed(2)}`.padStart(10);
  const problem = gradientError === null ? null : describeError(gradientError, ENGLISH);
  return [
    `${word} (${formatProbability(probability)}) leans on these words, in nats of its log-odds:`,
    `  ${''.padEnd(width)} ${'occlusion'.padStart(10)} ${problem === null ? 'gradients'.padStart(10) : ''}`.trimEnd(),
    ...words.map(({ text, occlusion, gradient }) =>
      `  ${text.padEnd(width)} ${nats(occlusion)} ${nats(gradient)}`.trimEnd(),
    ),
    '',
    `Each word was masked in turn (${facts.sequences} sequences); attention weights are not used.`,
    ...(problem === null
      ? []
      : [`No gradients: ${joinSentences(problem.message, problem.remedy)}`]),
    ...(agreement === null ? [] : [`Rank correlation of the columns: ${agreement.toFixed(2)}.`]),
    ...(facts.isCut ? ['Words farther away were not considered.'] : []),
  ];
}
