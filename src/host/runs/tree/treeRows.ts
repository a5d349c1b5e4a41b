import * as vscode from 'vscode';
import { groupBy } from '../../../core/collections/groupBy.js';
import { namesByDifference } from '../../../core/experiments/differences.js';
import { colorsOfGroups } from '../../../core/experiments/groupColors.js';
import { groupRuns } from '../../../core/experiments/runGroups.js';
import { isSuggestedName } from '../../../core/runs/runId.js';
import { isLive } from '../../../core/runs/status.js';
import { originalName, type RunSummary } from '../../../node/runs/runReader.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { plural } from '../../platform/editorWords.js';
import type { StudySummary } from '../studyStore.js';
import { groupRow, type NamedGroup } from './groupRow.js';
import { parametersOfRun } from './knownParameters.js';
import { isStarred } from './runRow.js';
import { whole } from './runTooltip.js';
import { studyRow } from './studyRow.js';
import type { TreeRow } from './treeRow.js';

export interface TreeInput {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Directories of runs whose models hovers use, in one workspace folder or another. */
  readonly usedForHovers: readonly string[];
  /** By id. */
  readonly studies: ReadonlyMap<string, StudySummary>;
}

/**
 * Experiments with their studies and groups of runs: the experiment with the newest run is first,
 * groups with a starred run are before others.
 */
export function treeRows(input: TreeInput): TreeRow[] {
  // The key of unreadable runs is `null`, which no slug equals.
  const experiments = groupBy(input.runs, ({ facts }) => facts?.experiment ?? null);
  return [...experiments].map(([slug, runs]) => experimentRow(slug, runs, input));
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
    color: null,
    tooltip: () => `**${escapeMarkdown(label)}**\n\n${description}`,
    contextValue: 'experiment',
    accessibleLabel: `${label}, ${description}`,
    directory: null,
    runs,
    study: null,
    isExpanded: true,
    children: childrenOf(slug, runs, input),
  };
}

/** Studies, then groups, with the starred ones first. */
function childrenOf(
  slug: string | null,
  runs: readonly RunSummary[],
  { usedForHovers, studies }: TreeInput,
): TreeRow[] {
  const used = new Set(usedForHovers);
  const byStudy = groupBy(runs, ({ facts }) => facts?.study?.id ?? null);
  const rowsOf = (study: string | null, members: readonly RunSummary[]): TreeRow[] => {
    const groups = namedGroups(members, `${slug ?? ''}/${study ?? ''}`);
    const hasStar = (group: NamedGroup): boolean => group.runs.some(isStarred);
    return [...groups.filter(hasStar), ...groups.filter((group) => !hasStar(group))].map((group) =>
      groupRow(group, used),
    );
  };
  const ofStudies = [...byStudy].flatMap(([id, members]) =>
    id === null
      ? []
      : [studyRow(id, studies.get(id) ?? null, { runs: members, children: rowsOf(id, members) })],
  );
  return [...ofStudies, ...rowsOf(null, byStudy.get(null) ?? [])];
}

/** Groups of runs with names that tell them apart and colors that move apart. */
function namedGroups(runs: readonly RunSummary[], place: string): NamedGroup[] {
  const groups = groupRuns(runs);
  const differences = namesByDifference(groups.map(({ runs: [first] }) => parametersOfRun(first!)));
  const colors = colorsOfGroups(groups);
  return groups.map(({ key, runs: members }, i) => {
    const difference = differences[i]!;
    return {
      key: `${place}/${key}`,
      runs: members,
      color: colors.get(key) ?? null,
      name: givenName(members) ?? (difference === '' ? null : difference),
    };
  });
}

/** Name that the person gave all runs of a group, or their arm of a study. */
function givenName(runs: readonly RunSummary[]): string | null {
  const first = runs[0]!;
  const isShared = runs.every(({ name }) => name === first.name);
  const isSuggested = first.name === originalName(first) && isSuggestedName(first.name);
  if (isShared && !isSuggested) return first.name;
  return first.facts?.study?.arm ?? null;
}

/** `opinion-words` reads `Opinion words`. */
function experimentName(slug: string | null): string {
  if (slug === null) return vscode.l10n.t('Unreadable runs');
  if (slug === 'default') return vscode.l10n.t('Default experiment');
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
