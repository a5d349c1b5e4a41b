import { problem } from '../messages/message.js';
import { quotedColumns, recordError, shownValue, type DataRecord } from './labelledRows.js';
import { numberIn } from './numberFormat.js';

/** Weight of a record in the training loss. Throws `Data` unless it is a number of at least 0. */
export function weightIn(record: DataRecord, column: string): number {
  if (!Object.hasOwn(record.values, column)) {
    const columns = quotedColumns(Object.keys(record.values));
    throw recordError(record, null, problem('data.rowWithoutColumn', { column, columns }));
  }
  const value = record.values[column];
  const weight = numberIn(value);
  if (weight !== null && weight >= 0) return weight;
  throw recordError(record, column, problem('data.notWeight', { found: shownValue(value) }));
}
