import { isKnownColumn } from '../../../core/data/columns.js';
import { guessFirstLine, ROWS_BELOW_HEADER } from '../../../core/data/headerGuess.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import { problem } from '../../../core/messages/message.js';
import { isObject } from './jsonLinesReader.js';
import type { ReaderOptions } from './reader.js';
import {
  fitsColumns,
  namedColumns,
  numberedColumns,
  valuesByColumn,
  wrongColumnCount,
  type RowColumns,
} from '../../../core/data/rowColumns.js';

/** Maximum characters of values that are held in memory. */
const MOST_HELD = 200_000_000;
/** Characters that a value other than text counts for. */
const VALUE_SIZE = 16;

/**
 * Values of JSON layouts whose rows are complete only at the end of the file: pandas' `split`, `index`,
 * `columns` and `values`, and lists of values by column.
 */
export class HeldCells {
  private readonly cells = new Map<string, Map<string | number, unknown>>();
  private readonly rows: (readonly unknown[])[] = [];
  private held = 0;

  constructor(private readonly options: ReaderOptions) {}

  /** Holds the value `{ [outer]: { [key]: value } }`. Throws `Data` if too much is held. */
  add(outer: string, key: string | number, value: unknown): void {
    this.hold(value);
    const inner = this.cells.get(outer);
    if (inner === undefined) this.cells.set(outer, new Map([[key, value]]));
    else inner.set(key, value);
  }

  /** Holds a row of a list of lists. */
  addRow(row: readonly unknown[]): void {
    this.hold(row);
    this.rows.push(row);
  }

  /** The records in a known layout; `null` for any other. */
  records(): Iterable<DataRecord> | null {
    if (this.rows.length > 0) return this.rowsWithNames(this.rows);
    const split = this.splitRecords();
    if (split !== null) return split;
    const groups = [...this.cells];
    if (groups.length === 0) return null;
    const isList = groups.map(([, inner]) => [...inner.keys()].every((k) => typeof k === 'number'));
    if (isList.every(Boolean)) return this.listRecords(groups);
    return isList.some(Boolean) ? null : this.objectRecords();
  }

  /** `{"columns": ["text", …], "data": [["…", …], …]}`, with an index or without. */
  private splitRecords(): Iterable<DataRecord> | null {
    const names = [...(this.cells.get('columns')?.values() ?? [])];
    const rows = [...(this.cells.get('data')?.values() ?? [])];
    const areNames = names.length > 0 && names.every((name) => typeof name === 'string');
    if (!areNames || rows.length === 0 || !rows.every((row) => Array.isArray(row))) return null;
    return this.recordsOf(rows, namedColumns(names));
  }

  /** `{"text": ["…", …], "label": ["…", …]}`, or one list of lists. */
  private listRecords(groups: readonly Group[]): Iterable<DataRecord> | null {
    const [first] = groups;
    const values = [...first![1].values()];
    if (groups.length === 1 && values.every((value) => Array.isArray(value))) {
      return this.rowsWithNames(values);
    }
    // A single list of values is rather a detail of something else.
    if (groups.length === 1 || groups.some(([, inner]) => inner.size !== first![1].size))
      return null;
    return this.columnRecords();
  }

  /** `{"text": {"0": "…", …}, …}` or `{"0": {"text": "…", …}, …}`. */
  private objectRecords(): Iterable<DataRecord> {
    const outer = [...this.cells.keys()];
    const inner = [...new Set([...this.cells.values()].flatMap((each) => [...each.keys()]))];
    const known = (names: readonly (string | number)[]): boolean =>
      names.some((name) => isKnownColumn(String(name)));
    const holdsColumns =
      known(outer) === known(inner) ? outer.length <= inner.length : known(outer);
    return holdsColumns ? this.columnRecords() : this.indexRecords();
  }

  private *columnRecords(): Generator<DataRecord> {
    const keys = new Set([...this.cells.values()].flatMap((inner) => [...inner.keys()]));
    const columns = [...this.cells];
    let line = 0;
    for (const key of keys) {
      line++;
      const values = columns.flatMap(([name, inner]) =>
        inner.has(key) ? [[name, inner.get(key)] as const] : [],
      );
      yield { file: this.options.shownAs, line, values: Object.fromEntries(values) };
    }
  }

  private *indexRecords(): Generator<DataRecord> {
    let line = 0;
    for (const row of this.cells.values()) {
      line++;
      yield { file: this.options.shownAs, line, values: Object.fromEntries(row) };
    }
  }

  private rowsWithNames(rows: readonly (readonly unknown[])[]): Iterable<DataRecord> {
    const [first = [], ...others] = rows;
    const texts = (row: readonly unknown[]): string[] => row.map(String);
    const below = others.slice(0, ROWS_BELOW_HEADER).map(texts);
    const isHeader =
      first.every((cell) => typeof cell === 'string') && guessFirstLine(first, below) === 'header';
    return isHeader
      ? this.recordsOf(others, namedColumns(texts(first)), 2)
      : this.recordsOf(rows, numberedColumns(first.length));
  }

  private *recordsOf(
    rows: readonly (readonly unknown[])[],
    columns: RowColumns,
    firstLine = 1,
  ): Generator<DataRecord> {
    for (const [i, row] of rows.entries()) {
      const place = { file: this.options.shownAs, line: i + firstLine };
      if (fitsColumns(row, columns)) {
        yield { ...place, values: valuesByColumn(row, columns), ...columns.repeated };
      } else {
        const counts = { columns: columns.names.length, values: row.length };
        this.options.onBad(wrongColumnCount(place, counts));
      }
    }
  }

  private hold(value: unknown): void {
    this.held += sizeOf(value);
    if (this.held <= MOST_HELD) return;
    const place = { file: this.options.shownAs, line: 1 };
    throw recordError(place, null, problem('data.layoutTooLarge', { limit: MOST_HELD }));
  }
}

type Group = readonly [string, ReadonlyMap<string | number, unknown>];

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + VALUE_SIZE;
  if (Array.isArray(value))
    return value.reduce((sum: number, each) => sum + sizeOf(each), VALUE_SIZE);
  return isObject(value) ? sizeOf(Object.values(value)) : VALUE_SIZE;
}
