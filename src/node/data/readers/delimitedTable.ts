import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { message, problem } from '../../../core/messages/message.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { RowSplitter, type Row } from './delimitedRows.js';
import { tooLong, type ReaderOptions } from './reader.js';

const CSV_DELIMITERS = [',', ';', '\t', '|'];
const OTHER_DELIMITERS = [',', ';', '\t', '|', ':', '^', '~', '\u0001'];

/**
 * Rows of a table whose first row names the columns. CSV follows RFC 4180 with the delimiter of its
 * first row. In TSV, quotes are ordinary characters unless they enclose a whole value, since files
 * of both kinds exist.
 */
export async function* readTable(
  file: string,
  options: ReaderOptions & { readonly format: 'csv' | 'tsv' },
): AsyncGenerator<DataRecord> {
  const { shownAs, onBad, signal } = options;
  const pace = new Pace(signal);
  let columns: readonly string[] | null = null;
  for await (const rows of rowsOf(file, options)) {
    for (const row of rows) {
      if (pace.isOver) await pace.turn();
      if (row === null) continue;
      if (columns === null) columns = columnNames(row, shownAs);
      else {
        const record = recordOf(row, { columns, file: shownAs, onBad });
        if (record !== null) yield record;
      }
    }
  }
}

/** Rows of a file, chunk by chunk. */
async function* rowsOf(
  file: string,
  options: ReaderOptions & { readonly format: 'csv' | 'tsv' },
): AsyncGenerator<Iterable<Row | null>> {
  const { shownAs, format, onBad } = options;
  let splitter: RowSplitter | null = null;
  let start = '';
  const splitterFor = (text: string): RowSplitter =>
    new RowSplitter({
      delimiter: format === 'tsv' ? '\t' : mostFrequent(text),
      hasQuotes: format === 'csv',
      onBad: (line, reason) => {
        onBad(badRow({ file: shownAs, line }, reason));
      },
    });
  for await (const piece of decodeFile(file, options)) {
    start = splitter === null ? start + piece : piece;
    if (splitter === null && !/\S.*[\n\r]/.test(start) && start.length < 1e6) continue;
    splitter ??= splitterFor(start);
    yield splitter.push(start);
    start = '';
  }
  if (splitter === null) {
    splitter = splitterFor(start);
    yield splitter.push(start);
  }
  yield splitter.end();
}

function mostFrequent(text: string): string {
  const line = /[^\n\r]*\S[^\n\r]*/.exec(text)?.[0].replaceAll(/"[^"]*"/g, '') ?? '';
  const counts = CSV_DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return CSV_DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

function columnNames({ fields, line }: Row, file: string): readonly string[] {
  const names = fields.map((field) => field.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw recordError(
      { file, line },
      null,
      twice === ''
        ? problem('data.unnamedColumn')
        : problem('data.repeatedColumn', { column: twice }),
    );
  }
  const other = OTHER_DELIMITERS.find((delimiter) => names[0]!.includes(delimiter));
  if (names.length > 1 || other === undefined) return names;
  const told = { column: shorten(names[0]!), delimiter: JSON.stringify(other) };
  throw recordError({ file, line }, null, problem('data.wrongDelimiter', told));
}

function recordOf(
  { fields, line }: Row,
  context: {
    readonly columns: readonly string[];
    readonly file: string;
    readonly onBad: (error: AppError) => void;
  },
): DataRecord | null {
  const { columns, file, onBad } = context;
  // Spreadsheets also write the empty rows below the last one.
  if (fields.length > 1 && fields.every((field) => field.trim() === '')) return null;
  if (fields.length !== columns.length) {
    onBad(ragged({ file, line }, fields, columns));
    return null;
  }
  return { file, line, values: Object.fromEntries(columns.map((name, i) => [name, fields[i]!])) };
}

function ragged(
  place: { file: string; line: number },
  fields: readonly string[],
  columns: readonly string[],
): AppError {
  const counts = {
    columns: message('data.columnCount', { count: columns.length }),
    values: message('data.valueCount', { count: fields.length }),
  };
  return recordError(place, null, problem('data.wrongColumnCount', counts));
}

function badRow(
  place: { file: string; line: number },
  reason: 'openQuote' | 'strayQuote' | 'tooLong',
): AppError {
  if (reason === 'tooLong') return tooLong(place, 'data.rowTooLong');
  return recordError(
    place,
    null,
    problem(reason === 'openQuote' ? 'data.unclosedQuote' : 'data.textAfterQuote'),
  );
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
