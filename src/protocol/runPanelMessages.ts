import * as z from 'zod';
import { HELD_OUT_METRIC_NAMES } from '../core/runs/metrics.js';
import { runFactsSchema } from '../core/specs/runFacts.js';
import { historySnapshotSchema, runRowsSchema } from '../core/runs/runHistory.js';
import { runStateSchema, runStatusSchema } from '../core/runs/schema.js';
import { SILENT_SIDE, type Side } from './channel.js';

const metricNameSchema = z.enum(HELD_OUT_METRIC_NAMES);

/** A run as the panel shows it; replaced as a whole, it is small. */
export const runViewSchema = z.object({
  directory: z.string(),
  id: z.string(),
  name: z.string(),
  status: z.enum([...runStatusSchema.options, 'crashed', 'unreadable']),
  /** Why the run cannot be read, or what ended it, with the next step. */
  problem: z.string().nullable(),
  remedy: z.string().nullable(),
  setup: runFactsSchema.nullable(),
  /** Metrics of the run's task: the first decides which evaluation is the best. */
  metrics: z.tuple([metricNameSchema], metricNameSchema).readonly(),
  /** The run's samples are sentences with masked words. */
  samplesMasks: z.boolean(),
  /** The run's model predicts masked words, as hovers show them. */
  fillsMasks: z.boolean(),
  state: runStateSchema.nullable(),
  /** The run has left a model that hovers can use. */
  hasModel: z.boolean(),
  isUsedForHovers: z.boolean(),
});
export type RunView = z.infer<typeof runViewSchema>;

export const panelActionSchema = z.enum([
  'stop',
  'resume',
  'useForHovers',
  'profileData',
  'reveal',
  'showLog',
]);
export type PanelAction = z.infer<typeof panelActionSchema>;

/** Runs are named by their directory, which is unique over all workspace folders. */
const runKeySchema = z.string();

/**
 * Side of the extension host. `connect` answers with the runs that the panel is opened on; `watch`
 * with each of them as it is now. From then on, until `unwatch` or the page is hidden, events come
 * for each watched run: `history` with all of its rows so far, in a size that does not depend on
 * the length of the run, then `rows` with each new one. A further `history` replaces what came
 * before (a resumed run was cut back to its checkpoint).
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
  },
  events: {
    run: runViewSchema,
    history: z.object({ run: runKeySchema, history: historySnapshotSchema }),
    rows: z.object({ run: runKeySchema, rows: runRowsSchema }),
  },
} satisfies Side;
export type PanelHostSide = typeof PANEL_HOST_SIDE;

/** The panel itself offers nothing: it asks and listens. */
export const PANEL_SIDE = SILENT_SIDE;
export type PanelSide = typeof PANEL_SIDE;

/** What the webview keeps with `setState`, and the serializer gets back after a reload. */
export const panelStateSchema = z.object({
  directory: z.string(),
  metric: z.string().optional(),
});
export type PanelState = z.infer<typeof panelStateSchema>;
