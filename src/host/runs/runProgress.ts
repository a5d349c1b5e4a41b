import * as vscode from 'vscode';
import { formatDuration } from '../../core/format.js';
import type { RunState } from '../../core/runs/schema.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';

/** Completed steps as a percentage, such as `25%`; 100% only once all are done. */
export function percentDone({ step, totalSteps }: Pick<RunState, 'step' | 'totalSteps'>): string {
  const share = Math.floor((step / totalSteps) * 100) / 100;
  return new Intl.NumberFormat(EDITOR_WORDS.locale, { style: 'percent' }).format(share);
}

/** Estimated time to the end, such as `3 min left`. */
export function timeLeft(seconds: number): string {
  return vscode.l10n.t('{0} left', formatDuration(seconds, EDITOR_WORDS.locale));
}
