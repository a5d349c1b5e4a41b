import * as z from 'zod';
import { CLOCKS } from '../../runs/runCurves.js';
import { SCORED_SPLITS } from '../../runs/exampleScores.js';
import { HELD_OUT_METRIC_NAMES } from '../../runs/metrics.js';

/** Evaluation that stands for a run. */
export const MOMENTS = ['last', 'best', 'step'] as const;
export type Moment = (typeof MOMENTS)[number];

/** X axes of curves. */
export const X_AXES = ['step', ...CLOCKS] as const;
export type XAxis = (typeof X_AXES)[number];

const MAX_TEXT = 1000;
const MAX_LIST = 10_000;
const textSchema = z.string().max(MAX_TEXT);
const listSchema = z.array(textSchema).max(MAX_LIST).readonly();
const metricSchema = z.enum(HELD_OUT_METRIC_NAMES);

/** Range of numbers, or texts, that a person selected on an axis: a parameter, or the metric. */
export const brushSchema = z.union([
  z.object({ axis: textSchema, low: z.number(), high: z.number() }),
  z.object({ axis: textSchema, values: z.array(textSchema).max(1000).readonly() }),
]);
export type Brush = z.infer<typeof brushSchema>;

/**
 * Choices of a person who compares runs. A file in `.masklab/views/` holds one, as does the page. Names
 * of runs, groups, columns and parameters that no longer exist have no effect.
 */
export const compareViewSchema = z.object({
  version: z.literal(1),
  /** Metric of verdicts and charts. Default: the first of the baseline's task. */
  metric: metricSchema.nullable().default(null),
  split: z.enum(SCORED_SPLITS).default('heldOut'),
  moment: z.enum(MOMENTS).default('last'),
  /** Step of the moment `step`. */
  step: z.int().min(0).default(0),
  /** Key of the group that others are compared with. Default: the oldest. */
  baseline: textSchema.nullable().default(null),
  sort: z.object({ column: textSchema, isDescending: z.boolean() }).nullable().default(null),
  hiddenColumns: listSchema.default([]),
  pinned: listSchema.default([]),
  /** Groups that are shown as single runs as well. */
  expanded: listSchema.default([]),
  /** Groups that the person took out. */
  hiddenGroups: listSchema.default([]),
  /** Whether all groups are shown; by default only the newest. */
  showsAll: z.boolean().default(false),
  curves: z
    .object({
      x: z.enum(X_AXES).default('step'),
      /** Decay of the moving average of training curves; 0 for none. */
      smoothing: z.number().min(0).max(0.99).default(0.6),
      isLogarithmic: z.boolean().default(false),
      /** Range of x that all curves show. Default: all. */
      zoom: z.object({ low: z.number(), high: z.number() }).nullable().default(null),
      /** Place on the x axis that the cursor is pinned to. */
      cursor: z.number().nullable().default(null),
    })
    .prefault({}),
  /** Axes of the parallel coordinates in the order of the person. */
  axes: listSchema.default([]),
  /** Parameter of the scatter plot. Default: the first that differs. */
  scatter: textSchema.nullable().default(null),
  brushes: z.array(brushSchema).max(100).readonly().default([]),
  pivot: z
    .object({ rows: textSchema.nullable(), columns: textSchema.nullable() })
    .default({ rows: null, columns: null }),
  /** Ids of the two runs whose predictions are compared. Default: the baseline and a rival. */
  predictions: z
    .object({ first: textSchema.nullable(), second: textSchema.nullable() })
    .default({ first: null, second: null }),
});
export type CompareView = z.infer<typeof compareViewSchema>;

export const DEFAULT_VIEW: CompareView = compareViewSchema.parse({ version: 1 });

/** A view with the runs that it is of, as files and pages keep it. */
export const savedComparisonSchema = z.object({
  version: z.literal(1),
  name: textSchema,
  /** Ids of runs. */
  runs: z.array(z.string().min(1).max(200)).max(MAX_LIST).readonly(),
  view: compareViewSchema,
});
export type SavedComparison = z.infer<typeof savedComparisonSchema>;
