import os from 'node:os';
import { formatCount } from '../core/format.js';
import { BERT_MASKING } from '../core/masking/policy/policy.js';
import type { Message } from '../core/messages/message.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { HELD_OUT_METRICS, isHeldOutMetric } from '../core/runs/metrics.js';
import { dataReadingOf, selectionOf } from '../core/runs/dataSnapshot.js';
import { evaluateModel } from '../node/models/evaluateModel.js';
import { evaluateOnText } from '../node/models/evaluateOnText.js';
import type { LabelledModel } from '../node/models/labelledModel.js';
import type { PredictionModel } from '../node/models/predictionModel.js';
import { loadServedModel } from '../node/models/servedModel.js';
import { usageError } from './commandLineError.js';
import { TEXT_OPTIONS, textSelectionOf, whereOf } from './dataFlags.js';
import { evaluationLines, maskedEvaluationLines, NAME_WIDTH } from './evaluationLines.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printError, printJson } from './output.js';
import type { CommandShape, CommandValues } from './usage.js';

export const EVALUATE: CommandShape = {
  name: 'evaluate',
  group: 'models',
  usage: '--model <run or model folder> --data <files …> [options]',
  summary: 'Evaluate a model on labeled data or, for a masked language model, on text',
  notes: [
    'Of a classifier, regressor or tagger, prints the metrics of the task, precision, recall, F1, ROC AUC and PR AUC of each label with macro and micro averages, the calibration error, confusions, and the predictions with the highest loss.',
    'Of a masked language model, prints the loss, the perplexity and the accuracy on randomly masked tokens, which depend on --masking-rate and --seed alone.',
  ],
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
    },
    data: {
      shape: '<files …>',
      multiple: true,
      help: 'Tables, JSON Lines, JSON or CoNLL files with labels; for a masked language model, any text',
    },
    'pseudo-perplexity': {
      help: 'Also compute the pseudo-perplexity of a masked language model, which takes one pass per token',
    },
    json: { help: 'Print the report as one JSON object' },
  },
  runOptions: [
    ...TEXT_OPTIONS,
    ...([
      'pairColumn',
      'labelColumn',
      'labelDelimiter',
      'mergeLabels',
      'skipBad',
      'maskingRate',
      'seed',
    ] as const),
  ],
  examples: [
    'masklab evaluate --model .masklab/runs/20261123-1200-calm-river --data new-reviews.csv',
    'masklab evaluate --model my-model --data test.jsonl --label-column stars --json',
    'masklab evaluate --model my-language-model --data held-out/ --seed 1 --pseudo-perplexity',
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
  const model = await loadServedModel(modelFolderOf(folder), {
    threads: os.availableParallelism(),
  });
  try {
    if (model.kind === 'masked-lm') await evaluateWords(model, values);
    else await evaluateLabels(model, values);
  } finally {
    await model.release();
  }
}

async function evaluateLabels(model: LabelledModel, values: CommandValues): Promise<void> {
  const selection = selectionOf(values.options, whereOf(EVALUATE, values));
  const reading = { ...dataReadingOf(values.options), task: model.task.kind };
  const { report, warnings } = await evaluateModel(model, selection, reading);
  printWarnings(warnings);
  if (values.has('json')) {
    printJson(report);
    return;
  }
  for (const [name, value] of Object.entries(report.metrics)) {
    if (!isHeldOutMetric(name)) continue;
    const { label, format } = HELD_OUT_METRICS[name];
    print(`${renderMessage(label, ENGLISH).padEnd(NAME_WIDTH)}${format(value)}`);
  }
  for (const line of evaluationLines(report)) print(line);
}

async function evaluateWords(model: PredictionModel, values: CommandValues): Promise<void> {
  const selection = textSelectionOf(EVALUATE, values);
  const { maskingRate: rate = BERT_MASKING.rate, seed = 0 } = values.options;
  await interruptible(values, async ({ signal, show }) => {
    const { evaluation, warnings } = await evaluateOnText(model, selection, {
      ...{ rate, seed, signal, withPseudoPerplexity: values.has('pseudo-perplexity') },
      onProgress: (texts) => {
        show(`Evaluating · ${formatCount(texts, 'text')}`);
      },
    });
    show(null);
    printWarnings(warnings);
    if (values.has('json')) printJson(evaluation);
    else for (const line of maskedEvaluationLines(evaluation)) print(line);
  });
}

function printWarnings(warnings: readonly Message[]): void {
  for (const warning of warnings) printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
}
