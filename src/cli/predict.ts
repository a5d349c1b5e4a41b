import os from 'node:os';
import { createInterface } from 'node:readline';
import { formatProbability } from '../core/format.js';
import type { LabelPrediction } from '../core/predict/labelPrediction.js';
import { loadLabelledModel } from '../node/models/labelledModel.js';
import { usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import type { CommandShape, CommandValues } from './usage.js';

export const PREDICT: CommandShape = {
  name: 'predict',
  group: 'models',
  usage: '--model <run or model folder> ["<text>"] [options]',
  summary: 'Predict labels, numbers or tags with a trained model',
  notes: ['Without a text, one text per line is read from standard input.'],
  flags: {
    model: { shape: '<folder>', help: 'Run or model folder' },
    pair: { shape: '<text>', help: 'Second text of a pair' },
    json: { help: 'Print one JSON object per text, with all probabilities' },
  },
  examples: [
    'masklab predict --model .masklab/runs/20261123-1200-calm-river "What a waste of time"',
    'masklab predict --model my-model --json < texts.txt',
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
    for await (const text of textsOf(values.positionals)) {
      const prediction = await model.predict(text, values.text('pair') ?? null);
      console.log(values.has('json') ? JSON.stringify({ text, ...prediction }) : show(prediction));
    }
  } finally {
    await model.release();
  }
}

async function* textsOf(positionals: readonly string[]): AsyncGenerator<string> {
  if (positionals.length > 0) {
    yield positionals.join(' ');
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') yield line;
  }
}

function show(prediction: LabelPrediction): string {
  switch (prediction.kind) {
    case 'labels': {
      const probabilityOf = (wanted: string): number | undefined =>
        prediction.probabilities.find(({ label }) => label === wanted)?.probability;
      const { labels } = prediction;
      return labels.length === 0
        ? 'none'
        : labels.map((label) => `${label} ${formatProbability(probabilityOf(label))}`).join('  ');
    }
    case 'numbers':
      return Object.entries(prediction.numbers)
        .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
        .join('  ');
    case 'tags':
      return prediction.words.map(({ word, tag }) => `${word}/${tag ?? '?'}`).join(' ');
  }
}
