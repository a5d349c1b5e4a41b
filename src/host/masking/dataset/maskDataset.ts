import path from 'node:path';
import * as vscode from 'vscode';
import { toAppErrorData } from '../../../core/errors.js';
import { formatCount } from '../../../core/format.js';
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
import { say } from '../../platform/editorWords.js';
import { dataPlaceOf } from '../../platform/excludedGlobs.js';
import { followInNotification } from '../../platform/followInNotification.js';
import { pickData } from '../../platform/pickData.js';
import { masksPersonalData } from './masksPersonalData.js';
import { pickPolicy } from '../policies/pickPolicy.js';
import { isPolicyFile, policyFile } from '../policies/policySource.js';

const TITLE = 'Mask dataset';

/** The editor opens files up to this size without asking. */
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
 * Runs the command: asks for what is not given, masks with progress, opens the result. `resources`
 * are the files and folders of the explorer's menu, or a policy.
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
          title: TITLE,
          placeHolder: 'Which policy says what is masked?',
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
          title: TITLE,
          placeHolder: 'What should be masked?',
          all: (name) => `All text files in ${name}`,
          openLabel: 'Use these',
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
          ...selectionOf({}, { ...dataPlaceOf(folder), paths: data }),
          kind: 'any',
        },
        out,
        seed: null,
        modelFolder: modelSelection.modelFolder,
        oneWay,
      };
}

/** Whether originals must not be found again; null when the person backs out. */
async function askOneWay(): Promise<boolean | null> {
  const items = [
    {
      label: '$(shield) One-way: originals nowhere in the output',
      detail: 'For sharing: what was masked cannot be found again from the file.',
      oneWay: true,
    },
    {
      label: '$(unlock) Keep originals beside the masks',
      detail: 'For training: the file holds the personal data that it masks.',
      oneWay: false,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'The policy masks personal data. Should the originals stay in the file?',
  });
  return picked?.oneWay ?? null;
}

const FORMATS = [
  {
    ending: 'jsonl',
    label: 'JSON Lines',
    detail: 'Text, masked text and every mask with its rule.',
  },
  { ending: 'csv', label: 'CSV', detail: 'For spreadsheets: one row a text.' },
  {
    ending: 'parquet',
    label: 'Parquet',
    detail: 'Small and fast to load with pandas or datasets.',
  },
  { ending: 'txt', label: 'Plain text', detail: 'The masked text alone.' },
] as const;

async function askPlace(
  folder: vscode.WorkspaceFolder,
  { data, oneWay }: { data: readonly string[]; oneWay: boolean },
): Promise<string | null> {
  const items = FORMATS.map(({ ending, label, detail }) => ({
    label,
    description: `.${ending}`,
    detail: ending === 'jsonl' && oneWay ? 'Masked text and every mask with its rule.' : detail,
    ending,
  }));
  const format = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'How should the masked dataset be written?',
  });
  if (format === undefined) return null;
  const [first] = data;
  const name =
    data.length === 1 && first !== folder.uri.fsPath ? path.parse(first!).name : folder.name;
  const chosen = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder.uri, `${name}-masked.${format.ending}`),
    filters: { [format.label]: [format.ending] },
    title: TITLE,
    saveLabel: 'Mask',
  });
  return chosen?.fsPath ?? null;
}

async function run(dependencies: MaskDatasetDependencies, job: Job): Promise<void> {
  let written: Written;
  try {
    written = await mask(dependencies.dataClient, job);
  } catch (thrown) {
    const isBadRow = toAppErrorData(thrown).code === 'Data' && !job.selection.skipBad;
    const goOn: MessageAction = {
      title: 'Leave out what is bad',
      run: () => run(dependencies, { ...job, selection: { ...job.selection, skipBad: true } }),
    };
    void dependencies.reporter.error(thrown, isBadRow ? [goOn] : []);
    return;
  }
  const uri = vscode.Uri.file(job.out);
  if (job.out.endsWith('.parquet') || written.bytes > LARGEST_OPENED_BYTES) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
  } else {
    await vscode.window.showTextDocument(uri);
  }
  void dependencies.reporter.ask(written.skipped > 0 ? 'warning' : 'info', summary(job, written), [
    {
      title: 'Show manifest',
      run: () => vscode.window.showTextDocument(vscode.Uri.file(written.manifest)),
    },
  ]);
}

function summary({ out }: Job, { records, masks, skipped }: Written): string {
  const left =
    skipped > 0 ? ` ${formatCount(skipped, 'row')} could not be used and were left out.` : '';
  return `${path.basename(out)}: ${formatCount(records, 'text')}, ${formatCount(masks, 'mask')}.${left}`;
}

function mask(dataClient: DataClient, job: Job): Promise<Written> {
  return followInNotification(`Masking into ${path.basename(job.out)}`, (report, signal) =>
    dataClient.follow('maskDataset', job, {
      signal,
      onProgress: ({ message, fraction }) => {
        report({ message: say(message), percent: 100 * (fraction ?? 0) });
      },
    }),
  );
}

/** Registers the palette command, the explorer's menu entry and the one above policies. */
export function registerMaskDataset(dependencies: MaskDatasetDependencies): Disposable {
  return dependencies.registerCommand(COMMANDS.maskDataset, (resource, selected) => {
    const many: unknown[] = Array.isArray(selected) ? selected : [resource];
    return maskDataset(
      dependencies,
      many.filter((uri) => uri instanceof vscode.Uri),
    );
  });
}
