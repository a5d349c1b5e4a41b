import path from 'node:path';
import * as vscode from 'vscode';
import { cueMessage } from '../../core/interference/cueTexts.js';
import type { Cue } from '../../core/interference/cues.js';
import type { ProfileRequest } from '../../protocol/profilePanelMessages.js';
import type { DataClient } from '../platform/dataClient.js';
import { say } from '../platform/editorWords.js';
import { notify } from '../platform/notify.js';
import { showDataLine } from '../platform/showDataLine.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';

const MOST_ROWS = 500;

interface RowItem extends vscode.QuickPickItem {
  readonly file: string;
  readonly line: number;
}

/** Lists the labeled rows with a cue, of the data or of the shifted sample, and opens the chosen one. */
export async function openCueRows(
  { selection, shifted = [] }: ProfileRequest,
  { cue, inShifted }: { readonly cue: Cue; readonly inShifted: boolean },
  dataClient: DataClient,
): Promise<void> {
  const searched = inShifted ? { ...selection, paths: shifted, exclude: [] } : selection;
  const name = say(cueMessage(cue));
  const rows = dataClient
    .call('cueRows', { selection: searched, cue, most: MOST_ROWS })
    .then((found) => found.map(itemOf));
  const picked = await vscode.window.showQuickPick(rows, {
    title: inShifted
      ? vscode.l10n.t('Rows of the Shifted Sample: {0}', name)
      : vscode.l10n.t('Rows: {0}', name),
    placeHolder: vscode.l10n.t('Select a row to open, or type a label'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked !== undefined) {
    await showDataLine(path.resolve(selection.workspaceFolder, picked.file), picked.line);
  } else if ((await rows).length === 0) {
    void notify('info', vscode.l10n.t('No row has this anymore. Read the data again.'));
  }
}

function itemOf(row: {
  readonly file: string;
  readonly line: number;
  readonly labels: readonly string[];
  readonly excerpt: string;
}): RowItem {
  const { file, line, labels, excerpt } = row;
  return {
    label: withoutMarkup(excerpt),
    description: labels.join(', '),
    detail: vscode.l10n.t('{0}, line {1}', file, line),
    file,
    line,
  };
}
