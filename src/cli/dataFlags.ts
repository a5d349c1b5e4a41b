import type { DataFormat, CodePart } from '../core/data/dataFormats.js';
import type { TextColumns } from '../core/data/records.js';
import type { RunOptionName } from '../core/runs/options.js';
import { CLEANING_STEPS, type CleaningStep } from '../core/cleaning/steps.js';
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
export function dataPathsOf({ name }: CommandShape, values: CommandValues): string[] {
  const paths = [...values.list('data'), ...values.positionals];
  if (paths.length > 0) return paths;
  throw usageError(`masklab ${name} needs --data with files or folders.`, name);
}

/** How the texts are read that the data holds. */
export interface TextReading {
  readonly format: DataFormat | null;
  /** Null where no column is named and all are guessed. */
  readonly columns: TextColumns | null;
  readonly cleaning: readonly CleaningStep[];
  readonly code?: CodePart;
}

export function textReadingOf(shape: CommandShape, { options }: CommandValues): TextReading {
  const { format = null, clean = [], code } = options;
  return {
    format,
    columns: columnsOf(shape, options),
    cleaning: CLEANING_STEPS.filter((step) => clean.includes(step)),
    ...(code === undefined ? {} : { code }),
  };
}

function columnsOf({ name }: CommandShape, options: CommandValues['options']): TextColumns | null {
  const { textColumn: text, pairColumn, labelColumn = [], groupColumn, splitColumn } = options;
  if (labelColumn.length > 1) {
    throw usageError(`masklab ${name} takes one column with --label-column.`, name);
  }
  const others = {
    pair: pairColumn === undefined || pairColumn === '' ? null : pairColumn,
    label: labelColumn[0] ?? null,
    group: groupColumn ?? null,
    split: splitColumn ?? null,
  };
  if (text !== undefined) return { text, ...others };
  if (Object.values(others).every((column) => column === null)) return null;
  throw usageError('Name the column of the text as well, with --text-column.', name);
}
