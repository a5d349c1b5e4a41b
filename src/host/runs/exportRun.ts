import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  LITERT_LENGTHS,
  MAX_LITERT_LENGTHS,
  type ExportFormat,
  type WeightPrecision,
} from '../../core/models/exportFormats.js';
import { fillsMasks } from '../../core/objectives/objectives.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { ModelClient } from '../models/modelClient.js';

interface FormatItem extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  readonly precision?: WeightPrecision;
}

/** Asks for a format and a folder and exports the model of a run; `null` if the person cancels. */
export async function exportRun(
  modelClient: Pick<ModelClient, 'call'>,
  run: RunSummary,
): Promise<vscode.Uri | null> {
  const title = vscode.l10n.t('Export “{0}”', run.name);
  const format = await vscode.window.showQuickPick(formatsOf(run), {
    title,
    placeHolder: vscode.l10n.t('Select a format'),
    matchOnDetail: true,
  });
  if (format === undefined) return null;
  const shape = format.format === 'litert' ? await askLitertShape(title, run) : {};
  if (shape === null) return null;
  const parent = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: vscode.Uri.file(path.resolve(run.directory, '../../..')),
    title,
    openLabel: vscode.l10n.t('Export Here'),
  });
  const [folder] = parent ?? [];
  if (folder === undefined) return null;
  const to = freeFolder(folder, folderName(run, format));
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    modelClient.call('exportModel', {
      modelFolder: runModelFolder(run.directory),
      to: to.fsPath,
      format: format.format,
      ...(format.precision === undefined ? {} : { precision: format.precision }),
      ...shape,
    }),
  );
  return to;
}

function folderName({ name }: RunSummary, { format, precision }: FormatItem): string {
  const parts = format === 'litert' ? [format, precision] : [precision ?? format];
  return [name, ...parts.filter((part) => part !== undefined)].join('-');
}

function formatsOf({ directory }: RunSummary): FormatItem[] {
  const hasAdapter = existsSync(path.join(directory, RUN_FILES.adapter));
  return [
    {
      label: 'ONNX',
      detail: vscode.l10n.t('Weights and onnx/model.onnx, for transformers.js and ONNX Runtime'),
      format: 'onnx',
    },
    {
      label: vscode.l10n.t('ONNX, 8-bit'),
      detail: vscode.l10n.t(
        'Integer weights and arithmetic: a quarter of the size, faster on recent processors',
      ),
      format: 'onnx',
      precision: 'int8',
    },
    {
      label: vscode.l10n.t('ONNX, 16-bit'),
      detail: vscode.l10n.t('Weights as 16-bit numbers, half of the size'),
      format: 'onnx',
      precision: 'float16',
    },
    {
      label: 'safetensors',
      detail: vscode.l10n.t('Weights only, for transformers'),
      format: 'safetensors',
    },
    {
      label: 'LiteRT',
      detail: vscode.l10n.t('model.tflite with 32-bit weights, for web pages and phones'),
      format: 'litert',
    },
    {
      label: vscode.l10n.t('LiteRT, 8-bit'),
      detail: vscode.l10n.t('model.tflite with 8-bit weights, a quarter of the size'),
      format: 'litert',
      precision: 'int8',
    },
    ...(hasAdapter
      ? [
          {
            label: vscode.l10n.t('LoRA adapter'),
            detail: vscode.l10n.t('The adapter of the run, for PEFT'),
            format: 'adapter' as const,
          },
        ]
      : []),
  ];
}

/** Asks what a LiteRT model is made for; `null` if the person cancels. */
async function askLitertShape(
  title: string,
  { facts }: RunSummary,
): Promise<{ lengths?: number[]; maskedRows?: number } | null> {
  const lengths = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t(
      'Sequence lengths in tokens, separated by commas. Leave empty for {0}, as far as the model goes.',
      LITERT_LENGTHS.join(', '),
    ),
    placeHolder: LITERT_LENGTHS.join(', '),
    validateInput: (text) =>
      lengthsIn(text) === null
        ? vscode.l10n.t(
            'Enter up to {0} whole numbers, separated by commas.',
            String(MAX_LITERT_LENGTHS),
          )
        : null,
  });
  if (lengths === undefined) return null;
  const chosen = lengthsIn(lengths) ?? [];
  const shape = chosen.length === 0 ? {} : { lengths: chosen };
  if (facts === null || !fillsMasks(facts)) return shape;
  const rows = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t(
      'Number of masked positions per text. Leave empty to compute predictions for all positions.',
    ),
    validateInput: (text) =>
      text.trim() === '' || COUNT.test(text.trim())
        ? null
        : vscode.l10n.t('Enter a whole number of at least 1.'),
  });
  if (rows === undefined) return null;
  return rows.trim() === '' ? shape : { ...shape, maskedRows: Number(rows) };
}

const COUNT = /^[1-9]\d{0,5}$/;

/** Numbers in a list with commas; `null` if it contains something else or too many. */
function lengthsIn(text: string): number[] | null {
  const parts = text.trim() === '' ? [] : text.split(/[,，、]/).map((part) => part.trim());
  const areCounts = parts.every((part) => COUNT.test(part));
  return areCounts && parts.length <= MAX_LITERT_LENGTHS ? parts.map(Number) : null;
}

/** Folder of that name that does not exist yet; a number is added if it does. */
function freeFolder(parent: vscode.Uri, name: string): vscode.Uri {
  const plain = name.replaceAll(/[\\/:*?"<>|]/g, '-');
  for (let count = 1; ; count++) {
    const uri = vscode.Uri.joinPath(parent, count === 1 ? plain : `${plain}-${count}`);
    if (!existsSync(uri.fsPath)) return uri;
  }
}
