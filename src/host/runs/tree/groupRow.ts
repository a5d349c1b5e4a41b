import * as vscode from 'vscode';
import { mainMetricOf, resultsOf } from '../../../core/experiments/comparison.js';
import { meanText } from '../../../core/experiments/comparisonTable.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../../core/runs/metrics.js';
import type { RunColor } from '../../../core/runs/annotations.js';
import { isLive } from '../../../core/runs/status.js';
import { estimateMean, type MeanEstimate } from '../../../core/stats/intervals.js';
import { isReadable } from '../../../node/runs/compareRuns.js';
import { originalName } from '../../../core/specs/runFacts.js';
import type { Message } from '../../../core/messages/message.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { contextValueOf } from '../../platform/contributions.js';
import { EDITOR_WORDS, plural, say } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { isStarred, runRow, tagsText, type RunRowOptions } from './runRow.js';
import { whole } from './runTooltip.js';
import type { TreeRow } from './treeRow.js';

/** Fewer results than this have no interval. */
const LEAST_FOR_INTERVAL = 3;

/** A group with everything that its row shows. */
export interface NamedGroup {
  /** Unique among the rows. */
  readonly key: string;
  /** Given name, arm of the study, or difference from the other groups; `null` if there is none. */
  readonly name: string | null;
  readonly color: RunColor | null;
  /** Newest first; at least one. */
  readonly runs: readonly RunSummary[];
}

/** Facts about runs that are not stored with them, by directory. */
export interface RowMarks {
  readonly used: ReadonlySet<string>;
  /** `null` while hovers follow no run. */
  readonly followed: string | null;
  readonly waits: ReadonlyMap<string, Message>;
}

function marksOf(
  { directory }: RunSummary,
  { used, followed, waits }: RowMarks,
): Pick<RunRowOptions, 'isUsedForHovers' | 'isFollowedByHovers' | 'waitsFor'> {
  return {
    isUsedForHovers: used.has(directory),
    isFollowedByHovers: directory === followed,
    waitsFor: waits.get(directory) ?? null,
  };
}

/** Mean of the main metric over the finished runs of a group; `null` without any. */
function groupEstimate(
  runs: readonly RunSummary[],
): { readonly metric: HeldOutMetricName; readonly estimate: MeanEstimate } | null {
  const readable = runs.filter(isReadable);
  const [first] = readable;
  if (first === undefined) return null;
  const metric = mainMetricOf(first);
  const { results } = resultsOf(readable, metric, 'heldOut');
  if (results.length === 0) return null;
  return { metric, estimate: estimateMean(results.map(({ value }) => value)) };
}

/** A lone run is one row without a level above it; runs that differ in nothing but their seed are below one row. */
export function groupRow(group: NamedGroup, marks: RowMarks): TreeRow {
  const [first] = group.runs;
  return group.runs.length === 1 ? loneRow(group, first!, marks) : seedsRow(group, marks);
}

function loneRow({ name, color }: NamedGroup, run: RunSummary, marks: RowMarks): TreeRow {
  const label = name ?? run.name;
  // A name that several groups share has what differs among them behind it.
  const isInLabel = label === run.name || label.startsWith(`${run.name} · `);
  const alias = isInLabel ? null : run.name;
  return runRow(run, { label, alias, color, ...marksOf(run, marks) });
}

function seedsRow(group: NamedGroup, marks: RowMarks): TreeRow {
  const { key, color, runs } = group;
  const label = group.name ?? runs.at(-1)!.name;
  const live = runs.filter(({ status }) => isLive(status)).length;
  const isStarredGroup = runs.some(isStarred);
  const texts = [...resultText(runs), ...progressTexts(runs, live), ...tagsText(sharedTags(runs))];
  const description = texts.join(' · ');
  return {
    key: `group/${key}`,
    label,
    description: isStarredGroup ? `★ ${description}` : description,
    icon: live > 0 ? 'loading~spin' : 'layers',
    tone: live > 0 ? 'live' : 'quiet',
    color: live > 0 ? null : color,
    tooltip: () =>
      [
        `**${escapeMarkdown(label)}**`,
        escapeMarkdown(texts.join(' · ')),
        ...annotationTexts(runs),
        ...studyNote(runs),
      ].join('\n\n'),
    contextValue: contextValueOf([
      'group',
      ...(live > 0 ? (['stoppable'] as const) : []),
      isStarredGroup ? 'starred' : 'unstarred',
    ]),
    accessibleLabel: [label, ...(isStarredGroup ? [vscode.l10n.t('starred')] : []), ...texts].join(
      ', ',
    ),
    directory: null,
    experiment: runs[0]?.facts?.experiment ?? null,
    runs,
    study: null,
    isExpanded: false,
    children: [...runs]
      .sort((a, b) => seedOf(a) - seedOf(b))
      .map((run) => memberRow(run, color, marks)),
  };
}

/** Tags that all runs have. */
function sharedTags(runs: readonly RunSummary[]): string[] {
  const [first, ...others] = runs.map(({ annotations }) => annotations.tags ?? []);
  return (first ?? []).filter((tag) => others.every((tags) => tags.includes(tag)));
}

/** Hypotheses and notes of the runs, each once. */
function annotationTexts(runs: readonly RunSummary[]): string[] {
  const unique = (texts: readonly (string | undefined)[]): string[] => [
    ...new Set(texts.filter((text) => text !== undefined)),
  ];
  return [
    ...unique(runs.map(({ annotations }) => annotations.hypothesis)).map((text) =>
      vscode.l10n.t('Hypothesis: {0}', text),
    ),
    ...unique(runs.map(({ annotations }) => annotations.notes)).map((text) =>
      vscode.l10n.t('Note: {0}', text),
    ),
  ].map(escapeMarkdown);
}

function studyNote(runs: readonly RunSummary[]): string[] {
  if (!isOfStudy(runs)) return [];
  return [
    vscode.l10n.t(
      'Each policy masks its own held-out text. The report of the study compares all models on the same masks.',
    ),
  ];
}

function memberRow(run: RunSummary, color: RunColor | null, marks: RowMarks): TreeRow {
  const isNamed = run.name !== originalName(run);
  return runRow(run, {
    label: isNamed ? run.name : vscode.l10n.t('seed {0}', String(seedOf(run))),
    alias: isNamed ? null : run.name,
    color,
    ...marksOf(run, marks),
  });
}

function seedOf({ facts }: RunSummary): number {
  return facts?.seed ?? 0;
}

/** Whether the runs may be compared with others only by the report of their study. */
function isOfStudy([run]: readonly RunSummary[]): boolean {
  return run?.facts?.study?.kind === 'masking';
}

/** `perplexity 9.13 ± 0.40 (n = 5)`, or only `n = 5` in a study. */
function resultText(runs: readonly RunSummary[]): string[] {
  const found = groupEstimate(runs);
  if (found === null) return [];
  const { metric, estimate } = found;
  // Each policy of a study masks its held-out text itself: perplexities side by side would mislead.
  if (isOfStudy(runs)) return [vscode.l10n.t('n = {0}', whole(estimate.n))];
  const shown = estimate.n < LEAST_FOR_INTERVAL ? { ...estimate, interval: null } : estimate;
  return [
    vscode.l10n.t(
      '{0} {1} (n = {2})',
      say(HELD_OUT_METRICS[metric].label),
      meanText(shown, metric, EDITOR_WORDS),
      whole(estimate.n),
    ),
  ];
}

/** Progress of runs, such as `2 of 6 finished` and `1 active`; empty once all have finished. */
export function progressTexts(runs: readonly RunSummary[], live: number): string[] {
  const finished = runs.filter(({ status }) => status === 'finished').length;
  if (finished === runs.length) return [];
  const failed = runs.filter(({ status }) => status === 'failed' || status === 'crashed').length;
  return [
    vscode.l10n.t('{0} of {1} finished', whole(finished), whole(runs.length)),
    ...(live === 0
      ? []
      : [plural(live, vscode.l10n.t('1 active'), vscode.l10n.t('{0} active', whole(live)))]),
    ...(failed === 0
      ? []
      : [plural(failed, vscode.l10n.t('1 failed'), vscode.l10n.t('{0} failed', whole(failed)))]),
  ];
}
