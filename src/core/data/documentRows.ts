import { AlignedText, AlignedTextBuilder } from '../text/alignedText.js';
import { RefusedFile } from '../fileProblem.js';
import { dataExtensionOf, FORMAT_OF_EXTENSION, isCompressed } from './dataFormats.js';
import { RowSplitter, type CellPlace, type Row } from './delimitedRows.js';
import { parseExactJson } from './exactJson.js';
import type { FileDialect } from './fileDialect.js';
import { alignedJsonValue } from './jsonValuePlaces.js';
import type { DataRecord } from './labelledRows.js';
import { LONGEST_LINE } from './paragraphs.js';
import { fitsColumns, namedColumns, numberedColumns, valuesByColumn } from './rowColumns.js';
import { tableStart } from './tableStart.js';

/** Formats of tables that an editor shows as their rows. */
export const DOCUMENT_FORMATS = ['csv', 'tsv', 'jsonl'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** A row of a table that is open in an editor, with places in the document. */
export interface DocumentRow {
  /** As the readers of files give it. */
  readonly record: DataRecord;
  /** Offset behind the row's last character. */
  readonly end: number;
  /**
   * The text of a column, with UTF-16 offsets into the document; `null` if the value is not text, or if
   * its characters cannot be told from the document for certain.
   */
  cell(column: string): AlignedText | null;
}

export interface DocumentRowOptions {
  readonly format: DocumentFormat;
  readonly dialect: Pick<FileDialect, 'hasHeader' | 'backslashEscapes'>;
  /** Name of the file in records. */
  readonly file: string;
}

/** Format of a document by its name; `null` if it is not a table that an editor shows as rows. */
export function documentFormatOf(file: string): DocumentFormat | null {
  if (isCompressed(file)) return null;
  const format = FORMAT_OF_EXTENSION[dataExtensionOf(file)];
  return DOCUMENT_FORMATS.find((known) => known === format) ?? null;
}

/** Rows of the text of a table in order, read lazily. Rows that cannot be read are skipped. */
export function documentRows(text: string, options: DocumentRowOptions): Generator<DocumentRow> {
  return options.format === 'jsonl'
    ? jsonRows(text, options)
    : delimitedRows(text, { ...options, format: options.format });
}

function* delimitedRows(
  text: string,
  { format, dialect, file }: DocumentRowOptions & { readonly format: 'csv' | 'tsv' },
): Generator<DocumentRow> {
  const { delimiter, skipped, firstLine } = tableStart(text, format);
  const hasEscapes = dialect.backslashEscapes;
  const splitter = new RowSplitter({
    ...{ delimiter, hasEscapes, firstLine, hasQuotes: format === 'csv', withPlaces: true },
    onBad: () => undefined,
  });
  let columns = null;
  for (const row of rowsOf(splitter, text.slice(skipped))) {
    const { fields, line, places } = row;
    if (columns === null) {
      columns = dialect.hasHeader ? namedColumns(fields) : numberedColumns(fields.length);
      if (dialect.hasHeader) continue;
    }
    const isBlank = fields.length !== 1 && fields.every((field) => field.trim() === '');
    if (isBlank || fields.some((field) => field.includes('\0'))) continue;
    if (!fitsColumns(fields, columns)) continue;
    const { names } = columns;
    yield {
      record: { file, line, values: valuesByColumn(fields, columns), ...columns.repeated },
      end: skipped + places!.end,
      cell: (column) => {
        const at = names.indexOf(column);
        const place = places!.cells[at];
        if (place === undefined) return null;
        const aligned = alignedCell(text, moved(place, skipped), { hasEscapes });
        return aligned.text === fields[at] ? aligned : null;
      },
    };
  }
}

function* rowsOf(splitter: RowSplitter, text: string): Generator<Row> {
  for (const rows of [splitter.push(text), splitter.end()]) {
    for (const row of rows) if (row !== null) yield row;
  }
}

function moved({ start, end, isQuoted }: CellPlace, by: number): CellPlace {
  return { start: start + by, end: end + by, isQuoted };
}

/** Parts of a written cell that stand for another text, and those of a table with escapes. */
const WRITTEN = /\r\n?|""/g;
const WRITTEN_OR_ESCAPED = /\r\n?|""|\\[^]/g;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function alignedCell(
  text: string,
  { start, end, isQuoted }: CellPlace,
  { hasEscapes }: { readonly hasEscapes: boolean },
): AlignedText {
  const written = AlignedText.of(text.slice(start, end), start);
  const result = new AlignedTextBuilder();
  let from = 0;
  for (const { 0: part, index } of written.text.matchAll(
    hasEscapes ? WRITTEN_OR_ESCAPED : WRITTEN,
  )) {
    const isEscape = part.startsWith('\\');
    if (!isEscape && !isQuoted) continue;
    result.copy(written, from, index);
    from = index + part.length;
    const escaped = isEscape ? (ESCAPED[part.charAt(1)] ?? part.slice(1)) : null;
    result.replace(escaped ?? (part === '""' ? '"' : '\n'), written, index, from);
  }
  if (from === 0) return written;
  result.copy(written, from, written.length);
  return result.build();
}

function* jsonRows(text: string, { file }: DocumentRowOptions): Generator<DocumentRow> {
  let line = 0;
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed === -1 ? text.length : feed + 1;
    const written = text.slice(start, feed === -1 ? next : feed);
    const row = jsonRow(written, { file, line: ++line, start });
    if (row !== null) yield row;
    start = next;
  }
}

function jsonRow(
  written: string,
  { file, line, start }: { readonly file: string; readonly line: number; readonly start: number },
): DocumentRow | null {
  if (written.length > LONGEST_LINE || written.trim() === '' || written.includes('\0')) return null;
  const values = parsed(written);
  if (values === null) return null;
  return {
    record: { file, line, values },
    end: start + written.trimEnd().length,
    cell: (column) => alignedJsonValue(written, column, start),
  };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const values = parseExactJson(line);
    const isObject = typeof values === 'object' && values !== null && !Array.isArray(values);
    return isObject ? (values as Record<string, unknown>) : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof RefusedFile) return null;
    throw thrown;
  }
}
