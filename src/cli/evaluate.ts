import os from 'node:os';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { HELD_OUT_METRICS, isHeldOutMetric } from '../core/runs/metrics.js';
import { dataReadingOf, selectionOf } from '../core/runs/dataSnapshot.js';
import { evaluateModel } from '../node/models/evaluateModel.js';
import { loadLabelledModel } from '../node/models/labelledModel.js';
import { usageError } from './commandLineError.js';
import { whereOf } from './dataFlags.js';
import { evaluationLines } from './evaluationLines.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printError, printJson } from './output.js';
import type { CommandShape, CommandValues } from './usage.js';

export const EVALUATE: CommandShape = {
  name: 'evaluate',
  group: 'models',
  usage: '--model <run or model folder> --data <files …> [options]',
  summary: 'Evaluate a classifier, regressor or tagger on labeled data',
  notes: [
    'Prints the metrics of the task, precision, recall, F1 and ROC AUC of each label, confusions, and the predictions with the highest loss.',
    'A masked language model is evaluated on text with "masklab profile --model".',
  ],
  flags: {
    model: { shape: '<folder>', help: 'Run or model folder' },
    data: {
      shape: '<files …>',
      multiple: true,
      help: 'Tables, JSON Lines, JSON or CoNLL files with labels',
    },
    json: { help: 'Print the report as one JSON object' },
  },
  runOptions: [
    ...(['format', 'textColumn', 'pairColumn', 'labelColumn'] as const),
    ...(['labelDelimiter', 'skipBad'] as const),
  ],
  examples: [
    'masklab evaluate --model .masklab/runs/20261123-1200-calm-river --data new-reviews.csv',
    'masklab evaluate --model my-model --data test.jsonl --label-column stars --json',
  ],
};

export async function evaluateCommand(values: CommandValues): Promise<void> {
  const folder = values.text('model');
  if (folder === undefined) {
    throw usageError(
      '"masklab evaluate" requires --model with a run or model folder.',
      EVALUATE.name,
    );
  }
  const selection = selectionOf(values.options, whereOf(EVALUATE, values));
  const model = await loadLabelledModel(modelFolderOf(folder), {
    threads: os.availableParallelism(),
  });
  try {
    const reading = { ...dataReadingOf(values.options), task: model.task.kind };
    const { report, warnings } = await evaluateModel(model, selection, reading);
    for (const warning of warnings) printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
    if (values.has('json')) {
      printJson(report);
      return;
    }
    for (const [name, value] of Object.entries(report.metrics)) {
      if (!isHeldOutMetric(name)) continue;
      const { label, format } = HELD_OUT_METRICS[name];
      print(`${renderMessage(label, ENGLISH).padEnd(24)}${format(value)}`);
    }
    for (const line of evaluationLines(report)) print(line);
  } finally {
    await model.release();
  }
}
