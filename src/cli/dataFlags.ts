import type { DataSelection, SelectedColumns } from '../core/data/dataSelection.js';
import { selectionOf } from '../core/runs/dataSnapshot.js';
import type { RunOptionName } from '../core/runs/options.js';
import { usageError, type CommandShape, type CommandValues, type Flag } from './usage.js';

/** The flag that says which data a command reads. */
export const DATA_FLAG: Flag = {
  shape: '<files …>',
  multiple: true,
  help: 'files, folders or globs: text, pages, tables, with --code source code too; what a glob with ! in front finds is left out',
};

/** Options of a run that every command that reads texts takes in the same sense. */
export const TEXT_OPTIONS: readonly RunOptionName[] = ['format', 'textColumn', 'clean', 'code'];

/** `--data a b c`: what follows without an option name is data too. */
function dataPathsOf({ name }: CommandShape, values: CommandValues): string[] {
  const paths = [...values.list('data'), ...values.positionals];
  if (paths.length > 0) return paths;
  throw usageError(`masklab ${name} needs --data with files or folders.`, name);
}

/** The texts that a command's flags select. */
export function textSelectionOf(shape: CommandShape, values: CommandValues): DataSelection {
  const { options } = values;
  return {
    ...selectionOf(options, whereOf(shape, values)),
    kind: 'any',
    columns: columnsOf(shape, options),
  };
}

/** Where a command looks for data. Nothing is hidden from it but what `.gitignore` names. */
export function whereOf(
  shape: CommandShape,
  values: CommandValues,
): Pick<DataSelection, 'workspaceFolder' | 'paths' | 'exclude'> {
  return { workspaceFolder: process.cwd(), paths: dataPathsOf(shape, values), exclude: [] };
}

/** With the text's column named, the others are those that are named too. */
function columnsOf({ name }: CommandShape, options: CommandValues['options']): SelectedColumns {
  const { textColumn: text, pairColumn, labelColumn = [], groupColumn, splitColumn } = options;
  if (labelColumn.length > 1) {
    throw usageError(`masklab ${name} takes one column with --label-column.`, name);
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
  throw usageError('Name the column of the text as well, with --text-column.', name);
}
