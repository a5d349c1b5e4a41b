import os from 'node:os';
import path from 'node:path';
import { formatProbability } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { fillMasks, type MaskFill } from '../core/predict/fillMasks.js';
import { loadPredictionModel } from '../node/models/predictionModel.js';
import { modelFolderOf } from './modelArgument.js';
import { countOf, usageError, type CommandShape, type CommandValues } from './usage.js';

const BAR_CELLS = 20;

export const FILL: CommandShape = {
  name: 'fill',
  usage: '"<text with [MASK]>" [options]',
  summary: 'Predicts every mask token of a text',
  flags: {
    model: { shape: '<folder>', help: 'folder of a run or of a model (default: the bundled one)' },
    'top-k': { shape: '<n>', help: 'predictions a mask (default: 5)' },
    target: { shape: '<word>', multiple: true, help: 'a word whose probability is wanted as well' },
    json: { help: 'one JSON object instead of lines' },
  },
  examples: ['masklab fill "The quick brown [MASK] jumps" --target fox'],
};

export async function fillCommand(values: CommandValues): Promise<void> {
  const text = values.positionals.join(' ');
  if (text.trim() === '') {
    throw usageError(
      'masklab fill needs a text with a mask token, such as "The [MASK] jumps".',
      'fill',
    );
  }
  const topK = countOf(FILL, values, 'top-k') ?? 5;
  const folder = modelFolderOf(
    values.text('model') ?? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER),
  );
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    const targets = values.list('target');
    const masks = await fillMasks(model, { text, topK, targets });
    if (masks.length === 0) {
      throw usageError(`The text has no mask token; this model's is ${model.tokenizer.maskToken}.`);
    }
    if (values.has('json')) {
      console.log(JSON.stringify({ model: { name: model.name, folder }, text, masks }));
    } else {
      console.log(masks.map((mask) => show(text, mask)).join('\n\n'));
      console.log(`\nmodel: ${model.name}`);
    }
  } finally {
    await model.release();
  }
}

/** A mask with its candidates, their probabilities as bars, and the target words. */
function show(text: string, { start, end, candidates, targets, lowConfidence }: MaskFill): string {
  const excerpt = `${text.slice(Math.max(0, start - 30), start)}${text.slice(start, end)}${text.slice(end, end + 30)}`;
  const width = Math.max(...[...candidates, ...targets].map(({ word }) => word.length));
  const line = (word: string, probability: number): string =>
    `  ${word.padEnd(width)} ${formatProbability(probability).padStart(7)} ${'█'.repeat(Math.round(probability * BAR_CELLS))}`;
  return [
    excerpt.replace(/\s+/g, ' '),
    ...candidates.map(({ word, probability }) => line(word, probability).trimEnd()),
    ...(targets.length > 0 ? ['  asked for:'] : []),
    ...targets.map(({ word, probability }) =>
      probability === null
        ? `  ${word.padEnd(width)} cannot be spelled with this model's vocabulary`
        : line(word, probability).trimEnd(),
    ),
    ...(lowConfidence ? ['  low confidence: little more than a guess'] : []),
  ].join('\n');
}
