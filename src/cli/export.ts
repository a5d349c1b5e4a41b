import path from 'node:path';
import {
  EXPORT_FORMATS,
  LITERT_LENGTHS,
  MAX_LITERT_LENGTHS,
  WEIGHT_PRECISIONS,
} from '../core/models/exportFormats.js';
import { exportModel } from '../node/models/exportModel.js';
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
    format: {
      shape: '<name>',
      help: 'Format: onnx (weights and onnx/model.onnx), safetensors (weights only), litert (model.tflite for phones and web pages), or adapter (of a run with --keep-adapter)',
      otherwise: 'onnx',
    },
    precision: {
      shape: '<name>',
      help: `Precision of the weights: ${WEIGHT_PRECISIONS.join(', ')}. With int8, the graph is onnx/model_int8.onnx`,
      otherwise: 'float32',
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
  examples: [
    'masklab export .masklab/runs/20261123-1200-calm-river --to my-model',
    'masklab export my-model --to my-small-model --precision int8',
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
  const target = path.resolve(to);
  const modelFolder = modelFolderOf(given);
  await exportModel({ modelFolder, to: target, format, precision, lengths, maskedRows });
  print(`Written to ${target}`);
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
