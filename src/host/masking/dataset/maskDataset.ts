import path from 'node:path';
import * as vscode from 'vscode';
import { joinSentences } from '../../../core/format.js';
import { toAppErrorData } from '../../../core/errors.js';
import { message, type Message } from '../../../core/messages/message.js';
import { selectionOf } from '../../../core/runs/dataSnapshot.js';
import type { DataWorkerRequest, DataWorkerResponse } from '../../../protocol/dataWorker.js';
import type { DataClient } from '../../platform/dataClient.js';
import type { ModelSelection } from '../../models/modelSelection.js';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import type { Disposable } from '../../platform/disposables.js';
import type { MessageAction, Reporter } from '../../platform/reporter.js';
import { isTrustedForWriting } from '../../platform/trust.js';
import { chooseWorkspaceFolder } from '../../platform/workspace.js';
import { dataPlaceOf } from '../../platform/excludedGlobs.js';
import { say } from '../../platform/editorWords.js';
import { formulaNotes } from '../../platform/formulaNote.js';
import { followInNotification } from '../../platform/followInNotification.js';
import { pickData } from '../../platform/pickData.js';
import { masksPersonalData } from './masksPersonalData.js';
import { pickPolicy } from '../policies/pickPolicy.js';
import { isPolicyFile, policyFile } from '../policies/policySource.js';
import { fileOptions, writesSafeCsv } from '../../platform/settings.js';

/** Size up to which the written file is opened in the editor. */
const LARGEST_OPENED_BYTES = 20_000_000;

export interface MaskDatasetDependencies {
  readonly dataClient: DataClient;
  readonly modelSelection: ModelSelection;
  readonly reporter: Reporter;
  readonly registerCommand: RegisterCommand;
}

type Job = DataWorkerRequest<'maskDataset'>;
type Written = DataWorkerResponse<'maskDataset'>;

/**
 * Asks for the inputs that are not given, masks the data with progress and opens the result.
 * `resources` are files and folders from the explorer menu, or a policy.
 */
export async function maskDataset(
  dependencies: MaskDatasetDependencies,
  resources: readonly vscode.Uri[],
): Promise<void> {
  if (!(await isTrustedForWriting())) return;
  const job = await ask(dependencies, resources);
  if (job !== null) await run(dependencies, job);
}

async function ask(
  { dataClient, modelSelection }: MaskDatasetDependencies,
  resources: readonly vscode.Uri[],
): Promise<Job | null> {
  const folder = await chooseWorkspaceFolder(resources[0]);
  const given = resources.find(isPolicyFile);
  const source =
    given === undefined
      ? await pickPolicy({
          title: title(),
          placeHolder: vscode.l10n.t('Select a masking policy'),
          folder: folder.uri,
        })
      : policyFile(given);
  if (source === null) return null;
  const policy = await source.read();
  const chosen = resources.filter((uri) => uri !== given).map(({ fsPath }) => fsPath);
  const data =
    chosen.length > 0
      ? chosen
      : await pickData(folder, {
          title: title(),
          placeHolder: vscode.l10n.t('Select the data to mask'),
          all: (name) => vscode.l10n.t('All text files in {0}', name),
          openLabel: vscode.l10n.t('Use These'),
          dataClient,
        });
  if (data === null) return null;
  const oneWay = masksPersonalData(policy.text) ? await askOneWay() : false;
  if (oneWay === null) return null;
  const out = await askPlace(folder, { data, oneWay });
  return out === null
    ? null
    : {
        policy,
        selection: {
          ...selectionOf(fileOptions(folder.uri), { ...dataPlaceOf(folder), paths: data }),
          kind: 'any',
        },
        out,
        seed: null,
        modelFolder: modelSelection.modelFolder(folder.uri),
        oneWay,
        safeCsv: writesSafeCsv(folder.uri),
      };
}

/** Asks whether to omit the originals; `null` if the person cancels. */
async function askOneWay(): Promise<boolean | null> {
  const items = [
    {
      label: `$(shield) ${vscode.l10n.t('One-way: omit the originals')}`,
      detail: vscode.l10n.t('For sharing. The masked text cannot be restored from the file.'),
      oneWay: true,
    },
    {
      label: `$(unlock) ${vscode.l10n.t('Keep the originals with the masks')}`,
      detail: vscode.l10n.t('For training. The file contains the personal data that it masks.'),
      oneWay: false,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: title(),
    placeHolder: vscode.l10n.t(
      'The policy masks personal data. Select whether the file keeps the originals.',
    ),
  });
  return picked?.oneWay ?? null;
}

const FORMATS = [
  {
    ending: 'jsonl',
    label: message('masking.jsonLines'),
    detail: message('masking.jsonLinesDetail'),
  },
  { ending: 'csv', label: message('masking.csv'), detail: message('masking.csvDetail') },
  {
    ending: 'parquet',
    label: message('masking.parquet'),
    detail: message('masking.parquetDetail'),
  },
  {
    ending: 'txt',
    label: message('masking.plainText'),
    detail: message('masking.plainTextDetail'),
  },
] as const;

async function askPlace(
  folder: vscode.WorkspaceFolder,
  { data, oneWay }: { data: readonly string[]; oneWay: boolean },
): Promise<string | null> {
  const items = FORMATS.map(({ ending, label, detail }) => ({
    label: say(label),
    description: `.${ending}`,
    detail: say(ending === 'jsonl' && oneWay ? message('masking.jsonLinesOneWayDetail') : detail),
    ending,
  }));
  const format = await vscode.window.showQuickPick(items, {
    title: title(),
    placeHolder: vscode.l10n.t('Select a file format for the masked dataset'),
  });
  if (format === undefined) return null;
  const [first] = data;
  const name =
    data.length === 1 && first !== folder.uri.fsPath ? path.parse(first!).name : folder.name;
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder.uri, `${name}-masked.${format.ending}`),
    filters: { [format.label]: [format.ending] },
    title: title(),
    saveLabel: vscode.l10n.t('Mask'),
  });
  return chosen?.fsPath ?? null;
}

async function run(dependencies: MaskDatasetDependencies, job: Job): Promise<void> {
  let written: Written;
  try {
    written = await mask(dependencies.dataClient, job);
  } catch (thrown) {
    const isInvalidRow = toAppErrorData(thrown).code === 'Data' && !job.selection.skipBad;
    const skipInvalid: MessageAction = {
      title: vscode.l10n.t('Skip Invalid Rows'),
      run: () => run(dependencies, { ...job, selection: { ...job.selection, skipBad: true } }),
    };
    void dependencies.reporter.error(thrown, isInvalidRow ? [skipInvalid] : []);
    return;
  }
  const uri = vscode.Uri.file(job.out);
  if (job.out.endsWith('.parquet') || written.bytes > LARGEST_OPENED_BYTES) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
  } else {
    await vscode.window.showTextDocument(uri);
  }
  void dependencies.reporter.ask(
    written.skipped > 0 ? 'warning' : 'info',
    joinSentences(
      say(summary(job, written)),
      ...formulaNotes(written.formulas, { areEscaped: job.safeCsv }),
    ),
    [
      {
        title: vscode.l10n.t('Show Manifest'),
        run: () => vscode.window.showTextDocument(vscode.Uri.file(written.manifest)),
      },
    ],
  );
}

function summary({ out }: Job, { records, masks, skipped }: Written): Message {
  return message('masking.datasetWritten', {
    file: path.basename(out),
    texts: message('masking.textCount', { count: records }),
    masks: message('masking.maskCount', { count: masks }),
    skipped: skipped > 0 ? message('masking.skippedRows', { count: skipped }) : '',
  });
}

function title(): string {
  return vscode.l10n.t('Mask Dataset');
}

function mask(dataClient: DataClient, job: Job): Promise<Written> {
  return followInNotification(
    vscode.l10n.t('Masking into {0}', path.basename(job.out)),
    (report, signal) =>
      dataClient.follow('maskDataset', job, {
        signal,
        onProgress: ({ message: activity, fraction }) => {
          report({ message: say(activity), percent: 100 * (fraction ?? 0) });
        },
      }),
  );
}

/** Registers the command of the palette, the explorer menu and the CodeLens of policies. */
export function registerMaskDataset(dependencies: MaskDatasetDependencies): Disposable {
  return dependencies.registerCommand(COMMANDS.maskDataset, (resource, selected) => {
    const many: unknown[] = Array.isArray(selected) ? selected : [resource];
    return maskDataset(
      dependencies,
      many.filter((uri) => uri instanceof vscode.Uri),
    );
  });
}
