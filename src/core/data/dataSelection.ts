import * as z from 'zod';
import { CLEANING_STEPS } from '../cleaning/steps.js';
import type { NamedTextColumns } from './columns.js';
import { CODE_PARTS, DATA_FORMATS } from './dataFormats.js';
import type { TextColumns } from './records.js';

/** Kinds of data files: running text, records with labels, or whatever can be read. */
export const DATA_KINDS = ['text', 'labelled', 'any'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** Columns of tables that a person named; those that are absent are guessed. */
const selectedColumnsSchema = z.object({
  text: z.string().exactOptional(),
  /** Null for no second text. */
  pair: z.string().nullable().exactOptional(),
  /** Empty for no labels. */
  labels: z.array(z.string()).exactOptional(),
  group: z.string().nullable().exactOptional(),
  split: z.string().nullable().exactOptional(),
});
export type SelectedColumns = z.infer<typeof selectedColumnsSchema>;

/**
 * Data and how it is read. Training, profiles, warnings, masking and vocabularies take the same
 * value and find the same texts: folders are searched without hidden files, `node_modules`, what a
 * `.gitignore` names and what `exclude` matches; what is named file by file is taken as it is.
 */
export const dataSelectionSchema = z.object({
  /** Paths and globs are relative to it. */
  workspaceFolder: z.string().min(1),
  /** Files, folders and globs; a glob that begins with `!` excludes. */
  paths: z.array(z.string().min(1)).min(1),
  /** Globs of files and folders that are left out of folders. */
  exclude: z.array(z.string()),
  /** Files to take from folders. Null: text, or labelled tables where there is no text. */
  kind: z.enum(DATA_KINDS).nullable(),
  /** Null: by each file's ending. */
  format: z.enum(DATA_FORMATS).nullable(),
  columns: selectedColumnsSchema,
  cleaning: z.array(z.enum(CLEANING_STEPS)),
  /** Part of source code that is read. Null: source code is left out. */
  code: z.enum(CODE_PARTS).nullable(),
  /** Leaves out rows and files that cannot be read. */
  skipBad: z.boolean(),
});
export type DataSelection = z.infer<typeof dataSelectionSchema>;

/** The selected columns of tables that are read as text. */
export function textColumnsIn({
  text,
  pair,
  labels,
  group,
  split,
}: SelectedColumns): NamedTextColumns {
  return {
    ...(text === undefined ? {} : { text }),
    ...(pair === undefined ? {} : { pair }),
    ...(labels === undefined ? {} : { label: labels[0] ?? null }),
    ...(group === undefined ? {} : { group }),
    ...(split === undefined ? {} : { split }),
  };
}

/** Columns that are all known, as a selection; all are guessed where there are none. */
export function selectedColumnsOf(columns: TextColumns | null): SelectedColumns {
  if (columns === null) return {};
  const { text, pair, label, group, split } = columns;
  return { text, pair, labels: label === null ? [] : [label], group, split };
}
