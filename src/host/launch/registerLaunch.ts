import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import type { Disposable } from '../platform/disposables.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import type { LaunchPages } from './launchPages.js';

/** Registers the command that opens the page on which a run is prepared. */
export function registerLaunch(registerCommand: RegisterCommand, pages: LaunchPages): Disposable {
  return registerCommand(COMMANDS.newRun, async () => {
    if (!(await isTrustedForTraining())) return;
    await pages.open(await chooseWorkspaceFolder(undefined), null);
  });
}
