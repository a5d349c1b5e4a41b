import {
  guessTextColumns,
  splitNameOf,
  type NamedTextColumns,
} from '../../../core/data/columns.js';
import {
  recordError,
  textOf,
  tagsOf,
  wordsOf,
  type DataRecord,
} from '../../../core/data/labelledRows.js';
import { listIn } from '../../../core/data/listTexts.js';
import type { TextColumns, TextRecord } from '../../../core/data/records.js';
import type { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { AlignedText } from '../../../core/text/alignedText.js';
import { isBadData } from './fileErrors.js';
import type { ReaderOptions } from './reader.js';

/** Number of rows from which columns are guessed. */
export const FIRST_ROWS = 1_000;

export interface RowTextOptions extends Pick<ReaderOptions, 'onBad'> {
  readonly columns: NamedTextColumns | null;
  /** Called for each row of words whose tags do not fit them; its text is used nevertheless. */
  readonly onBadTags?: ((error: AppError) => void) | undefined;
}

/**
 * Texts of table rows, with the values of the other columns. Throws `Data` if the columns cannot be
 * determined or a named column is missing in the first rows.
 */
export async function* textRecordsOf(
  rows: AsyncGenerator<DataRecord>,
  { columns: named, onBad, onBadTags }: RowTextOptions,
): AsyncGenerator<TextRecord> {
  const read = (row: DataRecord, columns: TextColumns): TextRecord | null => {
    try {
      const record = textRecord(row, columns);
      if (onBadTags !== undefined) checkTags(row, columns, onBadTags);
      return record;
    } catch (thrown) {
      if (!isBadData(thrown)) throw thrown;
      onBad(thrown);
      return null;
    }
  };
  try {
    const { first, failure } = await firstOf(rows, FIRST_ROWS);
    const columns = first.length === 0 ? null : guessTextColumns(first, named ?? {});
    for (const row of first) {
      const record = read(row, columns!);
      if (record !== null) yield record;
    }
    if (failure !== null) throw failure.thrown;
    if (columns === null) return;
    for await (const row of rows) {
      const record = read(row, columns);
      if (record !== null) yield record;
    }
  } finally {
    // Closes the file if the consumer stops early.
    await rows.return(undefined);
  }
}

/** The first values of a generator, which stays open. An error is returned with the values before it. */
export async function firstOf<T>(
  source: AsyncGenerator<T>,
  most: number,
): Promise<{ first: T[]; failure: { thrown: unknown } | null }> {
  const first: T[] = [];
  try {
    while (first.length < most) {
      const next = await source.next();
      if (next.done === true) break;
      first.push(next.value);
    }
  } catch (thrown) {
    return { first, failure: { thrown } };
  }
  return { first, failure: null };
}

/** Text of a row, with the values of its other columns. Throws `Data`. */
export function textRecord(row: DataRecord, columns: TextColumns): TextRecord {
  const { file, line, values } = row;
  const text = holdsWords(values[columns.text])
    ? wordsOf(row, columns.text).join(' ')
    : textOf(row, columns.text);
  return {
    file,
    line,
    text: AlignedText.of(text),
    pair: isMissing(row, columns.pair) ? null : textOf(row, columns.pair!),
    label: columns.label === null ? null : (values[columns.label] ?? null),
    group: isMissing(row, columns.group) ? null : groupOf(row, columns.group!),
    split: columns.split === null ? null : splitNameOf(values[columns.split]),
    values,
  };
}

/** Reports tags that do not fit the words of a row. */
function checkTags(
  row: DataRecord,
  { text, label }: TextColumns,
  onBadTags: (error: AppError) => void,
): void {
  if (label === null || listIn(row.values[label]) === null || !holdsWords(row.values[text])) return;
  try {
    tagsOf(row, { columns: { text, pair: null, labels: [label] }, labelDelimiter: null });
  } catch (thrown) {
    if (!isBadData(thrown)) throw thrown;
    onBadTags(thrown);
  }
}

/** Whether a value is a list, or the JSON text of a list of words. */
function holdsWords(value: unknown): boolean {
  const list = listIn(value);
  return (
    list !== null &&
    (Array.isArray(value) || list.every((word) => typeof word === 'string' || word === null))
  );
}

function isMissing({ values }: DataRecord, column: string | null): boolean {
  const value = column === null ? null : values[column];
  return value === null || value === undefined || value === '';
}

function groupOf(row: DataRecord, column: string): string {
  const value = row.values[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw recordError(row, column, problem('data.notGroup'));
}
