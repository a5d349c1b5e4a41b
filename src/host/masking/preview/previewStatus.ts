import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/contributions.js';
import type { Disposable } from '../../platform/disposables.js';
import { documentStatus, type DocumentStatus } from '../../platform/documentStatus.js';
import { markdownString } from '../../platform/markdownString.js';
import { planShare } from './planQueries.js';
import type { PreviewController } from './previewController.js';
import { errorMarkdown, legendMarkdown, LINKED_COMMANDS } from './previewMarkdown.js';

/** Status bar item of a preview: mask rate, with the legend as its tooltip. */
export function previewStatus(
  controller: Pick<PreviewController, 'of' | 'onDidChange'>,
): Disposable {
  const shown = (
    text: string,
    { icon, ...state }: { readonly icon: string } & Pick<DocumentStatus, 'tooltip' | 'isError'>,
  ): DocumentStatus => ({
    ...state,
    text: `$(${icon}) ${text}`,
    command: COMMANDS.previewActions,
    accessibleLabel: vscode.l10n.t('Masking preview: {0}. Show legend and actions.', text),
  });
  return documentStatus({
    ...{ id: 'masklab.preview', priority: 101, name: vscode.l10n.t('Masking preview') },
    onDidChange: controller.onDidChange,
    statusOf: (document) => {
      const preview = controller.of(document);
      if (preview === undefined) return null;
      const { error, plan, policy } = preview;
      if (error !== null) {
        const tooltip = markdownString(errorMarkdown(error), LINKED_COMMANDS);
        return shown(vscode.l10n.t('Masking preview'), { icon: 'error', tooltip, isError: true });
      }
      if (plan === null) {
        return shown(vscode.l10n.t('Masking…'), { icon: 'eye', tooltip: undefined });
      }
      return shown(vscode.l10n.t('{0} masked', planShare(plan)), {
        icon: plan.isComplete ? 'eye' : 'sync~spin',
        tooltip: markdownString(legendMarkdown(policy.label, plan), LINKED_COMMANDS),
      });
    },
  });
}
