import * as z from 'zod';
import { CLEANING_STEPS } from '../cleaning/steps.js';
import { dataSelectionSchema, type DataSelection } from '../data/dataSelection.js';
import { dataProfileSchema, textColumnsSchema } from '../profile/profile.js';
import type { RunOptions } from './options.js';
import { NEAR_DUPLICATES, TASKS } from './options/dataOptions.js';
import { LOSSES } from './options/resultOptions.js';
import { dataFileSchema, labelledDataSchema, taskSpecSchema } from './schema.js';

/** What is to be learned from data: with a selection, all that an inspection depends on. */
export const dataReadingSchema = z.object({
  /** Null: running text makes it masked-lm, tables tell by their labels. */
  task: z.enum(TASKS).nullable(),
  labelDelimiter: z.string().min(1).nullable(),
  loss: z.enum(LOSSES).nullable(),
  labelSmoothing: z.number().nullable(),
  /** `balanced`, or numbers with commas between them. */
  classWeights: z.string().nullable(),
  splitSeed: z.int().min(0),
  heldOutFraction: z.number(),
  testFraction: z.number(),
  nearDuplicates: z.enum(NEAR_DUPLICATES).nullable(),
});
export type DataReading = z.infer<typeof dataReadingSchema>;

/** Data at one moment: what a run, its warnings and its estimates are made from. */
export const dataSnapshotSchema = z.object({
  version: z.literal(1),
  selection: dataSelectionSchema,
  reading: dataReadingSchema,
  files: z.array(dataFileSchema).min(1),
  /** Kind of data that was selected. Tables can be `text`. */
  kind: z.enum(['text', 'labelled']),
  /** Columns of the first table; null where there is none. */
  table: z
    .object({
      names: z.array(z.string()),
      /** Columns with text and labels. No labels where there are none. */
      columns: z.object({
        text: z.string(),
        pair: z.string().nullable(),
        labels: z.array(z.string()),
      }),
    })
    .nullable(),
  /** The data read as text. Columns are null where each table's are guessed. */
  text: z.object({ columns: textColumnsSchema.nullable(), bytes: z.int().min(0) }),
  /** The data read as records with labels; null where there are none. */
  labelled: z
    .object({ data: labelledDataSchema, rows: z.int().min(0), trainRows: z.int().min(0) })
    .nullable(),
  /** Rows of tables. */
  rows: z.int().min(0),
  /** Tasks that fit the data: the wanted one, else the likeliest, first. */
  tasks: z.array(taskSpecSchema).min(1),
  /** Files and rows that were left out, and why, in words for a person. */
  warnings: z.array(z.string()),
  /** Profile of as much of the data as could be profiled in two seconds. */
  summary: dataProfileSchema,
});
export type DataSnapshot = z.infer<typeof dataSnapshotSchema>;

/** How far an inspection is. */
export const inspectionProgressSchema = z.object({
  message: z.string(),
  /** Share of the data that has been read; null while files are looked for. */
  fraction: z.number().min(0).max(1).nullable(),
  /** Null while files are looked for. */
  kind: z.enum(['text', 'labelled']).nullable(),
});
export type InspectionProgress = z.infer<typeof inspectionProgressSchema>;

/** The data that the options of a run select. */
export function selectionOf(
  options: RunOptions,
  where: Pick<DataSelection, 'workspaceFolder' | 'exclude'> & { readonly paths: readonly string[] },
): DataSelection {
  const { textColumn, pairColumn, labelColumn, groupColumn, splitColumn } = options;
  return {
    ...where,
    paths: [...where.paths],
    kind: null,
    format: options.format ?? null,
    columns: {
      ...(textColumn === undefined ? {} : { text: textColumn }),
      ...(pairColumn === undefined ? {} : { pair: pairColumn === '' ? null : pairColumn }),
      ...(labelColumn === undefined ? {} : { labels: [...labelColumn] }),
      ...(groupColumn === undefined ? {} : { group: groupColumn }),
      ...(splitColumn === undefined ? {} : { split: splitColumn }),
    },
    cleaning: CLEANING_STEPS.filter((step) => options.clean?.includes(step) === true),
    code: options.code ?? null,
    skipBad: options.skipBad ?? false,
  };
}

/** Shares of the data that options hold out of training. */
export function splitFractionsOf(
  options: RunOptions,
): Pick<DataReading, 'splitSeed' | 'heldOutFraction' | 'testFraction'> {
  return {
    splitSeed: 0,
    heldOutFraction: options.heldOut ?? 0.1,
    testFraction: options.test ?? 0,
  };
}

/** What the options of a run ask to be learned from data. */
export function dataReadingOf(options: RunOptions): DataReading {
  return {
    task: options.task ?? null,
    labelDelimiter: options.labelDelimiter ?? null,
    loss: options.loss ?? null,
    labelSmoothing: options.labelSmoothing ?? null,
    classWeights: options.classWeights ?? null,
    ...splitFractionsOf(options),
    nearDuplicates: options.nearDuplicates ?? null,
  };
}
