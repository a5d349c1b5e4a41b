import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { describeError, toAppErrorData } from '../../core/errors.js';
import { stepOfModel, type ExportComparison } from '../../core/runs/exportComparison.js';
import { readExportComparison } from '../../node/runs/exportComparisonFile.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import type { ModelClient } from '../models/modelClient.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import { askLitertShape } from './askLitertShape.js';
import { formatItems, formIn, type FormatItem } from './exportFormatItems.js';

export interface ExportOptions {
  readonly modelClient: Pick<ModelClient, 'call' | 'follow'>;
  /** Called when the formats of the run were compared. */
  readonly onDidCompare: () => void;
}

/**
 * Asks for a format and a folder and exports the model of a run; `null` if the person cancels. Formats
 * with smaller weights are compared on held-out data first, and the person chooses again among the
 * results.
 */
export async function exportRun(
  options: ExportOptions,
  run: RunSummary,
): Promise<vscode.Uri | null> {
  const { modelClient } = options;
  const title = vscode.l10n.t('Export “{0}”', run.name);
  const chosen = await chooseFormat(title, run, options);
  if (chosen === null) return null;
  const { item, comparison } = chosen;
  const shape = item.format === 'litert' ? await askLitertShape(title, run) : {};
  if (shape === null) return null;
  const zip = await askZip(title);
  if (zip === null) return null;
  const parent = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: vscode.Uri.file(path.resolve(run.directory, '../../..')),
    title,
    openLabel: vscode.l10n.t('Export Here'),
  });
  const [folder] = parent ?? [];
  if (folder === undefined) return null;
  const to = freePlace(folder, folderName(run, item), zip ? '.zip' : '');
  const form = formIn(comparison, item);
  const { format, precision, portable } = item;
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    modelClient.call('exportModel', {
      modelFolder: runModelFolder(run.directory),
      to: to.fsPath,
      format,
      ...(precision !== undefined && { precision }),
      ...(portable !== undefined && { portable }),
      ...(zip && { zip }),
      ...(comparison !== null &&
        form !== null &&
        precision !== undefined && {
          check: {
            reference: comparison.reference,
            forms: [form],
            processor: comparison.processor,
          },
        }),
      ...shape,
    }),
  );
  return to;
}

interface Chosen {
  readonly item: FormatItem;
  readonly comparison: ExportComparison | null;
}

async function chooseFormat(
  title: string,
  run: RunSummary,
  options: ExportOptions,
): Promise<Chosen | null> {
  const stored = await readExportComparison(run.directory);
  const isCurrent = run.state !== null && stored?.step === stepOfModel(run.state);
  let comparison = isCurrent ? stored : null;
  for (;;) {
    const item = await vscode.window.showQuickPick(formatItems(run, comparison), {
      title,
      placeHolder:
        comparison === null
          ? vscode.l10n.t('Select a format')
          : vscode.l10n.t(
              'Select a format (held-out data, one thread of {0})',
              comparison.processor,
            ),
      matchOnDetail: true,
    });
    if (item === undefined) return null;
    const isReduced = item.format === 'onnx' && item.precision !== undefined;
    if (comparison !== null || !isReduced) return { item, comparison };
    const outcome = await compare(run, options);
    if (outcome === null) return null;
    if (outcome === 'without') return { item, comparison };
    comparison = outcome;
  }
}

/** Compares the formats; `without` if that fails and the person exports regardless. */
async function compare(
  run: RunSummary,
  { modelClient, onDidCompare }: ExportOptions,
): Promise<ExportComparison | 'without' | null> {
  const title = vscode.l10n.t('Comparing formats of “{0}” on held-out data', run.name);
  try {
    const comparison = await followInNotification(title, (report, signal) =>
      modelClient.follow(
        'compareExports',
        { run: run.directory },
        {
          signal,
          onProgress: ({ done, total }) => {
            const message = vscode.l10n.t('{0} of {1}', String(done), String(total));
            report({ message, percent: (100 * done) / total });
          },
        },
      ),
    );
    onDidCompare();
    return comparison;
  } catch (thrown) {
    const error = toAppErrorData(thrown);
    if (error.code === 'Cancelled') return null;
    const anyway = vscode.l10n.t('Export Without Comparison');
    const pressed = await notify(
      'warning',
      vscode.l10n.t(
        'The formats could not be compared on held-out data. {0}',
        describeError(error, EDITOR_WORDS).message,
      ),
      anyway,
    );
    return pressed === anyway ? 'without' : null;
  }
}

/** Whether to write a zip file; `null` if the person cancels. */
async function askZip(title: string): Promise<boolean | null> {
  const items = [
    { label: vscode.l10n.t('Folder'), isZip: false },
    {
      label: vscode.l10n.t('Zip file'),
      detail: vscode.l10n.t('One file with the folder in it'),
      isZip: true,
    },
  ];
  const item = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Write a folder or a zip file?'),
    // The panel takes the focus back as the question before closes, which must not close this one.
    ignoreFocusOut: true,
  });
  return item?.isZip ?? null;
}

function folderName({ name }: RunSummary, { format, precision, portable }: FormatItem): string {
  const kind = format === 'litert' ? [format, precision] : [precision ?? format];
  const parts = [name, ...kind, portable === true ? 'portable' : undefined];
  return parts.filter((part) => part !== undefined).join('-');
}

/** Folder or file of that name that does not exist yet; a number is added if it does. */
function freePlace(parent: vscode.Uri, name: string, extension: string): vscode.Uri {
  const plain = name.replaceAll(/[\\/:*?"<>|]/g, '-');
  for (let count = 1; ; count++) {
    const unique = count === 1 ? plain : `${plain}-${count}`;
    const uri = vscode.Uri.joinPath(parent, unique + extension);
    if (!existsSync(uri.fsPath)) return uri;
  }
}
