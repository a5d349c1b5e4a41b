import type { Words } from '../../messages/render.js';
import { renderMessage } from '../../messages/render.js';
import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../runs/metrics.js';
import type { ParameterValue } from '../../specs/runParameters.js';
import { formatDifference, meanText } from '../comparisonTable.js';
import { formatParameter, tellingDifferences } from '../differences.js';
import { groupVerdict } from '../verdictText.js';
import { LEAST_FOR_BAND } from './groupCurve.js';
import {
  differencesOfGroups,
  estimateOf,
  valueAt,
  type ColoredRun,
  type CompareModel,
  type HeldOutCurves,
  type ShownGroup,
} from './comparedGroups.js';
import type { CompareView } from './compareView.js';

/** Column of the table of groups. */
export type CompareColumn =
  | { readonly id: string; readonly kind: 'seeds' | 'gain' | 'verdict' | 'curve' }
  | { readonly id: string; readonly kind: 'metric'; readonly metric: HeldOutMetricName }
  | { readonly id: string; readonly kind: 'parameter'; readonly parameter: string };

export interface CompareCell {
  readonly text: string;
  /** Value that rows are sorted by; `null` is last. */
  readonly sort: number | string | null;
  /** Whether the value is that of a run that has not finished. */
  readonly isProvisional?: boolean;
}

export interface CompareRow {
  readonly group: ShownGroup;
  readonly isPinned: boolean;
  /** In the order of the columns. */
  readonly cells: readonly CompareCell[];
  /** Runs of an expanded group, the lowest seed first. */
  readonly runs: readonly { readonly run: ColoredRun; readonly cells: readonly CompareCell[] }[];
}

export interface CompareTable {
  /** Every column that the runs have. */
  readonly allColumns: readonly CompareColumn[];
  /** Columns that are not hidden. */
  readonly columns: readonly CompareColumn[];
  readonly rows: readonly CompareRow[];
}

interface TableContext {
  readonly model: CompareModel;
  readonly view: CompareView;
  readonly heldOut: ReadonlyMap<string, HeldOutCurves>;
  readonly words: Words;
}

/** Table of the groups that pass the brushes, pinned rows first. */
export function compareTableOf(context: TableContext): CompareTable {
  const { model, view } = context;
  const allColumns = columnsOf(model);
  const columns = allColumns.filter(({ id }) => !view.hiddenColumns.includes(id));
  const rows = model.groups.flatMap((group, i) =>
    group.isSelected ? [rowOf(group, i, columns, context)] : [],
  );
  return { allColumns, columns, rows: sorted(rows, columns, view) };
}

function columnsOf({ groups, metrics, metric }: CompareModel): CompareColumn[] {
  const differing = tellingDifferences(differencesOfGroups(groups));
  const others = metrics.filter((name) => name !== metric);
  return [
    { id: 'seeds', kind: 'seeds' },
    metricColumn(metric),
    { id: 'gain', kind: 'gain' },
    { id: 'verdict', kind: 'verdict' },
    { id: 'curve', kind: 'curve' },
    ...others.map(metricColumn),
    ...differing.map(({ parameter }): CompareColumn => ({
      ...{ id: `parameter:${parameter}`, kind: 'parameter', parameter },
    })),
  ];
}

function metricColumn(metric: HeldOutMetricName): CompareColumn {
  return { id: `metric:${metric}`, kind: 'metric', metric };
}

function rowOf(
  group: ShownGroup,
  index: number,
  columns: readonly CompareColumn[],
  context: TableContext,
): CompareRow {
  const { view } = context;
  const isExpanded = group.runs.length > 1 && view.expanded.includes(group.key);
  return {
    group,
    isPinned: view.pinned.includes(group.key),
    cells: columns.map((column) => cellOf(column, group, index, context)),
    runs: !isExpanded
      ? []
      : [...group.runs]
          .sort((a, b) => a.facts.seed - b.facts.seed)
          .map((run) => ({ run, cells: columns.map((column) => runCell(column, run, context)) })),
  };
}

function cellOf(
  column: CompareColumn,
  group: ShownGroup,
  index: number,
  { model: { comparison, metric }, view, heldOut, words }: TableContext,
): CompareCell {
  const compared = comparison.groups[index]!;
  switch (column.kind) {
    case 'seeds': {
      const n = estimateOf(group, metric, view, heldOut)?.n ?? 0;
      const all = group.runs.length;
      return { text: n === all ? String(n) : `${n}/${all}`, sort: n };
    }
    case 'metric': {
      const estimate = estimateOf(group, column.metric, view, heldOut);
      if (estimate === null) return { text: meanText(null, column.metric, words), sort: null };
      const shown = estimate.n < LEAST_FOR_BAND ? { ...estimate, interval: null } : estimate;
      return {
        text: meanText(shown, column.metric, words),
        sort: estimate.mean,
        isProvisional: estimate.isProvisional,
      };
    }
    case 'gain': {
      if (compared.against === null) return { text: '', sort: null };
      const { mean, interval, n } = compared.against.gains;
      const difference = (value: number): string => formatDifference(value, comparison, true);
      const range =
        interval === null || n < LEAST_FOR_BAND
          ? ''
          : ` [${difference(interval.low)}, ${difference(interval.high)}]`;
      return { text: `${difference(mean)}${range}`, sort: mean };
    }
    case 'verdict': {
      const text = renderMessage(
        groupVerdict(compared, {
          isBaseline: group.isBaseline,
          asDifference: (value) => formatDifference(value, comparison),
        }),
        words,
      );
      return { text, sort: text };
    }
    case 'curve':
      return { text: '', sort: null };
    case 'parameter':
      return parameterCell(group.parameters[column.parameter] ?? null);
  }
}

function runCell(
  column: CompareColumn,
  run: ColoredRun,
  { view, heldOut, words }: TableContext,
): CompareCell {
  if (column.kind !== 'metric') return { text: '', sort: null };
  const value = valueAt(run, column.metric, view, heldOut.get(run.directory));
  return {
    text: HELD_OUT_METRICS[column.metric].format(value, words.locale),
    sort: value ?? null,
    isProvisional: run.status !== 'finished',
  };
}

function parameterCell(value: ParameterValue | null): CompareCell {
  if (value === null) return { text: '–', sort: null };
  return {
    text: formatParameter(value),
    sort: typeof value === 'boolean' ? String(value) : value,
  };
}

/** Pinned rows first, each part by the chosen column; rows without a value are last. */
function sorted(
  rows: readonly CompareRow[],
  columns: readonly CompareColumn[],
  { sort }: CompareView,
): CompareRow[] {
  const index = sort === null ? -1 : columns.findIndex(({ id }) => id === sort.column);
  const byName = sort?.column === NAME_COLUMN;
  const keyOf = (row: CompareRow): CompareCell['sort'] =>
    byName ? row.group.name : index < 0 ? null : row.cells[index]!.sort;
  const sign = sort?.isDescending === true ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (a.isPinned !== b.isPinned) return a.isPinned ? -1 : 1;
    const [x, y] = [keyOf(a), keyOf(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * compareValues(x, y);
  });
}

/** Column of the names, which is always shown. */
export const NAME_COLUMN = 'name';

/** Numbers are before texts, as in a parameter that is a number in some runs only. */
function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}
