import * as vscode from 'vscode';
import type { DataClient } from '../platform/dataClient.js';
import type { ModelSelection } from '../models/modelSelection.js';
import type { CommandRun, RegisterCommand } from '../platform/commands.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { DocumentDiagnostics } from '../platform/documentDiagnostics.js';
import type { Reporter } from '../platform/reporter.js';
import { isTrustedForWriting } from '../platform/trust.js';
import { decide } from './preview/decide.js';
import { registerMaskDataset } from './dataset/maskDataset.js';
import { MaskedDecorations } from './preview/maskedDecorations.js';
import { registerMaskedLanguage } from './preview/maskedLanguage.js';
import { MaskedDocuments } from './preview/maskedDocuments.js';
import { newPolicy } from './policies/newPolicy.js';
import { policyLensProvider } from './policies/policyLens.js';
import { isPolicyFile, POLICY_SUFFIX, policyTextOf } from './policies/policySource.js';
import { previewActions, previewMasking } from './preview/previewCommands.js';
import { PreviewController } from './preview/previewController.js';
import { PreviewErrors } from './preview/previewErrors.js';
import { PreviewHoverProvider } from './preview/previewHover.js';
import { PreviewLensProvider } from './preview/previewLens.js';
import { previewStatus } from './preview/previewStatus.js';

/** Registers policy editing, masking previews and masked datasets. */
export function registerMasking(deps: {
  readonly dataClient: DataClient;
  readonly modelSelection: ModelSelection;
  readonly reporter: Reporter;
  readonly registerCommand: RegisterCommand;
  readonly log: vscode.LogOutputChannel;
}): Disposable {
  const disposables = new DisposableStore();
  const controller = disposables.add(new PreviewController(deps));
  const masked = disposables.add(new MaskedDocuments(controller));
  disposables.add(new MaskedDecorations(masked));
  disposables.add(registerMaskedLanguage(masked));
  const previewLens = disposables.add(new PreviewLensProvider(controller));
  disposables.add(previewStatus(controller));
  disposables.add(new PreviewErrors(controller, deps.reporter));
  disposables.add(
    new DocumentDiagnostics({
      name: 'masklab-policies',
      isChecked: (uri) => uri.scheme === 'file' && isPolicyFile(uri),
      problemsOf: async (document) => {
        const policy = policyTextOf(document);
        return (await deps.dataClient.call('checkPolicy', { policy })).problems;
      },
      log: deps.log,
    }),
  );

  const policies = { pattern: `**/*${POLICY_SUFFIX}` };
  const texts = [{ scheme: 'file' }, { scheme: 'untitled' }];
  const { languages } = vscode;
  disposables.add(languages.registerCodeLensProvider(policies, policyLensProvider));
  disposables.add(languages.registerCodeLensProvider(texts, previewLens));
  disposables.add(languages.registerHoverProvider(texts, new PreviewHoverProvider(controller)));

  const register = (command: CommandId, run: CommandRun): void => {
    disposables.add(deps.registerCommand(command, run));
  };
  register(COMMANDS.newPolicy, async (argument) => {
    if (await isTrustedForWriting()) await newPolicy(uriOf(argument));
  });
  register(COMMANDS.previewMasking, (argument) => previewMasking(controller, uriOf(argument)));
  register(COMMANDS.stopPreview, () => {
    controller.stop(controller.active().document);
  });
  register(COMMANDS.rerollPreview, () => {
    controller.active().reroll();
  });
  register(COMMANDS.showMasked, () => masked.open(controller.active()));
  register(COMMANDS.previewActions, () => previewActions(controller, masked));
  for (const decision of ['always', 'never'] as const) {
    register(COMMANDS[`${decision}Mask`], async (argument) => {
      if (await isTrustedForWriting()) await decide(controller, decision, argument);
    });
  }
  disposables.add(registerMaskDataset(deps));
  return disposables;
}

function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}
