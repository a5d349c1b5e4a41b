import * as vscode from 'vscode';
import { bestMetric, outcome, type TaskMetrics } from '../../../core/runs/metrics.js';
import { fillsMasks, objectiveOfRun, predictsTexts } from '../../../core/objectives/objectives.js';
import type { Message } from '../../../core/messages/message.js';
import { describeError } from '../../../core/errors.js';
import type { RunColor } from '../../../core/runs/annotations.js';
import type { RunState } from '../../../core/runs/schema.js';
import {
  failsAgain,
  hasCheckpointsForHovers,
  isLive,
  isResumable,
  isUsable,
  servesHovers,
} from '../../../core/runs/status.js';
import { statusTextOf } from '../../../core/runs/statusText.js';
import { contextValueOf, type RunContext } from '../../platform/contributions.js';
import { EDITOR_WORDS, say } from '../../platform/editorWords.js';
import { percentDone, timeLeft } from '../runProgress.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { tooltipOf, whole } from './runTooltip.js';
import type { TreeRow } from './treeRow.js';

export interface RunRowOptions {
  readonly label: string;
  /** Name of the run if the label is another text. */
  readonly alias: string | null;
  readonly color: RunColor | null;
  readonly isUsedForHovers: boolean;
  /** Whether hovers use the newest checkpoint, as soon as there is one. */
  readonly isFollowedByHovers: boolean;
  /** Why a run of the queue waits; `null` for others. */
  readonly waitsFor: Message | null;
}

export function isStarred({ annotations }: RunSummary): boolean {
  return annotations.star === true;
}

export function runRow(run: RunSummary, options: RunRowOptions): TreeRow {
  const { label, alias, isUsedForHovers, isFollowedByHovers, waitsFor } = options;
  const { icon, tone, word: status } = statusTextOf(run);
  const word = say(status);
  const star = isStarred(run);
  const description = [
    ...(alias === null ? [] : [alias]),
    describeRun(run),
    ...(waitsFor === null ? [] : [say(waitsFor)]),
    ...(isFollowedByHovers
      ? [vscode.l10n.t('hovers follow its checkpoints')]
      : isUsedForHovers
        ? [vscode.l10n.t('used for hovers')]
        : []),
    ...tagsText(run.annotations.tags ?? []),
  ].join(' · ');
  return {
    key: `run/${run.directory}`,
    label,
    // A character takes the color of the text, so that it shows in every theme.
    description: star ? `★ ${description}` : description,
    icon: tone === 'live' ? `${icon}~spin` : icon,
    tone,
    // Warnings keep the color of their tone; the icon shows the status, too.
    color: tone === 'good' || tone === 'quiet' ? options.color : null,
    tooltip: () => tooltipOf(run, waitsFor),
    contextValue: contextValueOf(contextsOf(run, options)),
    accessibleLabel: [label, ...(star ? [vscode.l10n.t('starred')] : []), word, description].join(
      ', ',
    ),
    directory: run.directory,
    experiment: run.facts?.experiment ?? null,
    runs: [run],
    study: null,
    isExpanded: false,
    children: [],
  };
}

function contextsOf(
  run: RunSummary,
  {
    isUsedForHovers,
    isFollowedByHovers,
  }: Pick<RunRowOptions, 'isUsedForHovers' | 'isFollowedByHovers'>,
): RunContext[] {
  const { status } = run;
  const canServe = servesHovers({ ...run, fillsMasks: objectiveOfRun(run.facts).fillsMasks });
  const canFollow = hasCheckpointsForHovers({ ...run, fillsMasks: fillsMasks(run.facts) });
  return [
    'run',
    ...(isLive(status) ? (['stoppable'] as const) : []),
    ...(status === 'running' ? (['pausableRun'] as const) : []),
    ...(status === 'waiting' ? (['startable'] as const) : []),
    ...(status === 'paused' || (isResumable(status) && status !== 'waiting' && !failsAgain(run))
      ? (['resumable'] as const)
      : []),
    ...(canServe && !isUsedForHovers ? (['usable'] as const) : []),
    ...(canFollow && !isFollowedByHovers ? (['followable'] as const) : []),
    ...(canServe || isUsedForHovers ? (['predicting'] as const) : []),
    ...(isUsable(run) && predictsTexts(run.facts) ? (['auditable'] as const) : []),
    ...(isUsable(run) ? (['exportable'] as const) : []),
    ...(isQueued(run) ? (['waiting'] as const) : []),
    isStarred(run) ? 'starred' : 'unstarred',
  ];
}

/** Whether the run waits in the queue. */
function isQueued({ status, facts }: RunSummary): boolean {
  return status === 'waiting' && facts?.study === null;
}

/** `#baseline #paper`; empty without tags. */
export function tagsText(tags: readonly string[]): string[] {
  return tags.length === 0 ? [] : [tags.map((tag) => `#${tag}`).join(' ')];
}

function metricsOf({ facts }: RunSummary): TaskMetrics {
  return objectiveOfRun(facts).metrics;
}

/** Progress or result of a run, depending on its status. */
function describeRun(run: RunSummary): string {
  const { state, status } = run;
  const word = say(statusTextOf(run).word).toLowerCase();
  if (status === 'unreadable' || state === null) {
    return run.problem === null ? word : describeError(run.problem, EDITOR_WORDS).message;
  }
  const progress = state.totalSteps === 0 ? null : percentDone(state);
  const best =
    state.best === null
      ? []
      : [vscode.l10n.t('best {0}', say(bestMetric(metricsOf(run), state.best)))];
  switch (status) {
    case 'waiting':
    case 'queued':
    case 'preparing':
      return word;
    case 'running': {
      const left = state.secondsLeft === null ? [] : [timeLeft(state.secondsLeft)];
      return [progress ?? vscode.l10n.t('preparing'), ...left, ...best].join(' · ');
    }
    case 'runningElsewhere': {
      const place = state.step < state.totalSteps ? progress : null;
      return [place ?? vscode.l10n.t('step {0}', whole(state.step)), ...best].join(' · ');
    }
    case 'finished':
      return outcomeOf(run, state) ?? [word, ...best].join(' · ');
    case 'paused':
    case 'stopped':
    case 'crashed':
    case 'failed': {
      const place = progress === null ? word : vscode.l10n.t('{0} at {1}', word, progress);
      return [place, ...best].join(' · ');
    }
  }
}

/**
 * First metric of the task before and after training, and its best value if that was reached earlier.
 * `null` for a run that was never evaluated.
 */
function outcomeOf(run: RunSummary, state: RunState): string | null {
  const metrics = metricsOf(run);
  const change = outcome(metrics, state);
  if (change === null) return null;
  if (state.best === null) return say(change);
  const best = say(bestMetric(metrics, state.best));
  const latest = outcome(metrics, { before: null, latest: state.latest });
  const isLatest = bestIsLatest(state.best, state.latest);
  return isLatest || (latest !== null && best === say(latest))
    ? say(change)
    : `${say(change)} · ${vscode.l10n.t('best {0}', best)}`;
}

function bestIsLatest(
  { metric, value }: NonNullable<RunState['best']>,
  latest: RunState['latest'],
): boolean {
  return latest?.[metric] === value;
}
