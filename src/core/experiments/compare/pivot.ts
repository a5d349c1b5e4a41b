import { estimateMean, type MeanEstimate } from '../../stats/intervals.js';
import type { ParameterValue } from '../../specs/runParameters.js';
import { formatParameter } from '../differences.js';
import {
  NO_VALUE,
  valueAt,
  type CompareModel,
  type HeldOutCurves,
  type ShownGroup,
} from './comparedGroups.js';
import type { CompareView } from './compareView.js';
import { varyingParameters } from './relations.js';

/** Means over the values of two parameters. */
export interface Pivot {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then by column; `null` without a result of a finished run. */
  readonly cells: readonly (readonly (MeanEstimate | null)[])[];
  /** Other parameters that differ within a cell, so that its mean is over their values as well. */
  readonly pooled: readonly string[];
}

/** Means of the metric over the finished runs of each cell, from the groups that pass the brushes. */
export function pivotOf(
  model: CompareModel,
  { rows: byRow, columns: byColumn }: { readonly rows: string; readonly columns: string | null },
  view: CompareView,
  heldOut: ReadonlyMap<string, HeldOutCurves>,
): Pivot {
  const groups = model.groups.filter(({ isSelected }) => isSelected);
  const textOf = ({ parameters }: ShownGroup, parameter: string | null): string =>
    parameter === null ? '' : parameterText(parameters[parameter] ?? null);
  const rows = orderedTexts(groups, byRow);
  const columns = byColumn === null ? [''] : orderedTexts(groups, byColumn);
  const membersOf = (row: string, column: string): ShownGroup[] =>
    groups.filter((group) => textOf(group, byRow) === row && textOf(group, byColumn) === column);
  const pooled = new Set<string>();
  const cells = rows.map((row) =>
    columns.map((column) => {
      const members = membersOf(row, column);
      for (const parameter of varyingParameters({ groups: members })) pooled.add(parameter);
      const values = members.flatMap(({ runs }) =>
        runs.flatMap((run) => {
          const value = valueAt(run, model.metric, view, heldOut.get(run.directory));
          return run.status === 'finished' && value !== undefined && Number.isFinite(value)
            ? [value]
            : [];
        }),
      );
      return values.length === 0 ? null : estimateMean(values);
    }),
  );
  return { rows, columns, cells, pooled: [...pooled] };
}

/** Values of a parameter, numbers in their order. */
function orderedTexts(groups: readonly ShownGroup[], parameter: string): string[] {
  const values = groups.map(({ parameters }) => parameters[parameter] ?? null);
  const sorted = [...values].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : parameterText(a).localeCompare(parameterText(b)),
  );
  return [...new Set(sorted.map(parameterText))];
}

function parameterText(value: ParameterValue | null): string {
  return value === null ? NO_VALUE : formatParameter(value);
}
