import { AppError } from '../errors.js';
import { guessColumns } from '../data/columns.js';
import { documentRows, type DocumentRow, type DocumentRowOptions } from '../data/documentRows.js';
import type { DataColumns } from '../data/labelledRows.js';
import { recordKey } from '../data/scanLabels.js';
import { wordKey } from './auditedText.js';
import type { TextSaliences } from './auditReport.js';

/** A word of an audited text at its place in a document. */
export interface PlacedWord {
  /** As it is written in the text. */
  readonly text: string;
  /** Effect on the label that is predicted for its text. */
  readonly effect: number;
  /** UTF-16 offsets in the document. */
  readonly start: number;
  readonly end: number;
}

/** An audited text that a document still has. */
export interface PlacedText {
  readonly label: string | null;
  readonly predicted: string;
  /** First line of its row, from 1, and the offset behind the row. */
  readonly line: number;
  readonly end: number;
  readonly words: readonly PlacedWord[];
}

export interface PlacedSaliences {
  readonly texts: readonly PlacedText[];
  /** Texts that are not in the document anymore where they were, or whose places are uncertain. */
  readonly changed: number;
}

export interface PlaceOptions extends DocumentRowOptions {
  /** Columns that the audit read; `null` to guess them as it did. */
  readonly columns: DataColumns | null;
}

/** Rows by which columns are guessed. */
const FIRST_ROWS = 1000;

/**
 * Places of the words of audited texts in the document of their file. A text is found by its line, and
 * only if the row there has exactly this text; of an audit without hashes, if it has all of its words.
 */
export function placeSaliences(
  document: string,
  saliences: readonly TextSaliences[],
  options: PlaceOptions,
): PlacedSaliences {
  const columns = columnsOf(document, options);
  const wanted = new Map(saliences.map((text) => [text.line, text]));
  const texts: PlacedText[] = [];
  if (columns === null) return { texts, changed: saliences.length };
  const last = Math.max(0, ...wanted.keys());
  for (const row of documentRows(document, options)) {
    const { line } = row.record;
    if (line > last) break;
    const text = wanted.get(line);
    const words = text === undefined ? null : placedWords(row, text, columns);
    if (text === undefined || words === null) continue;
    texts.push({ ...{ label: text.label, predicted: text.predicted }, line, end: row.end, words });
  }
  return { texts, changed: saliences.length - texts.length };
}

/** Columns of a table as an audit reads them; `null` if they cannot be told. */
function columnsOf(
  document: string,
  { columns, ...options }: PlaceOptions,
): Pick<DataColumns, 'text' | 'pair'> | null {
  const first = [];
  for (const { record } of documentRows(document, options)) {
    first.push(record);
    if (first.length === FIRST_ROWS) break;
  }
  if (first.length === 0) return null;
  try {
    return guessColumns(first, columns ?? {});
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}

/** The words of a row at their places; `null` if the row does not have the audited text. */
function placedWords(
  row: DocumentRow,
  { key, words }: TextSaliences,
  columns: Pick<DataColumns, 'text' | 'pair'>,
): PlacedWord[] | null {
  const text = row.cell(columns.text);
  const pair = columns.pair === null ? null : row.cell(columns.pair);
  if (text === null || (columns.pair !== null && pair === null)) return null;
  if (key !== undefined && recordKey(text.text, pair?.text ?? null) !== key) return null;
  const placed: PlacedWord[] = [];
  for (const { word, effect, ranges } of words) {
    for (const { part, start, end } of ranges) {
      const cell = part === 'text' ? text : pair;
      const written = cell?.text.slice(start, end) ?? '';
      if (cell === null || written.length !== end - start || wordKey(written) !== word) return null;
      const place = { start: cell.startOf(start), end: cell.endOf(end - 1) };
      placed.push({ text: written, effect, ...place });
    }
  }
  return placed;
}
