import os from 'node:os';
import path from 'node:path';
import { formatProbability } from '../core/format.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { fillMasks, type MaskFill } from '../core/predict/fillMasks.js';
import { loadPredictionModel } from '../node/predictionModel.js';
import { numberOption, parseOptions, usageError } from './usage.js';

const BAR_CELLS = 20;

/** `masklab fill`: predicts every mask token of a text. */
export async function fillCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: {
      'top-k': { type: 'string' },
      model: { type: 'string' },
      target: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    },
  });
  const text = positionals.join(' ');
  if (text.trim() === '') {
    throw usageError('masklab fill needs a text with a mask token, such as "The [MASK] jumps".');
  }
  const topK = numberOption('top-k', values['top-k'], { integer: true, minimum: 1 }) ?? 5;
  const folder = path.resolve(values.model ?? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER));
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    const targets = values.target ?? [];
    const masks = await fillMasks(model, { text, topK, targets });
    if (masks.length === 0) {
      throw usageError(`The text has no mask token; this model's is ${model.tokenizer.maskToken}.`);
    }
    if (values.json) {
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
