import fs from 'node:fs';
import path from 'node:path';
import { RUN_FILES } from '../core/runs/schema.js';
import { copyRegularSync } from '../node/files/regularFile.js';
import {
  readModelFolder,
  WEIGHT_PRECISIONS,
  writeModelFolder,
} from '../node/models/modelFolder.js';
import { readModelCard } from '../node/models/modelFiles.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { modelFolderOf } from './modelArgument.js';
import { print } from './output.js';
import { choiceOf, type CommandShape, type CommandValues } from './usage.js';

const FORMATS = ['onnx', 'safetensors', 'adapter'] as const;

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
  const format = choiceOf(EXPORT, values, { flag: 'format', choices: FORMATS }) ?? 'onnx';
  const precision = choiceOf(EXPORT, values, { flag: 'precision', choices: WEIGHT_PRECISIONS });
  const target = path.resolve(to);
  if (fs.existsSync(target)) {
    throw new CommandLineError(`${to} already exists.`, 'Choose another folder for --to.');
  }
  const folder = modelFolderOf(given);
  if (format === 'adapter') copyAdapter(given, target);
  else {
    const model = await readModelFolder(folder);
    await writeModelFolder(target, {
      ...model,
      modelCard: readModelCard(folder) ?? '# Model\n',
      ...(precision && { precision }),
      withoutOnnx: format === 'safetensors',
    });
  }
  print(`Written to ${target}`);
}

function copyAdapter(run: string, target: string): void {
  const adapter = path.join(path.resolve(run), RUN_FILES.adapter);
  if (!fs.existsSync(adapter)) {
    throw new CommandLineError(
      `${run} has no saved adapter.`,
      'Train with --method lora --keep-adapter to export one.',
    );
  }
  fs.mkdirSync(target, { recursive: true });
  for (const name of fs.readdirSync(adapter)) {
    copyRegularSync(path.join(adapter, name), path.join(target, name));
  }
}
