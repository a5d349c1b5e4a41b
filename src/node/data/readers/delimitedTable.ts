import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { RowSplitter, type Row } from './delimitedRows.js';
import { tooLong, type ReaderOptions } from './reader.js';

const CSV_DELIMITERS = [',', ';', '\t', '|'];
const OTHER_DELIMITERS = [',', ';', '\t', '|', ':', '^', '~', '\u0001'];

/**
 * A table whose first row names the columns. CSV as RFC 4180, with the delimiter that its first row
 * uses; TSV with quotes as they stand unless they enclose a whole value, as both are found.
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

/** The rows of a file, piece by piece. */
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
      onBad: (line, problem) => {
        onBad(badRow({ file: shownAs, line }, problem));
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
    throw recordError({ file, line }, null, {
      problem: twice === '' ? 'has columns without a name' : `names the column "${twice}" twice`,
      remedy: 'Let the first line name each column once, such as text,label.',
    });
  }
  const other = OTHER_DELIMITERS.find((delimiter) => names[0]!.includes(delimiter));
  if (names.length > 1 || other === undefined) return names;
  throw recordError({ file, line }, null, {
    problem: `names one column only, "${shorten(names[0]!)}", which holds ${JSON.stringify(other)}`,
    remedy:
      'Separate the columns with commas, semicolons, tabs or | in a .csv file, with tabs in a .tsv file.',
  });
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
  // Spreadsheets write the rows below the last one too.
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
  const have = fields.length === 1 ? '1 value' : `${fields.length} values`;
  const names = columns.length === 1 ? '1 column' : `${columns.length} columns`;
  return recordError(place, null, {
    problem: `has ${have} where the first line names ${names}`,
    remedy: 'Put a value that holds the delimiter in double quotes, or correct the row.',
  });
}

function badRow(
  place: { file: string; line: number },
  problem: 'openQuote' | 'strayQuote' | 'tooLong',
): AppError {
  if (problem === 'tooLong') return tooLong(place, 'the row');
  return recordError(place, null, {
    problem:
      problem === 'openQuote'
        ? 'opens a quote that is never closed'
        : 'goes on behind the closing quote of a value',
    remedy: 'Double the quotes inside a quoted value, and close every quote.',
  });
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
