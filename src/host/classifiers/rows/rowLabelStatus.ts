import * as vscode from 'vscode';
import { documentFormatOf } from '../../../core/data/documentRows.js';
import { COMMANDS } from '../../platform/contributions.js';
import type { Disposable } from '../../platform/disposables.js';
import { documentStatus } from '../../platform/documentStatus.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import type { RowLabelController } from './rowLabelController.js';

/** Status bar item while the rows of the active table are classified; it switches that off. */
export function rowLabelStatus(
  controller: Pick<RowLabelController, 'classifier' | 'onDidChange'>,
): Disposable {
  return documentStatus({
    ...{ id: 'masklab.rowLabels', priority: 88, name: vscode.l10n.t('Predictions for rows') },
    onDidChange: controller.onDidChange,
    statusOf: (document) => {
      const { classifier } = controller;
      if (classifier === null || documentFormatOf(document?.uri.path ?? '') === null) return null;
      const name = withoutMarkup(classifier.run.name);
      return {
        text: `$(tag) ${name}`,
        tooltip: vscode.l10n.t('Rows are classified by “{0}”. Click to turn off.', name),
        command: COMMANDS.classifyRows,
        accessibleLabel: null,
      };
    },
  });
}
