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
      const request = given ?? (await requestOf(urisIn(clicked, selected), options.modelSelection));
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
  modelSelection: ModelSelection,
): Promise<ProfileRequest | null> {
  const folder = await chooseWorkspaceFolder(uris[0]);
  const paths =
    uris.length > 0 ? uris.map(({ fsPath }) => fsPath) : await pickData(folder, QUESTION);
  if (paths === null) return null;
  const [first = ''] = paths;
  const name = first === folder.uri.fsPath ? folder.name : path.basename(first);
  const options = trainingOptions(folder.uri);
  return {
    title: paths.length === 1 ? name : vscode.l10n.t('{0} and {1} more', name, paths.length - 1),
    selection: {
      ...selectionOf(options, { ...dataPlaceOf(folder), paths }),
      kind: 'any',
    },
    reading: dataReadingOf(options),
    modelFolder: modelSelection.modelFolder(folder.uri),
  };
}

const QUESTION: DataQuestion = {
  title: vscode.l10n.t('Profile Workspace Data'),
  placeHolder: vscode.l10n.t('Select the data to profile'),
  all: (name) => vscode.l10n.t('All texts and tables in {0}', name),
  openLabel: vscode.l10n.t('Profile Selection'),
  dataClient: null,
};
