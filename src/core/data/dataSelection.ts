import * as z from 'zod';
import { CLEANING_STEPS } from '../cleaning/steps.js';
import type { NamedTextColumns } from './columns.js';
import { CODE_PARTS, DATA_FORMATS } from './dataFormats.js';
import { fileDialectSchema, USUAL_DIALECT } from './fileDialect.js';
import type { TextColumns } from './records.js';

/** Kinds of data files: running text, labeled records, or any readable file. */
export const DATA_KINDS = ['text', 'labelled', 'any'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** Table columns that the user named; absent ones are guessed. */
const selectedColumnsSchema = z.object({
  text: z.string().exactOptional(),
  /** Null for no second text. */
  pair: z.string().nullable().exactOptional(),
  /** Empty for no labels. */
  labels: z.array(z.string()).exactOptional(),
  group: z.string().nullable().exactOptional(),
  split: z.string().nullable().exactOptional(),
  /** Weight of a row in the training loss. */
  weight: z.string().nullable().exactOptional(),
});
export type SelectedColumns = z.infer<typeof selectedColumnsSchema>;

/**
 * Data and how it is read. Training, profiles, warnings, masking and vocabularies use the same value
 * and find the same texts. Folder searches skip hidden files, `node_modules`, files ignored by a
 * `.gitignore` and matches of `exclude`; files that are named one by one are always included.
 */
export const dataSelectionSchema = z.object({
  /** Base folder of relative paths and globs. */
  workspaceFolder: z.string().min(1),
  /** Files, folders and globs; a glob that begins with `!` excludes. */
  paths: z.array(z.string().min(1)).min(1),
  /** Globs of files and folders to skip when folders are searched. */
  exclude: z.array(z.string()),
  /** Files to take from folders. `null`: text, or labeled tables if there is no text. */
  kind: z.enum(DATA_KINDS).nullable(),
  /** `null`: determined by the extension of each file. */
  format: z.enum(DATA_FORMATS).nullable(),
  dialect: fileDialectSchema.default(USUAL_DIALECT),
  columns: selectedColumnsSchema,
  cleaning: z.array(z.enum(CLEANING_STEPS)),
  /** Part of source code to read. `null`: source code is skipped. */
  code: z.enum(CODE_PARTS).nullable(),
  /** Whether invalid rows and unreadable files are skipped. */
  skipBad: z.boolean(),
  /** Whether names such as `train.csv` and `test/` are ignored when the data is split. */
  ignoreSplitNames: z.boolean().default(false),
  /** Labeled files whose rows are added to the training split. */
  shifted: z.array(z.string().min(1)).exactOptional(),
});
export type DataSelection = z.infer<typeof dataSelectionSchema>;

/** Selected columns of tables that are read as text. */
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

/** A selection of known columns; with `null`, all columns are guessed. */
export function selectedColumnsOf(columns: TextColumns | null): SelectedColumns {
  if (columns === null) return {};
  const { text, pair, label, group, split } = columns;
  return { text, pair, labels: label === null ? [] : [label], group, split };
}
