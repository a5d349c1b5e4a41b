import { nearDuplicateGroups } from '../../../src/core/data/splitting/nearDuplicateGroups.js';
import { randomStream, shuffled } from '../../../src/core/random.js';

/** A labeled text with where it comes from. */
export interface ShiftedRow {
  readonly text: string;
  readonly label: string;
  /** Part of the package that the text is from. */
  readonly source: string;
  /** Name or number of the text in its source. */
  readonly id: string;
}

/** A row with the number of its group of near-duplicates. */
export type GroupedRow = ShiftedRow & { readonly group: number };

/** Rows from one source, in the order in which sources own a group of near-duplicates. */
export interface Pool<Row extends ShiftedRow = ShiftedRow> {
  readonly rows: readonly Row[];
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  /** Default: all rows that are left. */
  readonly count?: number;
  /** Takes as many rows of each label. Default: as they come. */
  readonly isBalanced?: boolean;
}

export interface Parts<Row extends ShiftedRow = ShiftedRow> {
  readonly parts: ReadonlyMap<string, readonly (Row & GroupedRow)[]>;
  /** Rows left out because a near-duplicate of them is in an earlier pool. */
  readonly dropped: number;
}

/**
 * Draws parts from pools so that no group of near-duplicates is in two parts. A group that is in two
 * pools belongs to the earlier one, and its rows of the later pool are left out. Parts of a pool are
 * drawn in their order; several pools can add to the same part. The same rows and name give the same
 * parts.
 *
 * @param options.name names the random draw
 * @param options.textOf text in which near-duplicates are found. Default: the text of the row
 */
export function drawParts<Row extends ShiftedRow>(
  pools: readonly Pool<Row>[],
  { name, textOf = ({ text }) => text }: { name: string; textOf?: (row: Row) => string },
): Parts<Row> {
  const all = pools.flatMap(({ rows }) => rows);
  const groupOf = nearDuplicateGroups(all.map(textOf));
  const owners = new Map<number, number>();
  const parts = new Map<string, (Row & GroupedRow)[]>();
  let [at, dropped] = [0, 0];
  pools.forEach((pool, number) => {
    const groups = new Map<number, (Row & GroupedRow)[]>();
    for (const row of pool.rows) {
      const group = groupOf[at++]!;
      const owner = owners.get(group) ?? number;
      owners.set(group, owner);
      if (owner !== number) {
        dropped++;
        continue;
      }
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [{ ...row, group }]);
      else known.push({ ...row, group });
    }
    let left: readonly (readonly (Row & GroupedRow)[])[] = shuffled(
      [...groups.values()],
      randomStream('shifted', name, number),
    );
    for (const part of pool.parts) {
      const { taken, others } = take(left, part);
      const before = parts.get(part.name) ?? [];
      parts.set(part.name, [...before, ...taken.flat()]);
      left = others;
    }
  });
  for (const [part, rows] of parts) {
    parts.set(part, shuffled(rows, randomStream('shifted order', name, part)));
  }
  return { parts, dropped };
}

/** Groups that fit into a part, in order, and the others. */
function take<Row extends ShiftedRow>(
  groups: readonly (readonly Row[])[],
  { count = Infinity, isBalanced = false }: Part,
): { taken: (readonly Row[])[]; others: (readonly Row[])[] } {
  const labels = new Set(groups.flatMap((rows) => rows.map(({ label }) => label)));
  const most = isBalanced ? Math.floor(count / labels.size) : count;
  const counts = new Map<string, number>();
  const countOf = ({ label }: Row): string => (isBalanced ? label : '');
  const taken: (readonly Row[])[] = [];
  const others: (readonly Row[])[] = [];
  for (const rows of groups) {
    const next = new Map(counts);
    for (const row of rows) next.set(countOf(row), (next.get(countOf(row)) ?? 0) + 1);
    const fits = [...next.values()].every((value) => value <= most);
    (fits ? taken : others).push(rows);
    if (fits) for (const [label, value] of next) counts.set(label, value);
  }
  return { taken, others };
}
