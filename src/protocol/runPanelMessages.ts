import * as z from 'zod';
import { auditSummarySchema } from '../core/audit/auditSummary.js';
import { errorDataSchema } from '../core/errorData.js';
import { exampleFilterSchema, pickedExamplesSchema } from '../core/evaluation/pickExamples.js';
import { X_AXES } from '../core/experiments/compare/compareView.js';
import { runEvaluationSchema } from '../core/runs/evaluationReport.js';
import { SCORED_SPLITS } from '../core/runs/exampleScores.js';
import { exportComparisonSchema } from '../core/runs/exportComparison.js';
import { HELD_OUT_METRIC_NAMES } from '../core/runs/metrics.js';
import { runFactsSchema } from '../core/specs/runFacts.js';
import { historySnapshotSchema, runRowsSchema } from '../core/runs/runHistory.js';
import { runStateSchema } from '../core/runs/schema.js';
import { OBSERVED_STATUSES } from '../core/runs/status.js';
import { YARDSTICKS } from '../core/runs/verdictSchema.js';
import { SILENT_SIDE, type Side } from './channel.js';
import { chartFileSchema } from './comparePanelMessages.js';
import { labelPredictionSchema } from './modelServer.js';

const baselineNamesSchema = z.object({
  constant: z.enum(YARDSTICKS),
  bagOfWords: z.enum(YARDSTICKS),
});

const metricNameSchema = z.enum(HELD_OUT_METRIC_NAMES);

/** Run as the panel shows it; small enough to be replaced as a whole. */
export const runViewSchema = z.object({
  directory: z.string(),
  id: z.string(),
  name: z.string(),
  status: z.enum(OBSERVED_STATUSES),
  /** Why the run cannot be read, or why it failed. */
  problem: errorDataSchema.nullable(),
  setup: runFactsSchema.nullable(),
  /** Names of the baselines of the run's task; `null` for a task without labels. */
  baselineNames: baselineNamesSchema.nullable(),
  /** Metrics of the run's task; the first decides which evaluation is best. */
  metrics: z.tuple([metricNameSchema], metricNameSchema).readonly(),
  /** Whether the run's samples are sentences with masked words. */
  samplesMasks: z.boolean(),
  /** Whether the run's model takes pairs of texts. */
  readsPairs: z.boolean(),
  /** Whether the run's model predicts masked words, as hovers do. */
  fillsMasks: z.boolean(),
  /** Whether the run's model makes one prediction for a whole text, as audits need. */
  predictsTexts: z.boolean(),
  state: runStateSchema.nullable(),
  /** Whether the run has a model that hovers can use. */
  hasModel: z.boolean(),
  isUsedForHovers: z.boolean(),
  /** Whether hovers use the newest checkpoint of the run, as soon as there is one. */
  isFollowedByHovers: z.boolean(),
});
export type RunView = z.infer<typeof runViewSchema>;

export const panelActionSchema = z.enum([
  'stop',
  'pause',
  'resume',
  'useForHovers',
  'followCheckpoints',
  'listChanges',
  'audit',
  'openAuditReport',
  'showAudit',
  'draftStudy',
  'export',
  'profileData',
  'runAgainWithLowerRate',
  'reveal',
  'showLog',
]);
export type PanelAction = z.infer<typeof panelActionSchema>;

/** Directory of a run, which is unique across all workspace folders. */
const runKeySchema = z.string();

/**
 * Side of the extension host. `connect` returns the runs of the panel, and `watch` their current
 * views. Until `unwatch` or until the page is hidden, each watched run then emits events: `history`
 * with all rows so far, in a size that does not depend on the length of the run, then `rows` with new
 * ones. A later `history` replaces all rows, for example when a resumed run returns to its checkpoint.
 */
export const PANEL_HOST_SIDE = {
  calls: {
    connect: { request: z.null(), response: z.array(runKeySchema) },
    watch: { request: z.array(runKeySchema), response: z.array(runViewSchema) },
    unwatch: { request: z.array(runKeySchema), response: z.null() },
    act: {
      request: z.object({ run: runKeySchema, action: panelActionSchema }),
      response: z.null(),
    },
    /** Reports of a finished run; `null` for a run without any. */
    evaluation: {
      request: z.object({ run: runKeySchema }),
      response: runEvaluationSchema.nullable(),
    },
    /** Examples of a split by their predictions; `null` for a run without scores of the split. */
    examples: {
      request: z.object({
        run: runKeySchema,
        split: z.enum(SCORED_SPLITS),
        filter: exampleFilterSchema,
      }),
      response: pickedExamplesSchema.nullable(),
    },
    /** Comparison of the run's exports with float32; `null` without one of its current model. */
    exports: {
      request: z.object({ run: runKeySchema }),
      response: exportComparisonSchema.nullable(),
    },
    /** The last audit of the run's model; `null` for a run that was not audited. */
    audit: {
      request: z.object({ run: runKeySchema }),
      response: auditSummarySchema.nullable(),
    },
    /** Opens the file of an example, or of an audited text, at its line. */
    openExample: {
      request: z.object({ run: runKeySchema, file: z.string(), line: z.int().min(1) }),
      response: z.null(),
    },
    /** Asks for a place and writes a chart there. */
    save: { request: chartFileSchema, response: z.null() },
    /** Predicts a text with the model of a run that classifies. */
    classify: {
      request: z.object({
        run: runKeySchema,
        text: z.string().max(100_000),
        pair: z.string().max(100_000).nullable(),
      }),
      response: labelPredictionSchema,
    },
  },
  events: {
    run: runViewSchema,
    history: z.object({ run: runKeySchema, history: historySnapshotSchema }),
    rows: z.object({ run: runKeySchema, rows: runRowsSchema }),
    /** The exports of a run were compared. */
    exportsCompared: z.object({ run: runKeySchema }),
    /** The model of a run was audited. */
    audited: z.object({ run: runKeySchema }),
  },
} satisfies Side;
export type PanelHostSide = typeof PANEL_HOST_SIDE;

/** The panel answers no calls and emits no events. */
export const PANEL_SIDE = SILENT_SIDE;
export type PanelSide = typeof PANEL_SIDE;

/** State that the webview keeps with `setState` and the serializer receives after a reload. */
export const panelStateSchema = z.object({
  directory: z.string(),
  metric: z.string().optional(),
  x: z.enum(X_AXES).exactOptional(),
  isLogarithmic: z.boolean().exactOptional(),
  smoothing: z.number().min(0).lt(1).exactOptional(),
});
export type PanelState = z.infer<typeof panelStateSchema>;
