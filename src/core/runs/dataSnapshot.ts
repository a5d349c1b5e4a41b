import { HALVES } from '../data/splitting/sampleHalves.js';
import * as z from 'zod';
import { CLEANING_STEPS } from '../cleaning/steps.js';
import { dataSelectionSchema, type DataSelection } from '../data/dataSelection.js';
import { FOLD_PATTERN, foldOf } from '../data/splitting/fold.js';
import { inputError } from '../errors.js';
import { TRUNCATIONS } from '../models/trainedInput.js';
import { messageSchema, problem, problemSchema } from '../messages/message.js';
import { dataProfileSchema, lookAlikesSchema, textColumnsSchema } from '../profile/profile.js';
import type { RunOptions } from './options.js';
import { NEAR_DUPLICATES, TASKS } from './options/dataOptions.js';
import { LOSSES } from './options/resultOptions.js';
import { dataFileSchema, labelledDataSchema, taskSpecSchema } from './schema.js';

/** Task and options of learning from data. Together with a selection, the input of an inspection. */
export const dataReadingSchema = z.object({
  /** `null`: masked-lm for running text, decided by the labels for tables. */
  task: z.enum(TASKS).nullable(),
  /** An empty text for one label per value; `null` if the values decide. */
  labelDelimiter: z.string().nullable(),
  /** Whether labels that look alike are merged. */
  mergeLabels: z.boolean().default(false),
  loss: z.enum(LOSSES).nullable(),
  labelSmoothing: z.number().nullable(),
  /** `balanced`, or numbers separated by commas. */
  classWeights: z.string().nullable(),
  splitSeed: z.int().min(0),
  heldOutFraction: z.number(),
  testFraction: z.number(),
  /** Part that is held out for cross-validation, such as `2/5`; `null` without one. */
  fold: z.string().regex(FOLD_PATTERN).nullable().default(null),
  nearDuplicates: z.enum(NEAR_DUPLICATES).nullable(),
  /** Tokens per sequence; `null` for the default. */
  maxLength: z.int().min(1).nullable().default(null),
  /** Handling of longer texts; `null` for the default. */
  truncation: z.enum(TRUNCATIONS).nullable().default(null),
});
export type DataReading = z.infer<typeof dataReadingSchema>;

export type TaskName = (typeof TASKS)[number];

/** State of data at one moment, from which a run, its warnings and its estimates are made. */
export const dataSnapshotSchema = z.object({
  version: z.literal(1),
  selection: dataSelectionSchema,
  reading: dataReadingSchema,
  files: z.array(dataFileSchema).min(1),
  /** Kind of data that was selected. Tables can be `text`. */
  kind: z.enum(['text', 'labelled']),
  /** Columns of the first table; `null` without one. */
  table: z
    .object({
      names: z.array(z.string()),
      /** Columns with text and labels; `labels` is empty if there are none. */
      columns: z.object({
        text: z.string(),
        pair: z.string().nullable(),
        labels: z.array(z.string()),
      }),
    })
    .nullable(),
  /** The data read as text. `columns` is `null` if they are guessed for each table. */
  text: z.object({ columns: textColumnsSchema.nullable(), bytes: z.int().min(0) }),
  /** The data read as labeled records; `null` without labels. */
  labelled: z
    .object({
      data: labelledDataSchema,
      rows: z.int().min(0),
      trainRows: z.int().min(0),
      /** Why no run can split the rows; `null` if one can. */
      refusal: problemSchema.nullable().default(null),
    })
    .nullable(),
  /** Files of the shifted sample and their rows; `null` without one. */
  shifted: z
    .object({
      files: z.array(dataFileSchema).min(1),
      rows: z.int().min(0),
      /** Half that a run does not train on. Default: none. */
      withoutHalf: z.literal(HALVES).exactOptional(),
    })
    .nullable()
    .default(null),
  /** Number of table rows. */
  rows: z.int().min(0),
  /** Tasks that fit the data: first the requested one, else the most likely. */
  tasks: z.array(taskSpecSchema).min(1),
  /** Labels that differ only in their spelling, before they are merged. */
  lookAlikes: z.array(lookAlikesSchema).default([]),
  /** Skipped files and rows, and decisions about splits and labels, with reasons. */
  warnings: z.array(messageSchema),
  /** Profile of the part of the data that could be profiled in two seconds. */
  summary: dataProfileSchema,
});
export type DataSnapshot = z.infer<typeof dataSnapshotSchema>;

/** Progress of an inspection. */
export const inspectionProgressSchema = z.object({
  message: messageSchema,
  /** Share of the data that has been read; `null` while searching for files. */
  fraction: z.number().min(0).max(1).nullable(),
  /** `null` while searching for files. */
  kind: z.enum(['text', 'labelled']).nullable(),
  /** Names of the folders of running text that may be its labels. */
  labelFolders: z.array(z.string()).exactOptional(),
});
export type InspectionProgress = z.infer<typeof inspectionProgressSchema>;

/** The data that the options of a run select. Throws `UserInput` if they contradict one another. */
export function selectionOf(
  options: RunOptions,
  where: Pick<DataSelection, 'workspaceFolder' | 'exclude'> & { readonly paths: readonly string[] },
): DataSelection {
  const { textColumn, pairColumn, labelColumn, groupColumn, splitColumn, weightColumn } = options;
  if (options.header === true && options.noHeader === true) {
    throw inputError(problem('data.headerContradicted'));
  }
  return {
    ...where,
    paths: [...where.paths],
    kind: null,
    format: options.format ?? null,
    dialect: {
      encoding: options.encoding ?? null,
      hasHeader: options.noHeader !== true,
      isHeaderCertain: options.header === true || options.noHeader === false,
      backslashEscapes: options.backslashEscapes ?? false,
    },
    columns: {
      ...(textColumn === undefined ? {} : { text: textColumn }),
      ...(pairColumn === undefined ? {} : { pair: pairColumn === '' ? null : pairColumn }),
      ...(labelColumn === undefined ? {} : { labels: [...labelColumn] }),
      ...(groupColumn === undefined ? {} : { group: groupColumn }),
      ...(splitColumn === undefined ? {} : { split: splitColumn }),
      ...(weightColumn === undefined ? {} : { weight: weightColumn }),
    },
    cleaning: CLEANING_STEPS.filter((step) => options.clean?.includes(step) === true),
    code: options.code ?? null,
    skipBad: options.skipBad ?? false,
    ignoreSplitNames: options.ignoreSplitNames ?? false,
    ...(options.shiftedData === undefined ? {} : { shifted: [...options.shiftedData] }),
  };
}

/** Shares of the held-out and test splits in the options. */
export function splitFractionsOf(
  options: RunOptions,
): Pick<DataReading, 'splitSeed' | 'heldOutFraction' | 'testFraction' | 'fold'> {
  const { heldOut = 0.1, test: testFraction = 0, fold = null } = options;
  return {
    splitSeed: 0,
    heldOutFraction: fold === null ? heldOut : (1 - testFraction) / foldOf(fold).parts,
    testFraction,
    fold,
  };
}

/** The data reading that the options of a run describe. */
export function dataReadingOf(options: RunOptions): DataReading {
  return {
    task: options.task ?? null,
    labelDelimiter: options.labelDelimiter ?? null,
    mergeLabels: options.mergeLabels ?? false,
    loss: options.loss ?? null,
    labelSmoothing: options.labelSmoothing ?? null,
    classWeights: options.classWeights ?? null,
    ...splitFractionsOf(options),
    nearDuplicates: options.nearDuplicates ?? null,
    maxLength: options.maxLength ?? null,
    truncation: options.truncation ?? null,
  };
}
