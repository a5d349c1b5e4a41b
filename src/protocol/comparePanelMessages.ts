import * as z from 'zod';
import {
  compareViewSchema,
  savedComparisonSchema,
} from '../core/experiments/compare/compareView.js';
import { diffFilterSchema, predictionDiffSchema } from '../core/experiments/predictionDiff.js';
import { TABLE_FORMATS } from '../core/experiments/tableText.js';
import { RUN_COLORS } from '../core/runs/annotations.js';
import { SCORED_SPLITS } from '../core/runs/exampleScores.js';
import { HELD_OUT_METRIC_NAMES } from '../core/runs/metrics.js';
import { CLOCKS, METRIC_NAMES } from '../core/runs/runCurves.js';
import { runStateSchema } from '../core/runs/schema.js';
import { OBSERVED_STATUSES } from '../core/runs/status.js';
import { runFactsSchema } from '../core/specs/runFacts.js';
import { SILENT_SIDE, type Side } from './channel.js';

/** Directory of a run, which is unique across all workspace folders. */
const runKeySchema = z.string();
const runKeysSchema = z.array(runKeySchema);

/** A readable run as a comparison shows it; small enough to be replaced as a whole. */
export const comparedRunSchema = z.object({
  directory: runKeySchema,
  id: z.string(),
  name: z.string(),
  status: z.enum(OBSERVED_STATUSES),
  facts: runFactsSchema,
  state: runStateSchema.nullable(),
  /** Color of its group in the tree. */
  color: z.enum(RUN_COLORS).nullable(),
});
export type ComparedRunView = z.infer<typeof comparedRunSchema>;

/** Points of a curve, of at most a few thousand, however long the run. */
export const columnsSchema = z.object({
  xs: z.instanceof(Float64Array),
  ys: z.instanceof(Float64Array),
});
export type ColumnsData = z.infer<typeof columnsSchema>;

/** Evaluations of a run so far, and its clocks by step. */
export const evaluationCurvesSchema = z.object({
  run: runKeySchema,
  heldOut: z.partialRecord(z.enum(HELD_OUT_METRIC_NAMES), columnsSchema),
  clocks: z.record(z.enum(CLOCKS), columnsSchema),
});
export type EvaluationCurves = z.infer<typeof evaluationCurvesSchema>;

/** Training values of a run: the extremes of each stretch of steps, and its means. */
export const trainCurveSchema = z.object({
  run: runKeySchema,
  extremes: columnsSchema,
  means: columnsSchema,
});
export type TrainCurve = z.infer<typeof trainCurveSchema>;

/** Largest file that a page saves, in characters: an image is base64. */
const MAX_FILE = 50_000_000;

export const EXPORT_FORMATS = ['png', 'svg', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A chart to be saved as a file; `png` in base64. */
export const chartFileSchema = z.object({
  name: z.string(),
  format: z.enum(EXPORT_FORMATS),
  content: z.string().max(MAX_FILE),
});
export type ChartFile = z.infer<typeof chartFileSchema>;

/**
 * Side of the extension host. `connect` returns the runs with the choices that were saved or kept.
 * `follow` names the runs whose curves the page shows, all of them each time: each emits
 * `evaluations`, again whenever it is evaluated, and `grew` when it has new training values.
 */
export const COMPARE_HOST_SIDE = {
  calls: {
    connect: {
      request: z.null(),
      response: z.object({
        runs: z.array(comparedRunSchema),
        /** Runs that cannot be read, or that are gone. */
        missing: z.int().min(0),
        name: z.string(),
        /** Of all runs of the comparison. */
        directories: runKeysSchema,
        view: compareViewSchema,
      }),
    },
    follow: { request: runKeysSchema, response: z.null() },
    trainCurves: {
      request: z.object({ runs: runKeysSchema, metric: z.enum(METRIC_NAMES) }),
      response: z.array(trainCurveSchema),
    },
    /** Names the items that runs were evaluated on: equal for the same ones, `null` if unknown. */
    itemDigests: {
      request: z.object({ runs: runKeysSchema, split: z.enum(SCORED_SPLITS) }),
      response: z.record(runKeySchema, z.string().nullable()),
    },
    /** Compares predictions of two runs; `null` if one has no scores of single examples. */
    predictionDiff: {
      request: z.object({ before: runKeySchema, after: runKeySchema, filter: diffFilterSchema }),
      response: predictionDiffSchema.nullable(),
    },
    /** Opens the file of an example at its line. */
    openExample: {
      request: z.object({ run: runKeySchema, file: z.string(), line: z.int().min(1) }),
      response: z.null(),
    },
    openRun: { request: runKeySchema, response: z.null() },
    /** Puts a table into the clipboard. */
    copy: {
      request: z.object({ text: z.string().max(MAX_FILE), format: z.enum(TABLE_FORMATS) }),
      response: z.null(),
    },
    /** Asks for a place and writes a chart there; `png` in base64. */
    save: {
      request: chartFileSchema,
      response: z.null(),
    },
    /** Asks for a name and saves the comparison; returns its name, `null` if it was not saved. */
    saveView: { request: compareViewSchema, response: z.string().nullable() },
  },
  events: {
    run: comparedRunSchema,
    gone: runKeySchema,
    evaluations: evaluationCurvesSchema,
    grew: runKeysSchema,
  },
} satisfies Side;
export type CompareHostSide = typeof COMPARE_HOST_SIDE;

/** The page answers no calls and emits no events. */
export const COMPARE_SIDE = SILENT_SIDE;
export type CompareSide = typeof COMPARE_SIDE;

/** State that the page keeps with `setState` and the serializer receives after a reload. */
export const comparePanelStateSchema = savedComparisonSchema
  .omit({ runs: true })
  .extend({ directories: z.array(z.string().min(1)).max(10_000) });
export type ComparePanelState = z.infer<typeof comparePanelStateSchema>;
