import path from 'node:path';
import { Readable } from 'node:stream';
import { CsvError, parse, type Info } from 'csv-parse';
import * as z from 'zod';
import { FORMAT_OF_EXTENSION, TABLE_FORMATS, type DataFormat } from '../core/data/dataFormats.js';
import { recordError, type DataRecord } from '../core/data/labelledRows.js';
import { AppError } from '../core/errors.js';
import { decodeFile, readTextFile } from './textFiles.js';

export interface LabelledFileOptions {
  readonly shownAs: string;
  /** Null to go by the file's ending. */
  readonly format: DataFormat | null;
  /** Hears of rows that are left out; it may throw. Without it they are thrown. */
  readonly onBad?: (error: AppError) => void;
}

/**
 * The records of a labelled file, one by one, in order. Throws `Data` with the line of a row that
 * cannot be read, `UserInput` for a file whose format its ending does not tell.
 */
export function readRecords(
  file: string,
  { shownAs, format, onBad = rethrow }: LabelledFileOptions,
): AsyncGenerator<DataRecord> {
  const known = format ?? formatOf(shownAs);
  switch (known) {
    case 'csv':
      return readTable(file, { shownAs, format: 'csv', onBad });
    case 'tsv':
      return readTable(file, { shownAs, format: 'tsv', onBad });
    case 'jsonl':
      return readJsonLines(file, { shownAs, onBad });
    case 'json':
      return readJson(file, shownAs);
    case 'conll':
      return readConll(file, shownAs);
    case 'parquet':
    case 'txt':
    case 'md':
    case 'html':
    case 'code':
    case null:
      throw new AppError({
        code: 'UserInput',
        details: {
          problem: `${shownAs} is no table: it has no columns.`,
          remedy: `Choose a table, or say how it is written with --format: ${TABLE_FORMATS.join(', ')}.`,
        },
      });
  }
}

/** The format that a file's ending tells; null where it tells none. */
export function formatOf(file: string): DataFormat | null {
  return FORMAT_OF_EXTENSION[path.extname(file).toLowerCase()] ?? null;
}

function rethrow(error: AppError): never {
  throw error;
}

interface TableOptions {
  readonly shownAs: string;
  readonly onBad: (error: AppError) => void;
}

const CSV_DELIMITERS = [',', ';', '\t', '|'];

/**
 * A table whose first row names the columns. CSV as RFC 4180, with the delimiter that its first row
 * uses; TSV with quotes as they stand unless they enclose a whole value, as both are found.
 */
async function* readTable(
  file: string,
  { shownAs, format, onBad }: TableOptions & { format: 'csv' | 'tsv' },
): AsyncGenerator<DataRecord> {
  const chunks = withLineFeeds(decodeFile(file, { shownAs }));
  const start = await firstLine(chunks);
  const delimiter = format === 'tsv' ? '\t' : mostFrequent(start, CSV_DELIMITERS);
  const parser = parse({
    delimiter,
    quote: format === 'tsv' ? null : '"',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
  });
  const source = Readable.from(rest(start, chunks));
  source.on('error', (thrown) => parser.destroy(thrown));
  source.pipe(parser);
  let columns: readonly string[] | null = null;
  try {
    for await (const entry of parser) {
      const { record, info } = entry as { record: string[]; info: Info };
      const fields = format === 'tsv' ? record.map(unquoted) : record;
      // The parser counts lines up to the end of a record, whose values may span several.
      const line = info.lines - fields.reduce((sum, field) => sum + lineBreaks(field), 0);
      if (columns === null) {
        columns = columnNames(fields, shownAs);
        continue;
      }
      if (fields.length !== columns.length) {
        onBad(ragged(shownAs, line, fields, columns));
        continue;
      }
      yield {
        file: shownAs,
        line,
        values: Object.fromEntries(columns.map((name, i) => [name, fields[i]!])),
      };
    }
  } catch (thrown) {
    throw thrown instanceof CsvError ? brokenTable(shownAs, thrown) : thrown;
  } finally {
    source.destroy();
  }
}

/** Every kind of line break as a line feed; the parser counts a pair inside quotes twice. */
async function* withLineFeeds(chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  let pending = '';
  for await (const chunk of chunks) {
    const text = pending + chunk;
    pending = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - pending.length).replaceAll(/\r\n?/g, '\n');
  }
  if (pending !== '') yield '\n';
}

async function firstLine(chunks: AsyncGenerator<string>): Promise<string> {
  let start = '';
  while (!start.includes('\n')) {
    const next = await chunks.next();
    if (next.done === true) break;
    start += next.value;
  }
  return start;
}

async function* rest(start: string, chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* chunks;
}

function mostFrequent(text: string, delimiters: readonly string[]): string {
  const line = /^[^\n]*/.exec(text)![0].replaceAll(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => line.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))]!;
}

function unquoted(field: string): string {
  const inner = /^"((?:[^"]|"")*)"$/.exec(field)?.[1];
  return inner === undefined ? field : inner.replaceAll('""', '"');
}

const lineBreaks = (text: string): number => text.split('\n').length - 1;

function columnNames(fields: readonly string[], file: string): readonly string[] {
  const names = fields.map((field) => field.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined && names.length > 1) return names;
  const problem =
    twice === undefined
      ? 'has one column only'
      : twice === ''
        ? 'has columns without a name'
        : `names the column "${twice}" twice`;
  throw recordError({ file, line: 1 }, null, {
    problem,
    remedy: 'Let the first line name each column once, such as text,label.',
  });
}

function ragged(
  file: string,
  line: number,
  fields: readonly string[],
  columns: readonly string[],
): AppError {
  return recordError({ file, line }, null, {
    problem: `has ${fields.length} values where the first line names ${columns.length} columns`,
    remedy: 'Put a value that holds the delimiter in double quotes, or correct the row.',
  });
}

function brokenTable(file: string, error: CsvError): AppError {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
  return recordError({ file, line }, null, {
    problem: `cannot be read as a table (${error.message})`,
    remedy: 'Double the quotes inside a quoted value, and close every quote.',
  });
}

const objectSchema = z.record(z.string(), z.unknown());

async function* readJsonLines(
  file: string,
  { shownAs, onBad }: TableOptions,
): AsyncGenerator<DataRecord> {
  for await (const { text, line } of linesOf(file, shownAs)) {
    if (text.trim() === '') continue;
    const values = parseObject(text);
    if (values !== null) yield { file: shownAs, line, values };
    else onBad(noObject({ file: shownAs, line }));
  }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return objectSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function noObject(place: { file: string; line: number }): AppError {
  return recordError(place, null, {
    problem: 'is not a JSON object',
    remedy: 'Write one object a line, such as {"text": "…", "label": "…"}.',
  });
}

/** A JSON file: a list of objects, or an object that holds one list of them. */
async function* readJson(file: string, shownAs: string): AsyncGenerator<DataRecord> {
  const { text } = await readTextFile(file, { shownAs });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw recordError({ file: shownAs, line: 1 }, null, {
      problem: `is not JSON (${why})`,
      remedy: 'Correct it; a file with one object a line has the ending .jsonl.',
    });
  }
  const lists = Array.isArray(content)
    ? [content]
    : Object.values(objectSchema.safeParse(content).data ?? {}).filter((part) =>
        Array.isArray(part),
      );
  const [list] = lists;
  if (list === undefined || lists.length > 1) {
    throw recordError({ file: shownAs, line: 1 }, null, {
      problem: 'holds no list of records, or several',
      remedy: 'Write [{"text": "…", "label": "…"}, …].',
    });
  }
  let line = 0;
  for (const entry of list as readonly unknown[]) {
    line++;
    const values = objectSchema.safeParse(entry).data;
    if (values !== undefined) yield { file: shownAs, line, values };
    else {
      throw recordError({ file: shownAs, line }, null, {
        problem: 'this entry of the list is not an object',
        remedy: 'Write [{"text": "…", "label": "…"}, …].',
      });
    }
  }
}

/**
 * Sentences of a CoNLL file: a word and its tag a line, first and last of columns that white space
 * or tabs separate, sentences apart by an empty line. CoNLL-U lines give form and universal tag.
 */
async function* readConll(file: string, shownAs: string): AsyncGenerator<DataRecord> {
  let tokens: string[] = [];
  let tags: string[] = [];
  let first = 0;
  const sentence = (): DataRecord => ({ file: shownAs, line: first, values: { tokens, tags } });
  for await (const { text, line } of linesOf(file, shownAs)) {
    if (text.startsWith('# ') || text.startsWith('-DOCSTART-')) continue;
    if (text.trim() === '') {
      if (tokens.length > 0) yield sentence();
      [tokens, tags] = [[], []];
      continue;
    }
    const columns = text.includes('\t') ? text.trim().split('\t') : text.trim().split(/\s+/);
    const isUniversal = columns.length === 10 && /^\d+([-.]\d+)?$/.test(columns[0]!);
    if (isUniversal && !/^\d+$/.test(columns[0]!)) continue;
    const [token, tag] = isUniversal ? [columns[1], columns[3]] : [columns[0], columns.at(-1)];
    if (token === undefined || tag === undefined || columns.length < 2) {
      throw recordError({ file: shownAs, line }, null, {
        problem: 'holds a word without a tag',
        remedy: 'Write a word and its tag a line, with a tab or a space between them.',
      });
    }
    if (tokens.length === 0) first = line;
    tokens.push(token);
    tags.push(tag);
  }
  if (tokens.length > 0) yield sentence();
}

async function* linesOf(
  file: string,
  shownAs: string,
): AsyncGenerator<{ text: string; line: number }> {
  let line = 0;
  let pending = '';
  for await (const chunk of decodeFile(file, { shownAs })) {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop()!;
    for (const text of lines) yield { text: text.replace(/\r$/, ''), line: ++line };
  }
  if (pending !== '') yield { text: pending.replace(/\r$/, ''), line: line + 1 };
}
