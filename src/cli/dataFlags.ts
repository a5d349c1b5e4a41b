import type { DataSelection, SelectedColumns } from '../core/data/dataSelection.js';
import { selectionOf } from '../core/runs/dataSnapshot.js';
import type { RunOptionName } from '../core/runs/options.js';
import { usageError } from './commandLineError.js';
import type { CommandShape, CommandValues, Flag } from './usage.js';

/** Flag that selects the data of a command. */
export const DATA_FLAG: Flag = {
  shape: '<files …>',
  multiple: true,
  help: 'Files, folders or globs with text, web pages or tables, and source code with --code. A glob that starts with ! excludes what it matches',
};

/** Options of a run that every command that reads text accepts, with the same meaning. */
export const TEXT_OPTIONS: readonly RunOptionName[] = [
  ...(['format', 'encoding', 'header', 'noHeader', 'backslashEscapes'] as const),
  ...(['textColumn', 'clean', 'code'] as const),
];

/** Paths of `--data a b c`: positional arguments are data too. */
function dataPathsOf({ name }: CommandShape, values: CommandValues): string[] {
  const paths = [...values.list('data'), ...values.positionals];
  if (paths.length > 0) return paths;
  throw usageError(`"masklab ${name}" requires --data with files or folders.`, name);
}

/** Data that a command's flags select. */
export function textSelectionOf(shape: CommandShape, values: CommandValues): DataSelection {
  const { options } = values;
  return {
    ...selectionOf(options, whereOf(shape, values)),
    kind: 'any',
    columns: columnsOf(shape, options),
  };
}

/** Paths that a command reads. Only files named in `.gitignore` are excluded by default. */
export function whereOf(
  shape: CommandShape,
  values: CommandValues,
): Pick<DataSelection, 'workspaceFolder' | 'paths' | 'exclude'> {
  return { workspaceFolder: process.cwd(), paths: dataPathsOf(shape, values), exclude: [] };
}

/** Columns by name. Once the text column is named, unnamed columns are not guessed. */
function columnsOf({ name }: CommandShape, options: CommandValues['options']): SelectedColumns {
  const { textColumn: text, pairColumn, labelColumn = [], groupColumn, splitColumn } = options;
  if (labelColumn.length > 1) {
    throw usageError(`"masklab ${name}" accepts only one column in --label-column.`, name);
  }
  const others = {
    pair: pairColumn === undefined || pairColumn === '' ? null : pairColumn,
    labels: [...labelColumn],
    group: groupColumn ?? null,
    split: splitColumn ?? null,
  };
  if (text !== undefined) return { text, ...others };
  const { pair, labels, group, split } = others;
  if (pair === null && labels.length === 0 && group === null && split === null) return {};
  throw usageError('A column is named, but the text column is not. Add --text-column.', name);
}
