import { AppError } from '../errors.js';
import { guessTextColumns } from './columns.js';
import { documentRows, type DocumentRowOptions } from './documentRows.js';
import { labelsOf, requireLabel, type AnswerOptions, type DataRecord } from './labelledRows.js';
import { cellText } from '../text/csvRows.js';

/** A row of a document with a text to classify. */
export interface RowToClassify {
  readonly text: string;
  readonly pair: string | null;
  /** Labels that the row has; `null` without any. */
  readonly labels: readonly string[] | null;
  /** Offset behind the row. */
  readonly end: number;
}

export interface RowsToClassifyOptions extends DocumentRowOptions {
  /** Reading of the classifier’s data; columns that the document lacks are guessed. `null` to guess all. */
  readonly labelled: Pick<AnswerOptions, 'columns' | 'labelDelimiter' | 'merged'> | null;
  /** Whether the classifier reads pairs of texts. */
  readonly readsPairs: boolean;
  /** Offset from which on rows are wanted, and the last line, from 1. */
  readonly from: number;
  readonly lastLine: number;
}

/** Rows by which columns are guessed. */
const FIRST_ROWS = 1000;

interface RowReading {
  readonly text: string;
  readonly pair: string | null;
  readonly answer: AnswerOptions | null;
}

/**
 * The texts of rows of a document that end behind an offset, up to a line; rows with an empty text are
 * left out. `null` if it cannot be told which column has the texts.
 */
export function rowsToClassify(
  document: string,
  options: RowsToClassifyOptions,
): RowToClassify[] | null {
  const { from, lastLine } = options;
  const reading = readingOf(document, options);
  if (reading === null) return null;
  const texts: RowToClassify[] = [];
  for (const { record, end } of documentRows(document, options)) {
    if (record.line > lastLine) break;
    if (end < from) continue;
    const text = textIn(record, reading.text);
    if (text.trim() === '') continue;
    const pair = reading.pair === null ? null : textIn(record, reading.pair);
    texts.push({ text, pair, labels: labelsIn(record, reading.answer), end });
  }
  return texts;
}

function readingOf(
  document: string,
  { labelled, readsPairs, ...options }: RowsToClassifyOptions,
): RowReading | null {
  const first: DataRecord[] = [];
  for (const { record } of documentRows(document, options)) {
    first.push(record);
    if (first.length === FIRST_ROWS) break;
  }
  if (first.length === 0) return { text: '', pair: null, answer: null };
  const has = (column: string | null | undefined): column is string =>
    column != null && first.some(({ values }) => Object.hasOwn(values, column));
  try {
    const named = labelled?.columns;
    const guessed = guessTextColumns(first, {
      ...(has(named?.text) && { text: named.text }),
      ...(has(named?.pair) && { pair: named.pair }),
      ...(has(named?.labels[0]) && { label: named.labels[0] }),
    });
    const isNamed = named?.labels.every(has) === true;
    const labels = isNamed ? named.labels : guessed.label === null ? [] : [guessed.label];
    const pair = readsPairs ? guessed.pair : null;
    return {
      ...{ text: guessed.text, pair },
      answer:
        labels.length === 0
          ? null
          : {
              columns: { text: guessed.text, pair, labels },
              labelDelimiter: labelled?.labelDelimiter ?? null,
              ...(labelled?.merged && { merged: labelled.merged }),
            },
    };
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}

/** The text of a row as classifying its file reads it. */
function textIn({ values }: DataRecord, column: string): string {
  const value = values[column];
  return Array.isArray(value) ? value.join(' ') : (cellText(value) ?? '');
}

function labelsIn(record: DataRecord, answer: AnswerOptions | null): readonly string[] | null {
  if (answer === null) return null;
  try {
    requireLabel(record, answer);
    return labelsOf(record, answer);
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}
