import os from 'node:os';
import { formatProbability } from '../core/format.js';
import { fillMasks, type MaskFill } from '../core/predict/fillMasks.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printJson } from './output.js';
import { countOf, type CommandShape, type CommandValues } from './usage.js';

const BAR_CELLS = 20;

export const FILL: CommandShape = {
  name: 'fill',
  group: 'models',
  usage: '"<text with [MASK]>" [options]',
  summary: 'Predict the masked words of a text',
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
      otherwise: 'the bundled model',
    },
    'top-k': { shape: '<n>', help: 'Number of predictions per mask', otherwise: '5' },
    target: {
      shape: '<word>',
      multiple: true,
      help: 'Also print the probability of this word. Repeat the flag for several words',
    },
    json: { help: 'Print one JSON object instead of lines' },
  },
  examples: [
    'masklab fill "The quick brown [MASK] jumps" --target fox',
    'masklab fill "The [MASK] of the [MASK]" --model my-model --top-k 3 --json',
  ],
};

export async function fillCommand(values: CommandValues): Promise<void> {
  const text = values.positionals.join(' ');
  if (text.trim() === '') {
    throw usageError(
      '"masklab fill" requires a text with a mask token, such as "The [MASK] jumps".',
      FILL.name,
    );
  }
  const topK = countOf(FILL, values, 'top-k') ?? 5;
  const folder = modelFolderOf(values.text('model'));
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    const targets = values.list('target');
    const masks = await fillMasks(model, { text, topK, targets });
    if (masks.length === 0) {
      throw new CommandLineError(
        'The text has no mask token.',
        `Write ${model.tokenizer.maskToken}, the mask token of this model, in place of a word.`,
      );
    }
    if (values.has('json')) {
      printJson({ model: { name: model.name, folder }, text, masks });
    } else {
      print(masks.map((mask) => show(text, mask)).join('\n\n'));
      print(`\nmodel: ${model.name}`);
    }
  } finally {
    await model.release();
  }
}

/** Lines for one mask: its context, its candidates with probabilities as bars, and the target words. */
function show(text: string, { start, end, candidates, targets, lowConfidence }: MaskFill): string {
  const excerpt = `${text.slice(Math.max(0, start - 30), start)}${text.slice(start, end)}${text.slice(end, end + 30)}`;
  const width = Math.max(...[...candidates, ...targets].map(({ word }) => word.length));
  const line = (word: string, probability: number): string =>
    `  ${word.padEnd(width)} ${formatProbability(probability).padStart(7)} ${'█'.repeat(Math.round(probability * BAR_CELLS))}`;
  return [
    excerpt.replace(/\s+/g, ' '),
    ...candidates.map(({ word, probability }) => line(word, probability).trimEnd()),
    ...(targets.length > 0 ? ['  targets:'] : []),
    ...targets.map(({ word, probability }) =>
      probability === null
        ? `  ${word.padEnd(width)} not in this model's vocabulary`
        : line(word, probability).trimEnd(),
    ),
    ...(lowConfidence ? ['  low confidence'] : []),
  ].join('\n');
}
