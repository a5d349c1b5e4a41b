import path from 'node:path';
import * as vscode from 'vscode';
import { dataReadingOf, selectionOf } from '../../core/runs/dataSnapshot.js';
import { profileRequestSchema, type ProfileRequest } from '../../protocol/profilePanelMessages.js';
import type { ModelSelection } from '../models/modelSelection.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { dataPlaceOf } from '../platform/excludedGlobs.js';
import { pickData, type DataQuestion } from '../platform/pickData.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import { ProfilePanels } from './profilePanels.js';
import type { ProfilePanelOptions } from './profilePanel.js';
import { trainingOptions } from '../platform/settings.js';
import type { DataClient } from '../platform/dataClient.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import { labelFolderItem } from '../training/choiceQuestions.js';
import { DataInspection, type InspectionRequest } from '../training/dataInspection.js';

export interface ProfileOptions extends Omit<ProfilePanelOptions, 'panel' | 'request'> {
  readonly modelSelection: ModelSelection;
  readonly registerCommand: RegisterCommand;
}

/**
 * Registers the command that profiles data: files selected in the explorer, a `ProfileRequest` of
 * another part of the extension, or data that the person picks.
 */
export function registerProfile(options: ProfileOptions): Disposable {
  const disposables = new DisposableStore();
  const panels = disposables.add(new ProfilePanels(options));
  disposables.add(
    options.registerCommand(COMMANDS.profileData, async (clicked, selected) => {
      const given = profileRequestSchema.safeParse(clicked).data;
      const request = given ?? (await requestOf(urisIn(clicked, selected), options));
      if (request !== null) panels.open(request);
    }),
  );
  return disposables;
}

function urisIn(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  const all: readonly unknown[] = Array.isArray(selected) ? selected : [clicked];
  return all.filter((item) => item instanceof vscode.Uri);
}

async function requestOf(
  uris: readonly vscode.Uri[],
  { modelSelection, dataClient }: Pick<ProfileOptions, 'modelSelection' | 'dataClient'>,
): Promise<ProfileRequest | null> {
  const folder = await chooseWorkspaceFolder(uris[0]);
  const paths =
    uris.length > 0 ? uris.map(({ fsPath }) => fsPath) : await pickData(folder, QUESTION);
  if (paths === null) return null;
  const [first = ''] = paths;
  const name = first === folder.uri.fsPath ? folder.name : path.basename(first);
  const options = trainingOptions(folder.uri);
  const modelFolder = modelSelection.modelFolder(folder.uri);
  const selection = selectionOf(options, { ...dataPlaceOf(folder), paths });
  const reading = dataReadingOf(options);
  const format = await askForFormat(dataClient, { selection, reading, modelFolder });
  if (format === null) return null;
  return {
    title: paths.length === 1 ? name : vscode.l10n.t('{0} and {1} more', name, paths.length - 1),
    selection: { ...selection, ...format, kind: 'any' },
    ...{ reading, modelFolder },
  };
}

/**
 * Asks whether the folders of running text are labels, where they may be. Returns the format to read
 * the data in, which is an object so that no answer can be told from no format.
 */
async function askForFormat(
  dataClient: DataClient,
  request: InspectionRequest,
): Promise<Format | null> {
  const { format } = request.selection;
  const folders = await labelFoldersIn(dataClient, request);
  if (folders.length === 0) return { format };
  const items: readonly FormatItem[] = [
    { label: vscode.l10n.t('Profile the text only'), format },
    { ...labelFolderItem(folders), format: 'folders' },
  ];
  const placeHolder = vscode.l10n.t('Select whether the folders are labels');
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  return picked === undefined ? null : { format: picked.format };
}

/** Names of folders of running text that may be labels, without reading the files. */
async function labelFoldersIn(
  dataClient: DataClient,
  request: InspectionRequest,
): Promise<readonly string[]> {
  const inspection = new DataInspection(dataClient, request);
  try {
    return await inspection.labelFolders();
  } finally {
    inspection.dispose();
  }
}

type Format = Pick<DataSelection, 'format'>;
type FormatItem = vscode.QuickPickItem & Format;

const QUESTION: DataQuestion = {
  title: vscode.l10n.t('Profile Workspace Data'),
  placeHolder: vscode.l10n.t('Select the data to profile'),
  all: (name) => vscode.l10n.t('All texts and tables in {0}', name),
  openLabel: vscode.l10n.t('Profile Selection'),
  dataClient: null,
};
