import os from 'node:os';
import { openClassAt } from '../core/masking/annotation/terms.js';
import { makeCloze, type Cloze } from '../core/predict/cloze.js';
import { clozeSheet } from '../core/predict/clozeSheet.js';
import { readText } from '../node/files/regularFile.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { countOf, type CommandShape, type CommandValues } from './usage.js';

const MOST_BYTES = 10 * 2 ** 20;
const DEFAULT_BLANKS = 20;

export const CLOZE: CommandShape = {
  name: 'cloze',
  group: 'models',
  usage: '<text file> [options]',
  summary: 'Make a fill-in-the-blank exercise of a text',
  notes: [
    'Leaves out content words that their sentence and its neighbors suggest without giving them away, and prints a sheet in Markdown with choices and key. Choices are of the part of speech of the answer, by an English tagger.',
  ],
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
      otherwise: 'the bundled model',
    },
    blanks: { shape: '<n>', help: 'Maximum number of blanks', otherwise: String(DEFAULT_BLANKS) },
    seed: { shape: '<n>', help: 'Seed of the choices', otherwise: '1' },
    json: { help: 'Print one JSON object instead of a sheet' },
  },
  examples: ['masklab cloze chapter.txt --blanks 12 > sheet.md'],
};

export async function clozeCommand(values: CommandValues): Promise<void> {
  const [file, ...rest] = values.positionals;
  if (file === undefined || rest.length > 0) {
    throw usageError('"masklab cloze" requires one text file.', CLOZE.name);
  }
  const most = countOf(CLOZE, values, 'blanks') ?? DEFAULT_BLANKS;
  const seed = countOf(CLOZE, values, 'seed') ?? 1;
  const text = await readText(file, MOST_BYTES);
  const model = await loadPredictionModel(modelFolderOf(values.text('model')), {
    threads: os.availableParallelism(),
  });
  try {
    await interruptible(values, async ({ signal, show }) => {
      const cloze = await makeCloze(model, {
        ...{ text, blanks: most, partOfSpeech: openClassAt, seed, signal },
        onProgress: (done, total) => {
          show(`${done} of ${total} words`);
        },
      });
      show(null);
      if (cloze.blanks.length === 0) {
        throw new CommandLineError(
          'No word of the text can be left out.',
          'Use a longer text, of sentences in the language of the model.',
        );
      }
      if (values.has('json')) printJson({ model: model.name, seed, ...cloze });
      else print(clozeSheet({ text, cloze, seed }, wordsOf(cloze)));
    });
  } finally {
    await model.release();
  }
}

function wordsOf({ solved }: Cloze) {
  const { of, withContext, withoutContext } = solved;
  return {
    title: 'Fill in the blanks',
    choices: 'Choices',
    key: 'Key',
    alsoRight: (words: string) => `also right: ${words}`,
    note: `The model itself prefers the answer to the other choices in ${withContext} of ${of} blanks given the sentences around them, and in ${withoutContext} given the blank alone.`,
  };
}
