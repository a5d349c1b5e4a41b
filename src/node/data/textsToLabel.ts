import path from 'node:path';
import type { AppError } from '../../core/errors.js';
import { guessTextColumns } from '../../core/data/columns.js';
import { isTableFormat } from '../../core/data/dataFormats.js';
import { textColumnsIn, type DataSelection } from '../../core/data/dataSelection.js';
import { quotedColumns, recordError, type DataRecord } from '../../core/data/labelledRows.js';
import { listIn } from '../../core/data/listTexts.js';
import type { TextColumns } from '../../core/data/records.js';
import { problem } from '../../core/messages/message.js';
import { formatOf, readRecords } from './labelledFiles.js';
import { textLinesOf } from './readers/fileLines.js';
import { FIRST_ROWS, firstOf } from './readers/rowTexts.js';
import { collectDataFiles } from './textFiles.js';

/** A text to predict labels for, with its place. */
export interface TextInFile {
  readonly file: string;
  /** Line of the file, or entry of a JSON list, from 1. */
  readonly row: number;
  /** Value of the column with ids; `null` without one. */
  readonly id: unknown;
  /** Empty for an empty line, or a row without a text. */
  readonly text: string;
  readonly pair: string | null;
}

const ID_NAMES = ['id', '_id', 'guid', 'uuid'];

/**
 * Streams the texts of files: one per row of a table and one per line of other files, empty ones
 * included. Throws `Data` for rows that cannot be read, and for columns that cannot be determined.
 */
export async function* textsToLabel(
  selection: DataSelection,
  { idColumn }: { readonly idColumn: string | undefined },
): AsyncGenerator<TextInFile> {
  const { workspaceFolder, format, dialect } = selection;
  const { files } = await collectDataFiles(selection, 'any');
  for (const { path: shownAs } of files) {
    const file = path.resolve(workspaceFolder, shownAs);
    const known = format ?? formatOf(shownAs) ?? 'txt';
    if (isTableFormat(known)) {
      const rows = readRecords(file, { shownAs, format: known, dialect, keepsBlank: true });
      yield* textsOfRows(rows, { selection, idColumn });
    } else {
      const rest = { file: shownAs, id: null, pair: null };
      for await (const lines of textLinesOf(file, { shownAs, dialect, onBad: rethrow })) {
        for (const { text, line } of lines) yield { ...rest, row: line, text };
      }
    }
  }
}

async function* textsOfRows(
  rows: AsyncGenerator<DataRecord>,
  {
    selection,
    idColumn,
  }: { readonly selection: DataSelection; readonly idColumn: string | undefined },
): AsyncGenerator<TextInFile> {
  try {
    const { first, failure } = await firstOf(rows, FIRST_ROWS);
    const filled = first.filter(({ values }) => Object.keys(values).length > 0);
    const columns =
      filled.length === 0 ? null : guessTextColumns(filled, textColumnsIn(selection.columns));
    const id = filled.length === 0 ? null : idColumnOf(filled[0]!, idColumn);
    for (const row of first) yield textIn(row, columns, id);
    if (failure !== null) throw failure.thrown;
    for await (const row of rows) yield textIn(row, columns, id);
  } finally {
    await rows.return(undefined);
  }
}

function idColumnOf(first: DataRecord, named: string | undefined): string | null {
  const names = Object.keys(first.values);
  if (named === undefined) {
    return names.find((name) => ID_NAMES.includes(name.trim().toLowerCase())) ?? null;
  }
  if (names.includes(named)) return named;
  const told = { column: named, columns: quotedColumns(names) };
  throw recordError(first, null, problem('data.noColumn', told));
}

function textIn(
  { file, line, values }: DataRecord,
  columns: TextColumns | null,
  id: string | null,
): TextInFile {
  const { text = null, pair = null } = columns ?? {};
  const second = pair === null ? '' : textOfValue(values[pair]);
  return {
    file,
    row: line,
    id: id === null ? null : (values[id] ?? null),
    text: text === null ? '' : textOfValue(values[text]),
    pair: second === '' ? null : second,
  };
}

/** A value as text, with the words of a list joined; empty for other values. */
function textOfValue(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const words = listIn(value);
  if (words !== null) return words.filter((word) => typeof word === 'string').join(' ');
  return typeof value === 'string' ? value : '';
}

function rethrow(error: AppError): never {
  throw error;
}
