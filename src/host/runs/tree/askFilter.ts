import * as vscode from 'vscode';
import { describeError, toAppErrorData } from '../../../core/errors.js';
import { runFilter } from '../../../core/experiments/query/runFilter.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { joinSentences } from '../../../core/format.js';
import { whole } from './runTooltip.js';
import type { TreeSettingsStore } from './treeSettings.js';

/** Time after the last key until the rows follow. */
const SETTLE_MILLISECONDS = 150;

/** Asks for a filter; the rows follow while it is typed. Escape restores the filter before. */
export async function askFilter(
  settings: TreeSettingsStore,
  runs: () => readonly RunSummary[],
): Promise<void> {
  const before = settings.get().filter;
  let timer: NodeJS.Timeout | undefined;
  const show = (filter: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      settings.show({ filter });
    }, SETTLE_MILLISECONDS);
  };
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Runs'),
    value: before,
    placeHolder: vscode.l10n.t('lr > 1e-4, policy:opinion, perplexity < 10, status:failed, #tag'),
    prompt: vscode.l10n.t(
      'Text, #tag, is:starred, or conditions on parameters and metrics. All of them must hold; “or” separates alternatives, and - excludes.',
    ),
    validateInput: (value) => {
      const { message, isValid } = judge(value, runs());
      if (isValid) show(value.trim());
      return message;
    },
  });
  clearTimeout(timer);
  await settings.set({ filter: answer === undefined ? before : answer.trim() });
}

function judge(
  query: string,
  runs: readonly RunSummary[],
): { readonly message: vscode.InputBoxValidationMessage | null; readonly isValid: boolean } {
  if (query.trim() === '') return { message: null, isValid: true };
  try {
    const count = runs.filter(runFilter(query, runs, EDITOR_WORDS)).length;
    const message = vscode.l10n.t('{0} of {1} runs match.', whole(count), whole(runs.length));
    return {
      message: { message, severity: vscode.InputBoxValidationSeverity.Info },
      isValid: true,
    };
  } catch (thrown) {
    const { message, remedy } = describeError(toAppErrorData(thrown), EDITOR_WORDS);
    return {
      message: {
        message: joinSentences(message, remedy),
        severity: vscode.InputBoxValidationSeverity.Error,
      },
      isValid: false,
    };
  }
}
