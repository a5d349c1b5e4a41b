import { existsSync, realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { inputError } from '../core/errors.js';
import { formatCount } from '../core/format.js';
import { problem } from '../core/messages/message.js';
import { selectionOf } from '../core/runs/dataSnapshot.js';
import type { DataSelection } from '../core/data/dataSelection.js';
import { textsToLabel, type TextInFile } from '../node/data/textsToLabel.js';
import { loadLabelledModel, type LabelledModel } from '../node/models/labelledModel.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printError, printJsonLine } from './output.js';
import {
  openPredictionFile,
  predictionJson,
  predictionLine,
  type Predicted,
} from './predictionOutput.js';
import { formulaNote, SAFE_CSV_FLAG } from './safeCsv.js';
import type { CommandShape, CommandValues } from './usage.js';

export const PREDICT: CommandShape = {
  name: 'predict',
  group: 'models',
  usage: '--model <run or model folder> ["<text>" | <file>] [options]',
  summary: 'Predict labels, numbers or tags with a trained model',
  notes: [
    'Without a text and without data, one text per line is read from standard input.',
    'There is one answer for each line or row, in their order. The answer for an empty one is empty.',
    'A .csv file has the columns file, row, id, text and pair, then the prediction and the probability of each label, or each number under its name. A number that is called like one of the first columns has the name "prediction of <name>".',
  ],
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
    },
    pair: { shape: '<text>', help: 'Second text of a pair' },
    data: {
      shape: '<files …>',
      multiple: true,
      help: 'Tables, JSON Lines, or files with one text per line',
    },
    'id-column': {
      shape: '<name>',
      help: 'Column that identifies rows in the output',
      otherwise: 'a column named id, if there is one',
    },
    out: {
      shape: '<file>',
      help: 'Write a .jsonl or .csv file with row numbers, ids and the probabilities of all labels',
    },
    'safe-csv': SAFE_CSV_FLAG,
    json: { help: 'Print one JSON object per text, with all probabilities' },
  },
  runOptions: [
    ...(['format', 'encoding', 'header', 'noHeader', 'backslashEscapes'] as const),
    ...(['textColumn', 'pairColumn'] as const),
  ],
  examples: [
    'masklab predict --model .masklab/runs/20261123-1200-calm-river "What a waste of time"',
    'masklab predict --model my-model --json < texts.txt',
    'masklab predict --model my-model --data mails.csv --text-column body --out predicted.csv',
  ],
};

export async function predictCommand(values: CommandValues): Promise<void> {
  const folder = values.text('model');
  if (folder === undefined) {
    throw usageError(
      '"masklab predict" requires --model with a run or model folder.',
      PREDICT.name,
    );
  }
  const model = await loadLabelledModel(modelFolderOf(folder), {
    threads: os.availableParallelism(),
  });
  try {
    const out = values.text('out');
    if (out === undefined) {
      for await (const predicted of predictionsOf(model, values)) {
        if (values.has('json')) printJsonLine(predictionJson(predicted, model));
        else print(predictionLine(predicted));
      }
    } else await writePredictions(out, model, values);
  } finally {
    await model.release();
  }
}

async function writePredictions(
  out: string,
  model: LabelledModel,
  values: CommandValues,
): Promise<void> {
  refuseInput(out, dataOf(values));
  const file = await openPredictionFile(out, { head: model, isSafe: values.has('safe-csv') });
  try {
    let count = 0;
    for await (const predicted of predictionsOf(model, values)) {
      await file.write(predicted);
      count++;
    }
    await file.commit();
    printError(`masklab: wrote ${formatCount(count, 'prediction')} to ${out}`);
    if (file.formulas() > 0) {
      const areEscaped = values.has('safe-csv');
      printError(`masklab: ${formulaNote({ cells: file.formulas(), areEscaped })}`);
    }
  } catch (thrown) {
    await file.discard();
    throw thrown;
  }
}

/** Files with texts: those of `--data`, and a single argument that names one. */
function dataOf(values: CommandValues): string[] {
  const { positionals } = values;
  return [...values.list('data'), ...(isFile(positionals) ? positionals : [])];
}

/** Refuses an output file that is one of the inputs, also by another name. */
function refuseInput(out: string, data: readonly string[]): void {
  const real = realFile(out);
  if (real !== null && data.some((file) => realFile(file) === real)) {
    throw inputError(problem('data.outputIsInput', { file: out }));
  }
}

function realFile(file: string): string | null {
  return existsSync(file) ? realpathSync(file) : null;
}

function predictionsOf(model: LabelledModel, values: CommandValues): AsyncGenerator<Predicted> {
  const { positionals } = values;
  const pair = values.text('pair') ?? null;
  const data = dataOf(values);
  if (data.length > 0) {
    const idColumn = values.text('id-column');
    return ofFiles(model, textsToLabel(selectionFrom(values, data), { idColumn }));
  }
  return ofLines(model, positionals.length > 0 ? [positionals.join(' ')] : stdinLines(), pair);
}

/** Whether the only argument is a file rather than a text. */
function isFile([name, ...others]: readonly string[]): boolean {
  return name !== undefined && others.length === 0 && existsSync(name) && statSync(name).isFile();
}

function selectionFrom({ options }: CommandValues, paths: readonly string[]): DataSelection {
  const where = { workspaceFolder: process.cwd(), paths, exclude: [] };
  return { ...selectionOf(options, where), kind: 'any' };
}

const BYTE_ORDER_MARK = '\ufeff';

/** Lines of standard input, without a byte order mark. Throws `CommandLineError` for binary input. */
async function* stdinLines(): AsyncGenerator<string> {
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number++;
    if (line.includes('\0')) {
      throw new CommandLineError(
        `Line ${number} of standard input contains a NUL character.`,
        'Standard input must be text in UTF-8. Texts in other encodings can be read from files, with --data and --encoding.',
      );
    }
    yield number === 1 && line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
  }
}

/** Predicts one line after another, so that each is answered before the next is there. */
async function* ofLines(
  model: LabelledModel,
  lines: AsyncIterable<string> | readonly string[],
  pair: string | null,
): AsyncGenerator<Predicted> {
  for await (const text of lines) {
    const prediction = text.trim() === '' ? null : await model.predict(text, pair);
    yield { text, pair, prediction };
  }
}

/** Number of texts that are predicted together. */
const BLOCK = 256;

async function* ofFiles(
  model: LabelledModel,
  texts: AsyncIterable<TextInFile>,
): AsyncGenerator<Predicted> {
  let block: TextInFile[] = [];
  for await (const text of texts) {
    block.push(text);
    if (block.length < BLOCK) continue;
    yield* ofBlock(model, block);
    block = [];
  }
  yield* ofBlock(model, block);
}

async function* ofBlock(
  model: LabelledModel,
  block: readonly TextInFile[],
): AsyncGenerator<Predicted> {
  const filled = block.filter(({ text }) => text.trim() !== '');
  const predictions = new Map<TextInFile, Predicted['prediction']>();
  for await (const found of model.predictAll(filled)) {
    for (const [index, prediction] of found) predictions.set(filled[index]!, prediction);
  }
  for (const text of block) {
    const { file, row, id, pair } = text;
    const prediction = predictions.get(text) ?? null;
    yield { text: text.text, pair, prediction, place: { file, row, id } };
  }
}
