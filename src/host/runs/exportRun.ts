import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat, WeightPrecision } from '../../core/models/exportFormats.js';
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
  const parent = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: vscode.Uri.file(path.resolve(run.directory, '../../..')),
    title,
    openLabel: vscode.l10n.t('Export Here'),
  });
  const [folder] = parent ?? [];
  if (folder === undefined) return null;
  const to = freeFolder(folder, `${run.name}-${format.precision ?? format.format}`);
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    modelClient.call('exportModel', {
      modelFolder: runModelFolder(run.directory),
      to: to.fsPath,
      format: format.format,
      ...(format.precision === undefined ? {} : { precision: format.precision }),
    }),
  );
  return to;
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
      detail: vscode.l10n.t('Weights as 8-bit integers, a quarter of the size'),
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

/** Folder of that name that does not exist yet; a number is added if it does. */
function freeFolder(parent: vscode.Uri, name: string): vscode.Uri {
  const plain = name.replaceAll(/[\\/:*?"<>|]/g, '-');
  for (let count = 1; ; count++) {
    const uri = vscode.Uri.joinPath(parent, count === 1 ? plain : `${plain}-${count}`);
    if (!existsSync(uri.fsPath)) return uri;
  }
}
