import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../core/errors.js';
import { RUN_FILES } from '../core/runs/schema.js';
import {
  readModelFolder,
  WEIGHT_PRECISIONS,
  writeModelFolder,
} from '../node/models/modelFolder.js';
import { modelFolderOf } from './modelArgument.js';
import { choiceOf, usageError, type CommandShape, type CommandValues } from './usage.js';

const FORMATS = ['onnx', 'safetensors', 'adapter'];

export const EXPORT: CommandShape = {
  name: 'export',
  usage: '<run or model folder> --to <folder> [options]',
  summary: 'Writes a trained model for use elsewhere, as a folder of its own',
  flags: {
    to: { shape: '<folder>', help: 'folder to write; it must not exist yet' },
    format: {
      shape: '<name>',
      help: 'onnx (weights and onnx/model.onnx, the default), safetensors (weights alone), or adapter (of a run with --keep-adapter)',
    },
    precision: {
      shape: '<name>',
      help: `of the weights: ${WEIGHT_PRECISIONS.join(', ')} (default: float32); int8 makes onnx/model_int8.onnx`,
    },
  },
  examples: ['masklab export .masklab/runs/20261123-1200-calm-river --to my-model'],
};

export async function exportCommand(values: CommandValues): Promise<void> {
  const [given] = values.positionals;
  const to = values.text('to');
  if (given === undefined || to === undefined) {
    throw usageError('masklab export needs the folder of a run or model, and --to.', 'export');
  }
  const format = values.text('format') ?? 'onnx';
  if (!FORMATS.includes(format)) {
    throw usageError(`--format takes one of ${FORMATS.join(', ')}, not "${format}".`, 'export');
  }
  const precision = choiceOf(EXPORT, values, { flag: 'precision', choices: WEIGHT_PRECISIONS });
  const target = path.resolve(to);
  if (fs.existsSync(target)) throw usageError(`${to} is there already.`, 'export');
  const folder = modelFolderOf(given);
  if (format === 'adapter') copyAdapter(given, target);
  else {
    const model = await readModelFolder(folder);
    await writeModelFolder(target, {
      ...model,
      modelCard: readCard(folder),
      ...(precision && { precision }),
      withoutOnnx: format === 'safetensors',
    });
  }
  console.log(`Written to ${target}`);
}

function copyAdapter(run: string, target: string): void {
  const adapter = path.join(path.resolve(run), RUN_FILES.adapter);
  if (!fs.existsSync(adapter)) {
    throw new AppError({
      code: 'UserInput',
      details: {
        problem: `${run} is no run that kept its adapter.`,
        remedy: 'Train with --method lora --keep-adapter; then the run keeps it.',
      },
    });
  }
  fs.cpSync(adapter, target, { recursive: true });
}

function readCard(folder: string): string {
  const card = path.join(folder, 'README.md');
  return fs.existsSync(card) ? fs.readFileSync(card, 'utf8') : '# A model\n';
}
