import { toAppErrorData, type AppErrorData } from '../../../core/errors.js';
import { groupBy } from '../../../core/collections/groupBy.js';
import { colorsOfGroups } from '../../../core/experiments/groupColors.js';
import { groupNames } from '../../../core/experiments/groupNames.js';
import { parameterBuckets } from '../../../core/experiments/query/parameterBuckets.js';
import type { ListedRun } from '../../../core/experiments/query/runFields.js';
import { runFilter } from '../../../core/experiments/query/runFilter.js';
import {
  BEST_FIRST,
  NEWEST_FIRST,
  orderText,
  parseOrder,
  rowSorter,
  type RowSorter,
} from '../../../core/experiments/query/runOrder.js';
import { groupRuns } from '../../../core/experiments/runGroups.js';
import type { Message } from '../../../core/messages/message.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import type { StudySummary } from '../studyStore.js';
import { bucketRow } from './bucketRow.js';
import { experimentRow } from './experimentRow.js';
import { groupRow, type NamedGroup, type RowMarks } from './groupRow.js';
import { isStarred } from './runRow.js';
import { studyRow } from './studyRow.js';
import type { TreeRow } from './treeRow.js';
import type { TreeSettings } from './treeSettings.js';

export interface TreeInput {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Directories of runs whose models hovers use, in one workspace folder or another. */
  readonly usedForHovers: readonly string[];
  /** Directory of the run whose checkpoints hovers follow; `null` without one. */
  readonly followedByHovers: string | null;
  /** Reasons of the runs of the queue to wait, by directory. */
  readonly waits: ReadonlyMap<string, Message>;
  /** By id. */
  readonly studies: ReadonlyMap<string, StudySummary>;
  readonly settings: TreeSettings;
}

export interface TreeContent {
  readonly rows: readonly TreeRow[];
  /** Number of runs that are shown, and of all runs. */
  readonly shown: number;
  readonly total: number;
  /** Why the filter or the order cannot be applied; all runs are shown then, the newest first. */
  readonly problem: AppErrorData | null;
}

/** A run list under the settings of the view. */
interface Arrangement {
  readonly shown: ReadonlySet<RunSummary>;
  readonly sort: RowSorter;
  readonly problem: AppErrorData | null;
}

/**
 * Experiments with their studies and groups of runs: the experiment with the newest run is first,
 * groups with a starred run are before others.
 */
export function treeContent(input: TreeInput): TreeContent {
  const arrangement = arrange(input);
  const marks = {
    used: new Set(input.usedForHovers),
    followed: input.followedByHovers,
    waits: input.waits,
  };
  // The key of unreadable runs is `null`, which no slug equals.
  const experiments = groupBy(input.runs, ({ facts }) => facts?.experiment ?? null);
  const rows = [...experiments].flatMap(([slug, runs]) => {
    const shown = runs.filter((run) => arrangement.shown.has(run));
    if (shown.length === 0) return [];
    const children = childrenOf(slug, runs, { ...input, ...arrangement, marks });
    return [experimentRow(slug, { shown, total: runs.length, children })];
  });
  const { shown, problem } = arrangement;
  return { rows, shown: shown.size, total: input.runs.length, problem };
}

function arrange({ runs, settings }: TreeInput): Arrangement {
  const attempt = <T>(make: () => T): T | AppErrorData => {
    try {
      return make();
    } catch (thrown) {
      return toAppErrorData(thrown);
    }
  };
  const filter = attempt(() => runFilter(settings.filter, runs, EDITOR_WORDS));
  const sort = attempt(() => rowSorter(parseOrder(settings.sort), runs));
  return {
    shown: new Set(typeof filter === 'function' ? runs.filter(filter) : runs),
    sort: typeof sort === 'function' ? sort : rowSorter(NEWEST_FIRST, runs),
    problem: typeof filter !== 'function' ? filter : typeof sort !== 'function' ? sort : null,
  };
}

interface Context extends TreeInput, Arrangement {
  readonly marks: RowMarks;
}

/** Studies, then groups. */
function childrenOf(slug: string | null, runs: readonly RunSummary[], context: Context): TreeRow[] {
  const byStudy = groupBy(runs, ({ facts }) => facts?.study?.id ?? null);
  const ofStudies = [...byStudy].flatMap(([id, members]) => {
    if (id === null) return [];
    const study = context.studies.get(id) ?? null;
    const children = groupRows(slug, members, {
      ...context,
      place: `${slug ?? ''}/${id}`,
      sort: members[0]!.facts?.study?.kind === 'sweep' ? trialSorter(context) : context.sort,
    });
    return children.length === 0 ? [] : [studyRow(id, study, { runs: members, children })];
  });
  const others = byStudy.get(null) ?? [];
  return [...ofStudies, ...groupRows(slug, others, { ...context, place: `${slug ?? ''}/` })];
}

/**
 * Order of the trials of a sweep, as in its report: finished ones first, then by the step that they
 * reached, each from the best. An order that a person chose comes before it.
 */
function trialSorter({ runs, settings, sort }: Context): RowSorter {
  if (settings.sort !== orderText(NEWEST_FIRST)) return sort;
  const best = rowSorter(BEST_FIRST, runs);
  const reached = (members: readonly ListedRun[]): number =>
    Math.max(
      ...members.map(({ status, state }) =>
        status === 'finished' ? Infinity : (state?.step ?? 0),
      ),
    );
  return (rows) =>
    best(rows)
      .map((row) => ({ row, at: reached(row.runs) }))
      .sort((a, b) => (a.at === b.at ? 0 : b.at - a.at))
      .map(({ row }) => row);
}

/** Rows of groups, with the starred ones first, below the values of a parameter if one is wanted. */
function groupRows(
  slug: string | null,
  runs: readonly RunSummary[],
  { place, marks, shown, sort, settings }: Context & { readonly place: string },
): TreeRow[] {
  // Names and colors are those among all runs: a filter does not change them.
  const groups = namedGroups(runs, place).flatMap((group) => {
    const members = group.runs.filter((run) => shown.has(run));
    return members.length === 0 ? [] : [{ ...group, runs: members }];
  });
  const rowsOf = (members: readonly NamedGroup[]): TreeRow[] =>
    sorted(members, sort).map((group) => groupRow(group, marks));
  if (settings.groupBy === null) return rowsOf(groups);
  const parameter = settings.groupBy;
  return parameterBuckets(groups, parameter).map(({ value, rows }) =>
    bucketRow(value, {
      ...{ place, parameter, experiment: slug },
      children: rowsOf(namedAmong(rows)),
    }),
  );
}

function sorted(groups: readonly NamedGroup[], sort: RowSorter): NamedGroup[] {
  const rows = sort(
    groups.map((group) => ({ name: group.name ?? group.runs[0]!.name, runs: group.runs, group })),
  ).map(({ group }) => group);
  const hasStar = (group: NamedGroup): boolean => group.runs.some(isStarred);
  return [...rows.filter(hasStar), ...rows.filter((group) => !hasStar(group))];
}

/** Groups of runs with names that tell them apart and colors that move apart. */
function namedGroups(runs: readonly RunSummary[], place: string): NamedGroup[] {
  const groups = groupRuns(runs);
  const colors = colorsOfGroups(groups);
  return namedAmong(
    groups.map(({ key, runs: members }) => ({
      key: `${place}/${key}`,
      runs: members,
      color: colors.get(key) ?? null,
    })),
  );
}

/** Groups with names that tell them apart from each other. */
function namedAmong(groups: readonly Omit<NamedGroup, 'name'>[]): NamedGroup[] {
  const names = groupNames(groups);
  return groups.map((group, i) => ({ ...group, name: names[i]! }));
}
