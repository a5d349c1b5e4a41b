import * as vscode from 'vscode';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { changePercentile, surprisalActions, toggleSurprisal } from './surprisalCommands.js';
import { SurprisalController } from './surprisalController.js';
import { SurprisalNavigator } from './surprisalNavigator.js';
import { SurprisalStatus } from './surprisalStatus.js';

/** Context key for the palette entry that needs shading. */
const IS_SHOWN = 'masklab.isSurprisalShown';

/** Registers the shading of surprising words, its status bar item and its commands. */
export function registerSurprisal(
  deps: HoverDependencies & {
    readonly registerCommand: RegisterCommand;
    readonly memory: vscode.Memento;
  },
): Disposable {
  const disposables = new DisposableStore();
  const controller = disposables.add(new SurprisalController(deps, deps.memory));
  disposables.add(new SurprisalStatus(controller, deps.modelSelection));
  const navigator = disposables.add(new SurprisalNavigator(controller));
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
    [COMMANDS.setSurprisalPercentile, changePercentile],
    [COMMANDS.surprisalActions, surprisalActions],
  ] as const) {
    disposables.add(deps.registerCommand(command, () => run(controller)));
  }
  for (const [command, run] of [
    [COMMANDS.nextSurprisingWord, () => navigator.go('next')],
    [COMMANDS.previousSurprisingWord, () => navigator.go('previous')],
    [
      COMMANDS.stopSurprisalSearch,
      () => {
        navigator.stop();
      },
    ],
  ] as const) {
    disposables.add(deps.registerCommand(command, run));
  }
  return disposables;
}
