import * as vscode from 'vscode';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { changeThreshold, surprisalActions, toggleSurprisal } from './surprisalCommands.js';
import { SurprisalController } from './surprisalController.js';
import { SurprisalStatus } from './surprisalStatus.js';

/** Context key for the palette entry that needs shading. */
const IS_SHOWN = 'masklab.isSurprisalShown';

/** Registers the shading of unlikely words, its status bar item and its commands. */
export function registerSurprisal(
  deps: HoverDependencies & {
    readonly registerCommand: RegisterCommand;
    readonly memory: vscode.Memento;
  },
): Disposable {
  const disposables = new DisposableStore();
  const controller = disposables.add(new SurprisalController(deps, deps.memory));
  disposables.add(new SurprisalStatus(controller, deps.modelSelection));
  const updateContext = (): void => {
    void vscode.commands.executeCommand('setContext', IS_SHOWN, controller.isOn);
  };
  updateContext();
  disposables.add(controller.onDidChange(updateContext));
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('masklab.hover')) controller.refresh();
      if (event.affectsConfiguration('masklab.surprisal')) controller.redraw();
    }),
  );
  for (const [command, run] of [
    [COMMANDS.toggleSurprisal, toggleSurprisal],
    [COMMANDS.setSurprisalThreshold, changeThreshold],
    [COMMANDS.surprisalActions, surprisalActions],
  ] as const) {
    disposables.add(deps.registerCommand(command, () => run(controller)));
  }
  return disposables;
}
