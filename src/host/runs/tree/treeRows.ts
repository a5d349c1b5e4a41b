import * as vscode from 'vscode';
import { formatDuration } from '../../../core/format.js';
import { endingNotes } from '../../../core/runs/endingNotes.js';
import {
  bestMetric,
  HELD_OUT_METRICS,
  outcome,
  type TaskMetrics,
} from '../../../core/runs/metrics.js';
import { objectiveOfRun } from '../../../core/objectives/objectives.js';
import { describeError } from '../../../core/errors.js';
import type { RunState } from '../../../core/runs/schema.js';
import {
  failsAgain,
  isLive,
  isResumable,
  isUsable,
  servesHovers,
} from '../../../core/runs/status.js';
import { statusTextOf, type StatusText } from '../../../core/runs/statusText.js';
import { contextValueOf, type RunContext } from '../../platform/contributions.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { EDITOR_WORDS, plural, say } from '../../platform/editorWords.js';
import { percentDone, timeLeft } from '../runProgress.js';
import { originalName, type RunSummary } from '../../../node/runs/runReader.js';

/** Row of the tree as plain data. */
export interface TreeRow {
  /** Stable over changes: the tree keeps its expansion and selection by it. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly tone: StatusText['tone'];
  readonly tooltip: string;
  readonly contextValue: string;
  readonly accessibleLabel: string;
  /** Directory of the run; `null` for an experiment. */
  readonly directory: string | null;
  readonly children: readonly TreeRow[];
}

export interface TreeInput {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Directories of runs whose models hovers use, in one workspace folder or another. */
  readonly usedForHovers: readonly string[];
}

/** Groups runs by experiment, the experiment with the newest run first, starred runs before others. */
export function treeRows(input: TreeInput): TreeRow[] {
  /** By slug; `null` is the key of unreadable runs, which no slug equals. */
  const groups = new Map<string | null, RunSummary[]>();
  for (const run of input.runs) {
    const slug = run.facts?.experiment ?? null;
    const group = groups.get(slug);
    if (group === undefined) groups.set(slug, [run]);
    else group.push(run);
  }
  return [...groups].map(([slug, runs]) => experimentRow(slug, runs, input));
}

/**
 * Keys of the rows whose texts changed, or `all` if rows were added, removed, moved or renamed, or
 * changed status. A loading view drops the redraw of a single row, so only progress is drawn that
 * way: the next progress or change of status draws the row again.
 */
export function changedRows(
  before: readonly TreeRow[],
  after: readonly TreeRow[],
): string[] | 'all' {
  const old = flatten(before);
  const fresh = flatten(after);
  if (old.map(identityOf).join('\n') !== fresh.map(identityOf).join('\n')) return 'all';
  return fresh.flatMap((row, i) => (textsOf(row) === textsOf(old[i]!) ? [] : [row.key]));
}

function flatten(rows: readonly TreeRow[]): TreeRow[] {
  return rows.flatMap((row) => [row, ...flatten(row.children)]);
}

function identityOf({ key, label, icon, tone, contextValue }: TreeRow): string {
  return JSON.stringify([key, label, icon, tone, contextValue]);
}

function textsOf({ description, tooltip, accessibleLabel }: TreeRow): string {
  return JSON.stringify([description, tooltip, accessibleLabel]);
}

function experimentRow(
  slug: string | null,
  runs: readonly RunSummary[],
  input: TreeInput,
): TreeRow {
  const label = experimentName(slug);
  const live = runs.filter((run) => isLive(run.status)).length;
  const count = whole(runs.length);
  const description =
    live === 0
      ? plural(runs.length, vscode.l10n.t('{0} run', count), vscode.l10n.t('{0} runs', count))
      : plural(
          runs.length,
          vscode.l10n.t('{0} run, {1} active', count, live),
          vscode.l10n.t('{0} runs, {1} active', count, live),
        );
  return {
    key: slug === null ? 'unreadable' : `experiment/${slug}`,
    label,
    description,
    icon: slug === null ? 'warning' : 'beaker',
    tone: 'quiet',
    tooltip: `**${escapeMarkdown(label)}**\n\n${description}`,
    contextValue: 'experiment',
    accessibleLabel: `${label}, ${description}`,
    directory: null,
    children: [...runs.filter(isStarred), ...runs.filter((run) => !isStarred(run))].map((run) =>
      runRow(run, input),
    ),
  };
}

function isStarred({ annotations }: RunSummary): boolean {
  return annotations.star === true;
}

/** `opinion-words` reads `Opinion words`. */
function experimentName(slug: string | null): string {
  if (slug === null) return vscode.l10n.t('Unreadable runs');
  if (slug === 'default') return vscode.l10n.t('Default experiment');
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function runRow(run: RunSummary, { usedForHovers }: TreeInput): TreeRow {
  const { icon, tone, word: status } = statusTextOf(run);
  const word = say(status);
  const label = run.name;
  const isUsed = usedForHovers.includes(run.directory);
  const star = isStarred(run);
  const description = [
    describeRun(run),
    ...(isUsed ? [vscode.l10n.t('used for hovers')] : []),
  ].join(' · ');
  const contexts: RunContext[] = [
    'run',
    ...(isLive(run.status) ? (['stoppable'] as const) : []),
    ...(isResumable(run.status) && !failsAgain(run) ? (['resumable'] as const) : []),
    ...(servesHovers({ ...run, fillsMasks: objectiveOfRun(run.facts).fillsMasks }) && !isUsed
      ? (['usable'] as const)
      : []),
    ...(isUsable(run) ? (['exportable'] as const) : []),
    ...(isQueued(run) ? (['waiting'] as const) : []),
    star ? 'starred' : 'unstarred',
  ];
  return {
    key: `run/${run.directory}`,
    label,
    // A character takes the color of the text, so that it shows in every theme.
    description: star ? `★ ${description}` : description,
    icon: tone === 'live' ? `${icon}~spin` : icon,
    tone,
    tooltip: tooltipOf(run),
    contextValue: contextValueOf(contexts),
    accessibleLabel: [label, ...(star ? [vscode.l10n.t('starred')] : []), word, description].join(
      ', ',
    ),
    directory: run.directory,
    children: [],
  };
}

/** Whether the run waits in the queue. */
function isQueued({ status, facts }: RunSummary): boolean {
  return status === 'waiting' && facts?.study === null;
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

function tooltipOf(run: RunSummary): string {
  const { facts, state, problem } = run;
  const title = `**${escapeMarkdown(run.name)}** · ${say(statusTextOf(run).word)}`;
  const rows: [string, string][] = [];
  const original = originalName(run);
  if (run.name !== original) rows.push([vscode.l10n.t('Original name'), original]);
  if (state !== null && state.totalSteps > 0) {
    rows.push([
      vscode.l10n.t('Step'),
      vscode.l10n.t('{0} of {1}', whole(state.step), whole(state.totalSteps)),
    ]);
  }
  for (const name of metricsOf(run)) {
    const now = state?.latest?.[name];
    if (now === undefined) continue;
    const { label, format } = HELD_OUT_METRICS[name];
    const before = state?.before?.[name];
    const values = before === undefined ? format(now) : `${format(before)} → ${format(now)}`;
    rows.push([vscode.l10n.t('Held-out {0}', say(label)), values]);
  }
  if (state?.best) {
    rows.push([
      vscode.l10n.t('Best'),
      vscode.l10n.t(
        '{0} at step {1}',
        say(bestMetric(metricsOf(run), state.best)),
        whole(state.best.step),
      ),
    ]);
  }
  const ending = state === null ? [] : endingNotes(state);
  if (ending.length > 0) rows.push([vscode.l10n.t('Ending'), ending.map(say).join(' ')]);
  if (state !== null && state.trainingSeconds > 0) {
    rows.push([
      vscode.l10n.t('Training time'),
      formatDuration(state.trainingSeconds, EDITOR_WORDS.locale),
    ]);
  }
  if (facts !== null) {
    const { data, names } = objectiveOfRun(facts);
    if (data === 'labelled') rows.push([vscode.l10n.t('Task'), say(names.choice)]);
    rows.push([vscode.l10n.t('Base model'), facts.modelName]);
    rows.push([vscode.l10n.t('Files'), whole(facts.files)]);
    rows.push([vscode.l10n.t('Started'), formatTime(facts.createdAt)]);
  }
  const table = rows.map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |`);
  return [
    title,
    ...(problem === null ? [] : [escapeMarkdown(describeError(problem, EDITOR_WORDS).message)]),
    ...(table.length === 0 ? [] : [['| | |', '|:--|:--|', ...table].join('\n')]),
  ].join('\n\n');
}

function whole(value: number): string {
  return value.toLocaleString(EDITOR_WORDS.locale);
}

/** Date and time in the person's time zone. */
function formatTime(time: string): string {
  return new Intl.DateTimeFormat(EDITOR_WORDS.locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(new Date(time));
}
