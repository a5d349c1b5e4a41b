import * as vscode from 'vscode';
import type { RegisterCommand } from './commands.js';
import { COMMANDS, EXPLORER_COMMANDS, type CommandId } from './contributions.js';
import { DisposableStore, type Disposable } from './disposables.js';

/** The command that an entry of the explorer's context menu runs on what the entry names. */
const RUNS: Readonly<Record<keyof typeof EXPLORER_COMMANDS, CommandId>> = {
  fineTuneOnFile: COMMANDS.fineTune,
  fineTuneOnFolder: COMMANDS.fineTune,
  fineTuneOnSelected: COMMANDS.fineTune,
  profileDataOnFile: COMMANDS.profileData,
  profileDataOnFolder: COMMANDS.profileData,
  profileDataOnSelected: COMMANDS.profileData,
  maskDatasetOnFile: COMMANDS.maskDataset,
  maskDatasetOnFolder: COMMANDS.maskDataset,
  maskDatasetOnSelected: COMMANDS.maskDataset,
  newPolicyOnFolder: COMMANDS.newPolicy,
};

/** Registers the entries of the explorer's context menu. */
export function registerExplorerCommands(registerCommand: RegisterCommand): Disposable {
  const disposables = new DisposableStore();
  for (const entry of Object.keys(RUNS) as (keyof typeof RUNS)[]) {
    disposables.add(
      registerCommand(EXPLORER_COMMANDS[entry], (...args) =>
        vscode.commands.executeCommand(RUNS[entry], ...args),
      ),
    );
  }
  return disposables;
}
