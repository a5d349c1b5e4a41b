import * as vscode from 'vscode';
import { formatDuration } from '../../core/format.js';
import { objectiveOfRun } from '../../core/objectives/objectives.js';
import { headline } from '../../core/runs/metrics.js';
import type { RunState } from '../../core/runs/schema.js';
import { statusTextOf } from '../../core/runs/statusText.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { EDITOR_WORDS, say } from '../platform/editorWords.js';

/** Completed steps as a percentage, such as `25%`; 100% only once all are done. */
export function percentDone({ step, totalSteps }: Pick<RunState, 'step' | 'totalSteps'>): string {
  const share = Math.floor((step / totalSteps) * 100) / 100;
  return new Intl.NumberFormat(EDITOR_WORDS.locale, { style: 'percent' }).format(share);
}

/** Estimated time to the end, such as `3 min left`. */
export function timeLeft(seconds: number): string {
  return vscode.l10n.t('{0} left', formatDuration(seconds, EDITOR_WORDS.locale));
}

/** Progress of a live run in few words, such as `25% · 3 min left`. */
export function shortProgress({ state, status }: RunSummary): string {
  if (state === null) return say(statusTextOf({ status, state }).word);
  if (state.totalSteps === 0) {
    return state.activity === null
      ? say(statusTextOf({ status, state }).word)
      : say(state.activity);
  }
  return [
    percentDone(state),
    ...(status === 'paused' ? [vscode.l10n.t('paused')] : []),
    ...(state.secondsLeft === null ? [] : [timeLeft(state.secondsLeft)]),
  ].join(' · ');
}

/** Progress of a live run with its latest evaluation, if there is one. */
export function fullProgress(run: RunSummary): string {
  const { state, facts } = run;
  const latest = state === null ? null : headline(objectiveOfRun(facts).metrics, state);
  return [shortProgress(run), ...(latest === null ? [] : [say(latest)])].join(' · ');
}
