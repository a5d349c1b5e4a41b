import path from 'node:path';
import { formatBytes } from '../core/format.js';
import { BERT_MASKING } from '../core/masking/policy/policy.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import {
  EXPORT_FORMATS,
  LITERT_LENGTHS,
  MAX_LITERT_LENGTHS,
  WEIGHT_PRECISIONS,
} from '../core/models/exportFormats.js';
import { dataReadingOf, selectionOf } from '../core/runs/dataSnapshot.js';
import type { ExportCheck, FilesToCheck } from '../node/models/checkExport.js';
import { metricText, nameOf, shortened } from '../node/models/checkSection.js';
import { exportModel, ZIP } from '../node/models/exportModel.js';
import { interruptible } from './interruptible.js';
import { usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print } from './output.js';
import { choiceOf, countOf, type CommandShape, type CommandValues } from './usage.js';

export const EXPORT: CommandShape = {
  name: 'export',
  group: 'models',
  usage: '<run or model folder> --to <folder> [options]',
  summary: 'Export a trained model for use in other tools',
  flags: {
    to: { shape: '<folder>', help: 'Folder to create. It must not exist yet' },
    zip: {
      help: 'Write one zip file instead of a folder, with the extension .zip. Files in it can be larger than 4 GB',
    },
    format: {
      shape: '<name>',
      help: 'Format: onnx (weights and onnx/model.onnx), safetensors (weights only), litert (model.tflite for phones and web pages), or adapter (of a run with --keep-adapter)',
      otherwise: 'onnx',
    },
    precision: {
      shape: '<name>',
      help: `Precision of the weights: ${WEIGHT_PRECISIONS.join(', ')}. The ONNX file is onnx/model.onnx, onnx/model_fp16.onnx or onnx/model_int8.onnx, which also computes with integers`,
      otherwise: 'float32',
    },
    portable: {
      help: 'With --precision int8, use 7 of the 8 bits of weights, so that processors without VNNI compute the same as others',
    },
    check: {
      shape: '<files …>',
      multiple: true,
      help: 'Held-out data on which an ONNX export is compared with float32. With int8, matrices remain in float32 if the metric would drop by more than one point',
    },
    lengths: {
      shape: '<n,n,…>',
      help: 'Sequence lengths of a LiteRT model, each a signature; they share the weights',
      otherwise: `${LITERT_LENGTHS.join(',')}, as far as the model goes`,
    },
    'masked-rows': {
      shape: '<count>',
      help: 'Number of positions of a LiteRT model whose logits are computed, which an input names',
      otherwise: 'all',
    },
  },
  runOptions: [
    ...(['textColumn', 'pairColumn', 'labelColumn', 'labelDelimiter'] as const),
    ...(['skipBad', 'maskingRate', 'seed'] as const),
  ],
  examples: [
    'masklab export .masklab/runs/20261123-1200-calm-river --to my-model',
    'masklab export my-model --to my-small-model --precision int8 --check held-out.csv',
    'masklab export my-model --to my-model.zip --zip',
    'masklab export my-model --to my-app-model --format litert --lengths 64,256 --masked-rows 4',
  ],
};

export async function exportCommand(values: CommandValues): Promise<void> {
  const [given] = values.positionals;
  const to = values.text('to');
  if (given === undefined || to === undefined) {
    throw usageError('"masklab export" requires a run or model folder, and --to.', EXPORT.name);
  }
  const format = choiceOf(EXPORT, values, { flag: 'format', choices: EXPORT_FORMATS }) ?? 'onnx';
  const precision = choiceOf(EXPORT, values, { flag: 'precision', choices: WEIGHT_PRECISIONS });
  const lengths = lengthsOf(values);
  const maskedRows = countOf(EXPORT, values, 'masked-rows');
  const foreign = ['lengths', 'masked-rows'].find((flag) => values.text(flag) !== undefined);
  if (format !== 'litert' && foreign !== undefined) {
    throw usageError(`--${foreign} is used only with --format litert.`, EXPORT.name);
  }
  const portable = values.has('portable');
  if (portable && (format !== 'onnx' || precision !== 'int8')) {
    throw usageError('--portable requires --format onnx and --precision int8.', EXPORT.name);
  }
  const check = values.list('check');
  if (check.length > 0 && format !== 'onnx') {
    throw usageError('--check requires --format onnx.', EXPORT.name);
  }
  const zip = values.has('zip');
  const target = path.resolve(zip && !to.endsWith(ZIP) ? to + ZIP : to);
  const modelFolder = modelFolderOf(given);
  await interruptible(values, async ({ signal }) => {
    const checked = await exportModel({
      ...{ modelFolder, to: target, format, precision, lengths, maskedRows, portable, zip },
      ...(check.length > 0 && { check: { ...checkDataOf(check, values), signal } }),
    });
    if (checked !== null) for (const line of checkLines(checked)) print(line);
    print(`Written to ${target}`);
  });
}

function checkDataOf(
  paths: readonly string[],
  { options }: CommandValues,
): Omit<FilesToCheck, 'signal'> {
  const where = { workspaceFolder: process.cwd(), paths, exclude: [] };
  const { maskingRate: rate = BERT_MASKING.rate, seed = 0 } = options;
  return { selection: selectionOf(options, where), reading: dataReadingOf(options), rate, seed };
}

function* checkLines({ reference, forms, processor, warnings }: ExportCheck): Generator<string> {
  for (const warning of warnings) yield renderMessage(warning, ENGLISH);
  for (const form of [reference, ...forms]) {
    const parts = [formatBytes(form.bytes), `${form.milliseconds.toFixed(1)} ms per batch`];
    yield [nameOf(form).padEnd(8), ...parts, metricText(form)].join('  ');
  }
  yield `Measured on one thread of ${processor}.`;
  for (const { exact, largestDisagreement: worst } of forms) {
    if (worst !== null) {
      yield `Largest disagreement: ${worst.difference.toFixed(3)}, in "${shortened(worst.text)}"`;
    }
    if (exact.length > 0) yield `In float32, to stay within one point: ${exact.join(', ')}`;
  }
}

function lengthsOf(values: CommandValues): number[] | undefined {
  const given = values.text('lengths');
  const lengths = given?.split(',').map(Number);
  const areCounts = lengths?.every((length) => Number.isInteger(length) && length > 0) ?? true;
  if (areCounts && (lengths?.length ?? 0) <= MAX_LITERT_LENGTHS) return lengths;
  throw usageError(
    `--lengths must be up to ${MAX_LITERT_LENGTHS} whole numbers of at least 1, separated by commas, but "${given}" was given.`,
    EXPORT.name,
  );
}
