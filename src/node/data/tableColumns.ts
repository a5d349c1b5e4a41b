import { columnNamesIn, guessColumns, guessTextColumns } from '../../core/data/columns.js';
import { textColumnsIn, type DataSelection } from '../../core/data/dataSelection.js';
import { type DataColumns, type DataRecord } from '../../core/data/labelledRows.js';
import { numberIn } from '../../core/data/numberFormat.js';
import type { TextColumns } from '../../core/data/records.js';
import { AppError } from '../../core/errors.js';
import type { DataReading, DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { LabelledData } from '../../core/runs/schema.js';

type Selected = Pick<DataSelection, 'columns' | 'format'>;

/** Columns of a table, determined from its first rows. */
export interface TableLayout {
  readonly table: NonNullable<DataSnapshot['table']>;
  readonly labelled: LabelledData | null;
  /** Text columns for masked language modeling; `null` if they are guessed for each table. */
  readonly text: TextColumns | null;
}

/** Layout of tables, with labels if there are any. Throws `Data` if columns cannot be determined. */
export function labelledLayout(
  first: readonly DataRecord[],
  selected: Selected,
  reading: DataReading,
): TableLayout {
  const labelled = labelledDataOf(first, selected, reading);
  if (labelled === null) return textLayout(first, selected);
  const { text, pair, labels } = labelled.columns;
  const { columns } = selected;
  const asText = orNull(() => textOnly(first, { ...columns, text }));
  return {
    table: { names: columnNamesIn(first), columns: { text, pair, labels: [...labels] } },
    labelled,
    text: asText,
  };
}

/** Layout of tables that are read as text. Throws `Data` if columns cannot be determined. */
export function textLayout(first: readonly DataRecord[], { columns }: Selected): TableLayout {
  const { text } = guessTextColumns(
    first,
    columns.text === undefined ? {} : { text: columns.text },
  );
  return {
    table: { names: columnNamesIn(first), columns: { text, pair: null, labels: [] } },
    labelled: null,
    text: namesTextColumns(columns) ? textOnly(first, columns) : null,
  };
}

/** Whether columns are selected that running text cannot have. */
export function namesTextColumns({ text, group, split }: DataSelection['columns']): boolean {
  return text !== undefined || group !== undefined || split !== undefined;
}

function textOnly(first: readonly DataRecord[], columns: DataSelection['columns']): TextColumns {
  const { text, group, split } = textColumnsIn(columns);
  const named = {
    ...(text === undefined ? {} : { text }),
    ...(group === undefined ? {} : { group }),
    ...(split === undefined ? {} : { split }),
  };
  return { ...guessTextColumns(first, named), pair: null, label: null };
}

/** `null` if no labels are requested and there are none. */
function labelledDataOf(
  records: readonly DataRecord[],
  { columns, format }: Selected,
  reading: DataReading,
): LabelledData | null {
  const { text: named, pair: namedPair, labels: namedLabels } = columns;
  if (namedLabels?.length === 0) return null;
  if (!asksForLabels(columns, reading) && isTextAlone(records, named)) return null;
  const { text, pair, labels } = guessColumns(records, {
    ...(named === undefined ? {} : { text: named }),
    ...(namedPair === undefined ? {} : { pair: namedPair }),
    ...(namedLabels === undefined ? {} : { labels: namedLabels }),
  });
  const found: DataColumns = { text, pair, labels };
  return {
    format,
    columns: { ...found, labels: [...labels] },
    labelDelimiter: reading.labelDelimiter === '' ? null : reading.labelDelimiter,
  };
}

function asksForLabels(
  { pair, labels }: DataSelection['columns'],
  { task, labelDelimiter, loss, labelSmoothing, classWeights }: DataReading,
): boolean {
  const options = [task, labelDelimiter, loss, labelSmoothing, classWeights];
  return pair !== undefined || labels !== undefined || options.some((option) => option !== null);
}

/** Whether records consist of a text without labels: other columns are identifiers at most. */
function isTextAlone(records: readonly DataRecord[], textColumn: string | undefined): boolean {
  const named = textColumn === undefined ? {} : { text: textColumn };
  const text = orNull(() => guessTextColumns(records, named));
  if (text === null || text.label !== null) return false;
  const guessed = orNull(() => guessColumns(records, named));
  return guessed?.labels.every((column) => isIdentifier(records, column)) ?? true;
}

/** Minimum rows for which distinct values mean identifiers; fewer rows can all have different labels. */
const MANY_ROWS = 20;

function isIdentifier(records: readonly DataRecord[], column: string): boolean {
  const values = new Set(records.map(({ values: row }) => JSON.stringify(row[column])));
  const hasFraction = [...values].some((value) => numberIn(value) !== null && /[.e]/i.test(value));
  return records.length >= MANY_ROWS && values.size === records.length && !hasFraction;
}

function orNull<T>(guess: () => T): T | null {
  try {
    return guess();
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}
