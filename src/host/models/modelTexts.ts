import * as vscode from 'vscode';
import { formatBytes, formatDuration } from '../../core/format.js';
import type { ModelUse } from '../../core/hub/listedModel.js';
import type { HeadKind } from '../../core/models/model.js';
import type { TransferProgress } from '../../node/hub/transfer.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';

/** Name of the task of a head, as the hub calls it. */
export const HEAD_TASKS: Readonly<Record<HeadKind, string>> = {
  'masked-lm': 'fill-mask',
  sequence: 'text-classification',
  token: 'token-classification',
};

/** Uses of a model, as a list. */
export function usesText(uses: readonly ModelUse[]): string {
  const names: Readonly<Record<ModelUse, string>> = {
    hovers: vscode.l10n.t('hovers'),
    'fine-tuning': vscode.l10n.t('fine-tuning'),
    classification: vscode.l10n.t('classification'),
  };
  const list = new Intl.ListFormat(EDITOR_WORDS.locale, { type: 'conjunction' });
  return list.format(uses.map((use) => names[use]));
}

export function sizeText(bytes: number): string {
  return formatBytes(bytes, EDITOR_WORDS.locale);
}

/** Progress of a download in the few words that a row has room for. */
export function shortProgressText({
  bytes,
  totalBytes,
  bytesPerSecond,
  state,
  reason,
}: TransferProgress): string {
  const percent = new Intl.NumberFormat(EDITOR_WORDS.locale, {
    style: 'percent',
    maximumFractionDigits: 0,
  });
  const share = percent.format(totalBytes === 0 ? 0 : bytes / totalBytes);
  if (state !== 'transferring') return `${share} · ${stateText(state, reason)}`;
  return `${share} · ${vscode.l10n.t('{0}/s', sizeText(bytesPerSecond))}`;
}

/** Progress of a download in one line: amount, speed over the last seconds, and time left. */
export function progressText(progress: TransferProgress): string {
  const { bytes, totalBytes, bytesPerSecond, state, reason } = progress;
  const amount = vscode.l10n.t('{0} of {1}', sizeText(bytes), sizeText(totalBytes));
  if (state !== 'transferring') return `${amount} · ${stateText(state, reason)}`;
  if (bytesPerSecond === 0) return amount;
  const left = formatDuration((totalBytes - bytes) / bytesPerSecond, EDITOR_WORDS.locale);
  const speed = vscode.l10n.t('{0}/s', sizeText(bytesPerSecond));
  return `${amount} · ${speed} · ${vscode.l10n.t('{0} left', left)}`;
}

function stateText(
  state: Exclude<TransferProgress['state'], 'transferring'>,
  reason: string | null,
): string {
  switch (state) {
    case 'stalled':
      return vscode.l10n.t('stalled, no data arrives');
    case 'retrying':
      return reason === null
        ? vscode.l10n.t('trying again')
        : vscode.l10n.t('trying again ({0})', reason);
    case 'waiting':
      return vscode.l10n.t('another process downloads this file');
    case 'checking':
      return vscode.l10n.t('checking');
  }
}
