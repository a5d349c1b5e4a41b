import { problem } from '../messages/message.js';
import { quotedColumns, recordError, shownValue, type DataRecord } from './labelledRows.js';
import { numberIn } from './numberFormat.js';

/**
 * Weight of a record in the training loss; 0 for one that float32 cannot tell from 0. Throws `Data`
 * unless it is a number of at least 0 that float32 can hold.
 */
export function weightIn(record: DataRecord, column: string): number {
  if (!Object.hasOwn(record.values, column)) {
    const columns = quotedColumns(Object.keys(record.values));
    throw recordError(record, null, problem('data.rowWithoutColumn', { column, columns }));
  }
  const value = record.values[column];
  const weight = numberIn(value);
  if (weight !== null && weight >= 0) {
    const single = Math.fround(weight);
    if (Number.isFinite(single)) return single === 0 ? 0 : weight;
  }
  throw recordError(record, column, problem('data.notWeight', { found: shownValue(value) }));
}
