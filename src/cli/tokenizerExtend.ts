import fs from 'node:fs';
import path from 'node:path';
import { formatShare, groupThousands } from '../core/format.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { extendModel, type ExtensionReport } from '../node/models/extendModel.js';
import type { Coverage } from '../node/data/textSample.js';
import { decodeFile } from '../node/data/readers/decodeFile.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { DATA_FLAG, TEXT_OPTIONS } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { textsOf } from './tokenizerTexts.js';
import { countOf, type CommandShape, type CommandValues } from './usage.js';

const COUNT = 200;
const MIN_FREQUENCY = 5;
const SHOWN = 20;

export const TOKENIZER_EXTEND: CommandShape = {
  name: 'tokenizer extend',
  group: 'tokenizers',
  usage: '--model <folder> --data <files or folders …> --out <folder> [options]',
  summary: "Add words of a domain to a model's vocabulary",
  notes: [
    'Train the extended model on text of the domain afterwards, so that it learns the new words.',
  ],
  flags: {
    data: DATA_FLAG,
    model: { shape: '<folder>', help: 'Run or model folder to extend. It is not changed' },
    out: { shape: '<folder>', help: 'Folder for the extended model. It must not exist yet' },
    terms: { shape: '<file>', help: 'Text file with words that are always added, one per line' },
    count: {
      shape: '<n>',
      help: 'Maximum number of words to add from the data',
      otherwise: String(COUNT),
    },
    'min-frequency': {
      shape: '<n>',
      help: 'Minimum number of occurrences of a word in the data',
      otherwise: String(MIN_FREQUENCY),
    },
    json: { help: 'Print one JSON object instead of lines' },
  },
  runOptions: [...TEXT_OPTIONS, 'skipBad'],
  examples: [
    'masklab tokenizer extend --model my-bert --data articles/ --count 500 --out my-bert-plus',
  ],
};

export async function tokenizerExtendCommand(values: CommandValues): Promise<void> {
  const shape = TOKENIZER_EXTEND;
  const [model, out] = [values.text('model'), values.text('out')];
  if (model === undefined || out === undefined) {
    throw usageError('"masklab tokenizer extend" requires --model, --data and --out.', shape.name);
  }
  const folder = path.resolve(out);
  if (fs.existsSync(folder)) {
    throw new CommandLineError(`${out} already exists.`, 'Choose another folder for --out.');
  }
  const terms = await termsOf(values.text('terms'));
  await interruptible(values, async ({ signal, show }) => {
    const { texts, skipped } = await textsOf(shape, values, signal);
    const report = await extendModel({
      modelFolder: modelFolderOf(model),
      out: folder,
      texts,
      terms,
      count: countOf(shape, values, 'count') ?? COUNT,
      minCount: countOf(shape, values, 'min-frequency') ?? MIN_FREQUENCY,
      onProgress: (read) => {
        show(`Reading texts: ${groupThousands(read)}`);
      },
      signal,
    });
    show(null);
    const reasons = report.skipped.map(({ term, reason }) => ({
      term,
      reason: renderMessage(reason, ENGLISH),
    }));
    const result = { out: folder, leftOut: skipped(), ...report, skipped: reasons };
    if (values.has('json')) printJson(result);
    else print(lines(result));
  });
}

async function termsOf(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  let text = '';
  for await (const part of decodeFile(path.resolve(file), { shownAs: file })) text += part;
  const terms = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(terms)].filter((term) => term !== '');
}

type ShownReport = Omit<ExtensionReport, 'skipped'> & {
  readonly out: string;
  readonly leftOut: number;
  readonly skipped: readonly { readonly term: string; readonly reason: string }[];
};

function lines(report: ShownReport): string {
  const { added, skipped, sample, vocabularySize } = report;
  const row = (name: string, value: (coverage: Coverage) => string): string =>
    `${name.padEnd(20)}${value(sample.before).padStart(8)}${value(sample.after).padStart(10)}`;
  const shown = added
    .slice(0, SHOWN)
    .map(
      ({ term, count, pieces }) =>
        `  ${term.padEnd(24)}${String(count ?? '–').padStart(8)}  ${pieces.join(' ')}`,
    );
  return [
    `added               ${groupThousands(added.length)} words; vocabulary size ${groupThousands(vocabularySize)} tokens`,
    ...shown,
    ...(added.length > SHOWN ? [`  … and ${groupThousands(added.length - SHOWN)} more`] : []),
    ...skipped.map(({ reason }) => `skipped             ${reason}`),
    ...(report.leftOut > 0
      ? [`skipped             ${groupThousands(report.leftOut)} rows or files`]
      : []),
    '',
    `Evaluated on ${sample.isHeldOut ? 'held-out text' : 'the same text'} (${groupThousands(sample.after.words)} words)`,
    `${''.padEnd(20)}${'before'.padStart(8)}${'after'.padStart(10)}`,
    row('tokens per word', ({ tokensPerWord }) => tokensPerWord.toFixed(3)),
    row('unknown words', ({ unknownShare }) => formatShare(unknownShare)),
    '',
    `Model: ${report.out}`,
    'Train it on text of the domain next, so that it learns the new words.',
  ].join('\n');
}
