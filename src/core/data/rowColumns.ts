import { recordError, type DataRecord } from './labelledRows.js';
import type { AppError } from '../errors.js';
import { message, problem } from '../messages/message.js';

/** Columns of rows, by position. */
export interface RowColumns {
  readonly names: readonly string[];
  /** Columns without a name in the header; they exist only in rows that have a value in them. */
  readonly unnamed: ReadonlySet<string>;
  /** Minimum number of values in a row. */
  readonly least: number;
  /** Names that the header gives to several columns, as a part of each record. */
  readonly repeated: Pick<DataRecord, 'repeatedColumns'>;
}

/**
 * Columns by the cells of a header. Columns without a name are named by their position, such as
 * `column3`, and the second of two columns of one name becomes `name (2)`.
 */
export function namedColumns(header: readonly string[]): RowColumns {
  const given = header.map((name) => name.trim());
  const taken = new Set(given);
  const seen = new Map<string, number>();
  const names = given.map((name, i) => {
    if (name === '') return freeName(`column${i + 1}`, taken);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : freeName(`${name} (${count})`, taken);
  });
  const repeated = [...seen].flatMap(([name, count]) => (count > 1 ? [name] : []));
  return {
    names,
    unnamed: new Set(names.filter((_, i) => given[i] === '')),
    least: given.findLastIndex((name) => name !== '') + 1,
    repeated: repeated.length === 0 ? {} : { repeatedColumns: repeated },
  };
}

/** Columns of a table without a header. */
export function numberedColumns(count: number): RowColumns {
  const names = Array.from({ length: count }, (_, i) => `column${i + 1}`);
  return { names, unnamed: new Set(), least: count, repeated: {} };
}

/** Values of a row by column. */
export function valuesByColumn(
  row: readonly unknown[],
  { names, unnamed }: RowColumns,
): Record<string, unknown> {
  const values = names.map((name, i) => [name, row[i]] as const);
  return Object.fromEntries(
    unnamed.size === 0
      ? values
      : values.filter(([name, value]) => !unnamed.has(name) || !isEmptyCell(value)),
  );
}

/** Whether a row has the columns of its table; empty values behind them are ignored. */
export function fitsColumns(row: readonly unknown[], { names, least }: RowColumns): boolean {
  return row.length >= least && row.slice(names.length).every(isEmptyCell);
}

function isEmptyCell(value: unknown): boolean {
  return value == null || (typeof value === 'string' && value.trim() === '');
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name += '_';
  taken.add(name);
  return name;
}

/** An error for a row that has too many or too few values. */
export function wrongColumnCount(
  place: { readonly file: string; readonly line: number },
  { columns, values }: { readonly columns: number; readonly values: number },
): AppError {
  const counts = {
    columns: message('data.columnCount', { count: columns }),
    values: message('data.valueCount', { count: values }),
  };
  return recordError(place, null, problem('data.wrongColumnCount', counts));
}
