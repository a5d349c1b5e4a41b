import { groupBy } from '../../collections/groupBy.js';
import type { ParameterValue } from '../../specs/runParameters.js';
import { differencesAmong } from '../differences.js';
import { groupRuns } from '../runGroups.js';
import { parametersOfRun, type ListedRun } from './runFields.js';

/** A parameter by which runs can be grouped. */
export interface VariedParameter {
  readonly parameter: string;
  /** Number of its different values, the absent one included. */
  readonly values: number;
  /** Some of its values. */
  readonly examples: readonly ParameterValue[];
}

const EXAMPLES = 3;

/** Parameters that differ among runs, in the order of the spec. */
export function variedParameters(runs: readonly ListedRun[]): VariedParameter[] {
  const readable = runs.filter(({ facts }) => facts !== null);
  const each = groupRuns(readable).map(({ runs: [first] }) => parametersOfRun(first!));
  return differencesAmong(each).map(({ parameter, values }) => {
    const distinct = [...new Set(values)];
    const examples = distinct.filter((value) => value !== null).slice(0, EXAMPLES);
    return { parameter, values: distinct.length, examples };
  });
}

/** Rows whose runs have one value of a parameter; `null` for those that lack it. */
export interface Bucket<Row> {
  readonly value: ParameterValue | null;
  readonly rows: readonly Row[];
}

/** Rows by the value of a parameter, in the order of the values; those without one are last. */
export function parameterBuckets<Row extends { readonly runs: readonly ListedRun[] }>(
  rows: readonly Row[],
  parameter: string,
): Bucket<Row>[] {
  const byValue = groupBy(rows, ({ runs: [first] }) =>
    first === undefined ? null : (parametersOfRun(first)[parameter] ?? null),
  );
  return [...byValue]
    .map(([value, members]) => ({ value, rows: members }))
    .sort((a, b) => compareValues(a.value, b.value));
}

function compareValues(a: ParameterValue | null, b: ParameterValue | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true });
}
