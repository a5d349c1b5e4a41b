import type { RunColor } from '../../../core/runs/annotations.js';
import type { StatusText } from '../../../core/runs/statusText.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import type { StudySummary } from '../studyStore.js';

/** Row of the tree as plain data. */
export interface TreeRow {
  /** Stable over changes: the tree keeps its expansion and selection by it. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  readonly tone: StatusText['tone'];
  /** Color of the group; `null` where the tone decides. */
  readonly color: RunColor | null;
  /** Markdown, made when it is asked for. */
  readonly tooltip: () => string;
  readonly contextValue: string;
  readonly accessibleLabel: string;
  /** Directory of the run; `null` for a row that is not a single run. */
  readonly directory: string | null;
  /** Experiment that dropped runs join; `null` where none can. */
  readonly experiment: string | null;
  /** Runs that the row stands for. */
  readonly runs: readonly RunSummary[];
  /** `null` for other rows, and for a study without a readable file. */
  readonly study: StudySummary | null;
  readonly isExpanded: boolean;
  readonly children: readonly TreeRow[];
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
  if (old.length !== fresh.length || fresh.some((row, i) => !isSameRow(row, old[i]!))) return 'all';
  return fresh.flatMap((row, i) => (hasSameTexts(row, old[i]!) ? [] : [row.key]));
}

function flatten(rows: readonly TreeRow[]): TreeRow[] {
  return rows.flatMap((row) => [row, ...flatten(row.children)]);
}

function isSameRow(a: TreeRow, b: TreeRow): boolean {
  return (
    a.key === b.key &&
    a.label === b.label &&
    a.icon === b.icon &&
    a.tone === b.tone &&
    a.color === b.color &&
    a.contextValue === b.contextValue &&
    a.children.length === b.children.length
  );
}

/**
 * The tooltip of a run follows from the run, which is the same object while nothing about it changes.
 * A row above it is drawn only if its own text changes, since that draws all rows below it as well.
 */
function hasSameTexts(a: TreeRow, b: TreeRow): boolean {
  return (
    a.description === b.description &&
    a.accessibleLabel === b.accessibleLabel &&
    (a.directory === null || a.runs[0] === b.runs[0])
  );
}
