import * as vscode from 'vscode';
import type { RegisterCommand } from '../../platform/commands.js';
import { COMMANDS } from '../../platform/contributions.js';
import { DisposableStore, type Disposable } from '../../platform/disposables.js';
import { notify } from '../../platform/notify.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { placeToExplain } from './explainedPlace.js';
import { ExplanationController } from './explanationController.js';
import { explanationStatus } from './explanationStatus.js';
import { showExplanation } from './explanationValues.js';

/** Context key for the key and the palette entries that need an explanation. */
const IS_SHOWN = 'masklab.isExplanationShown';

/** Registers explanations of predictions: the commands, the decorations and the status bar item. */
export function registerExplain(
  deps: HoverDependencies & { readonly registerCommand: RegisterCommand },
): Disposable {
  const disposables = new DisposableStore();
  const controller = disposables.add(new ExplanationController(deps));
  disposables.add(explanationStatus(controller));
  disposables.add(
    controller.onDidChange(() => {
      const isShown = controller.shown !== null || controller.pending !== null;
      void vscode.commands.executeCommand('setContext', IS_SHOWN, isShown);
    }),
  );
  disposables.add(
    deps.registerCommand(COMMANDS.explainPrediction, async (argument) => {
      const place = await placeToExplain(argument);
      if (place === null) {
        const text = vscode.l10n.t('Place the cursor in a word or mask to explain its prediction.');
        void notify('info', text);
        return;
      }
      await controller.toggle(place);
    }),
  );
  disposables.add(
    deps.registerCommand(COMMANDS.clearExplanation, () => {
      controller.clear();
    }),
  );
  disposables.add(
    deps.registerCommand(COMMANDS.showExplanation, () => showExplanation(controller)),
  );
  return disposables;
}
