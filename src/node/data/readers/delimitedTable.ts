import { guessFirstLine, ROWS_BELOW_HEADER } from '../../../core/data/headerGuess.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { message, problem } from '../../../core/messages/message.js';
import { USUAL_DIALECT } from '../../../core/data/fileDialect.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { RowSplitter, type Row, type RowProblem } from '../../../core/data/delimitedRows.js';
import { tableStart } from '../../../core/data/tableStart.js';
import { tooLong, withNul, type ReaderOptions } from './reader.js';
import {
  fitsColumns,
  namedColumns,
  numberedColumns,
  valuesByColumn,
  wrongColumnCount,
  type RowColumns,
} from '../../../core/data/rowColumns.js';

const OTHER_DELIMITERS = [',', ';', '\t', '|', ':', '^', '~', '\u0001'];

type TableOptions = ReaderOptions & { readonly format: 'csv' | 'tsv' };

/**
 * Rows of a table whose first row names the columns, unless the dialect says that it is a row. CSV
 * follows RFC 4180 with the delimiter of its first row, or the one in Excel's `sep=` line. In TSV,
 * quotes are ordinary characters unless they enclose a whole value, since files of both kinds exist.
 */
export async function* readTable(file: string, options: TableOptions): AsyncGenerator<DataRecord> {
  const { signal } = options;
  const pace = new Pace(signal);
  const table = new TableRows(options);
  for await (const rows of rowsOf(file, options)) {
    for (const row of rows) {
      if (pace.isOver) await pace.turn();
      const record = row === null ? null : table.recordOf(row);
      if (record !== null) yield record;
    }
  }
  table.end();
}

/** Rows of a file, chunk by chunk. */
async function* rowsOf(file: string, options: TableOptions): AsyncGenerator<Iterable<Row | null>> {
  let splitter: RowSplitter | null = null;
  let start = '';
  for await (const piece of decodeFile(file, options)) {
    start = splitter === null ? start + piece : piece;
    if (splitter === null && !/\S.*[\n\r]./.test(start) && start.length < 1e6) continue;
    if (splitter === null) [splitter, start] = splitterFor(start, options);
    yield splitter.push(start);
    start = '';
  }
  if (splitter === null) {
    [splitter, start] = splitterFor(start, options);
    yield splitter.push(start);
  }
  yield splitter.end();
}

/** Splitter for a file that starts with a text, and the rest of that text. */
function splitterFor(start: string, options: TableOptions): [RowSplitter, string] {
  const { shownAs, format, onBad, dialect = USUAL_DIALECT } = options;
  const { delimiter, skipped, firstLine } = tableStart(start, format);
  const splitter = new RowSplitter({
    delimiter,
    hasQuotes: format === 'csv',
    hasEscapes: dialect.backslashEscapes,
    keepsBlank: options.keepsBlank,
    firstLine,
    onBad: (line, reason) => {
      onBad(badRow({ file: shownAs, line }, reason));
    },
  });
  return [splitter, start.slice(skipped)];
}

/** Makes records of the rows of one table, and reports a first line that looks like a row. */
class TableRows {
  private columns: RowColumns | null = null;
  private header: readonly string[] | null = null;
  private readonly below: (readonly string[])[] = [];

  constructor(private readonly options: TableOptions) {}

  /** `null` for the header, a skipped row and an invalid one. Throws `Data` for an invalid header. */
  recordOf(row: Row): DataRecord | null {
    const { shownAs: file, dialect = USUAL_DIALECT, onBad, keepsBlank = false } = this.options;
    const { fields, line } = row;
    const place = { file, line };
    if (this.columns === null) {
      if (fields.length === 0) return null;
      refuseWrongDelimiter(row, file);
      const { hasHeader } = dialect;
      this.columns = hasHeader ? namedColumns(fields) : numberedColumns(fields.length);
      if (hasHeader) {
        this.header = fields;
        return null;
      }
    }
    // Spreadsheets also write the empty rows below the last one.
    const isBlank = fields.length !== 1 && fields.every((field) => field.trim() === '');
    if (isBlank) return keepsBlank ? { ...place, values: {} } : null;
    if (fields.some((field) => field.includes('\0'))) {
      onBad(withNul(place));
      return null;
    }
    const { columns } = this;
    if (!fitsColumns(fields, columns)) {
      onBad(wrongColumnCount(place, { columns: columns.names.length, values: fields.length }));
      return null;
    }
    this.compare(fields);
    return { ...place, values: valuesByColumn(fields, columns), ...columns.repeated };
  }

  end(): void {
    const { header, below, options } = this;
    this.header = null;
    const isCertain = options.dialect?.isHeaderCertain === true;
    if (header === null || isCertain || guessFirstLine(header, below) !== 'row') return;
    const line = shorten(header.join(' | '));
    options.onDoubt?.(message('data.firstLineIsRow', { file: options.shownAs, line }));
  }

  private compare(fields: readonly string[]): void {
    if (this.header === null) return;
    this.below.push(fields);
    if (this.below.length === ROWS_BELOW_HEADER) this.end();
  }
}

function refuseWrongDelimiter({ fields, line }: Row, file: string): void {
  const [only = '', ...others] = fields;
  const other = OTHER_DELIMITERS.find((delimiter) => only.includes(delimiter));
  if (others.length > 0 || other === undefined) return;
  const told = { column: shorten(only), delimiter: JSON.stringify(other) };
  throw recordError({ file, line }, null, problem('data.wrongDelimiter', told));
}

function badRow(place: { file: string; line: number }, reason: RowProblem): AppError {
  switch (reason) {
    case 'tooLong':
      return tooLong(place, 'data.rowTooLong');
    case 'openQuote':
      return recordError(place, null, problem('data.unclosedQuote'));
    case 'strayQuote':
      return recordError(place, null, problem('data.textAfterQuote'));
    case 'escapedQuote':
      return recordError(place, null, problem('data.escapedQuote'));
  }
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
