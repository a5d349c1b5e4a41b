import path from 'node:path';
import { EXPORT_FORMATS, WEIGHT_PRECISIONS } from '../core/models/exportFormats.js';
import { exportModel } from '../node/models/exportModel.js';
import { usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print } from './output.js';
import { choiceOf, type CommandShape, type CommandValues } from './usage.js';

export const EXPORT: CommandShape = {
  name: 'export',
  group: 'models',
  usage: '<run or model folder> --to <folder> [options]',
  summary: 'Export a trained model for use in other tools',
  flags: {
    to: { shape: '<folder>', help: 'Folder to create. It must not exist yet' },
    format: {
      shape: '<name>',
      help: 'Format: onnx (weights and onnx/model.onnx), safetensors (weights only), or adapter (of a run with --keep-adapter)',
      otherwise: 'onnx',
    },
    precision: {
      shape: '<name>',
      help: `Precision of the weights: ${WEIGHT_PRECISIONS.join(', ')}. With int8, the graph is onnx/model_int8.onnx`,
      otherwise: 'float32',
    },
  },
  examples: [
    'masklab export .masklab/runs/20261123-1200-calm-river --to my-model',
    'masklab export my-model --to my-small-model --precision int8',
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
  const target = path.resolve(to);
  await exportModel({ modelFolder: modelFolderOf(given), to: target, format, precision });
  print(`Written to ${target}`);
}
