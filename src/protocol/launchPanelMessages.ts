import * as z from 'zod';
import { errorDataSchema } from '../core/errorData.js';
import { messageSchema, problemSchema } from '../core/messages/message.js';
import { TASKS } from '../core/runs/options/dataOptions.js';
import { runEstimateSchema } from '../core/runs/runEstimate.js';
import {
  LAUNCH_OPTION_NAMES,
  launchChangesSchema,
  launchDraftSchema,
} from '../core/specs/launchDraft.js';
import { sampledMaskingSchema } from '../core/specs/sampledMasking.js';
import { SILENT_SIDE, type Side } from './channel.js';

/** An entry of a list to choose from. */
const launchChoiceSchema = z.object({
  value: z.string(),
  label: z.string(),
  description: z.string(),
});
export type LaunchChoice = z.infer<typeof launchChoiceSchema>;

export const LAUNCH_PARTS = [
  ...(['name', 'experiment', 'data', 'exclude', 'model', 'masking', 'seeds'] as const),
  ...LAUNCH_OPTION_NAMES,
] as const;

const launchProblemSchema = z.object({
  /** Field with the problem; `null` if it is about the run as a whole. */
  field: z.enum(LAUNCH_PARTS).nullable(),
  error: errorDataSchema,
});
export type LaunchProblem = z.infer<typeof launchProblemSchema>;

/** Facts about the selected data. */
const launchDataSchema = z.object({
  /** Amount of data: files and bytes, and rows of tables. */
  size: z.array(messageSchema),
  /** Tasks that fit, the likely one first. */
  tasks: z.array(z.enum(TASKS)),
  /** Columns of the first table; `null` without one. */
  table: z
    .object({
      names: z.array(z.string()),
      text: z.string(),
      pair: z.string().nullable(),
      labels: z.array(z.string()),
    })
    .nullable(),
});

/** Everything that is found out about a draft; each part as soon as it is known. */
export const launchFindingsSchema = z.object({
  /** Work in progress; `null` once everything is known. */
  phase: z.enum(['reading', 'estimating']).nullable(),
  problems: z.array(launchProblemSchema),
  data: launchDataSchema.nullable(),
  /** Findings of the data profile, most severe first. */
  profile: z.array(problemSchema),
  /** Skipped input, and decisions about splits and labels. */
  warnings: z.array(messageSchema),
  /** Sizes of the splits. */
  size: z.array(messageSchema),
  /** Task of the run; `null` while unknown. */
  task: z.enum(TASKS).nullable(),
  /** Whether the run learns from running text; `null` while unknown. */
  isText: z.boolean().nullable(),
  /** Values that the run would have where none is entered. */
  planned: z.partialRecord(z.enum(LAUNCH_OPTION_NAMES), z.string()),
  /** Effect of the policies on a sample of the data. */
  masking: z.array(sampledMaskingSchema),
  estimate: runEstimateSchema.nullable(),
  /** Free space of the disk with the runs, in bytes; `null` if unknown. */
  freeBytes: z.number().nullable(),
});
export type LaunchFindings = z.infer<typeof launchFindingsSchema>;

export const launchViewSchema = z.object({
  /** Name of the workspace folder that keeps the run. */
  folder: z.string(),
  /** Runs, run files and settings to start from. */
  sources: z.array(launchChoiceSchema),
  source: z.string(),
  /** Draft of the source, which differences refer to. */
  from: launchDraftSchema,
  draft: launchDraftSchema,
  /** Names of all tasks. */
  tasks: z.array(launchChoiceSchema),
  models: z.array(launchChoiceSchema),
  policies: z.array(launchChoiceSchema),
  findings: launchFindingsSchema,
});
export type LaunchView = z.infer<typeof launchViewSchema>;

export const LAUNCH_ACTIONS = [
  ...(['start', 'queue', 'copyAsCommand', 'saveAsRunFile'] as const),
  ...(['profileData', 'openPolicy', 'checkAgain'] as const),
] as const;
const launchActionSchema = z.enum(LAUNCH_ACTIONS);
export type LaunchAction = z.infer<typeof launchActionSchema>;

/** Side of the extension host. The page owns the draft and sends each change of it. */
export const LAUNCH_HOST_SIDE = {
  calls: {
    connect: { request: z.null(), response: launchViewSchema },
    edit: { request: launchChangesSchema, response: z.null() },
    /** Replaces the draft by that of a source. */
    startFrom: { request: z.string(), response: launchViewSchema },
    /** Asks for files or folders; `null` if the person dismisses the dialog. */
    addData: {
      request: z.enum(['files', 'folders']),
      response: launchDraftSchema.shape.data.nullable(),
    },
    /** Asks for a model folder; `null` if the person dismisses the dialog. */
    browseModel: { request: z.null(), response: launchChoiceSchema.nullable() },
    act: { request: launchActionSchema, response: z.null() },
  },
  events: { findings: launchFindingsSchema },
} satisfies Side;
export type LaunchHostSide = typeof LAUNCH_HOST_SIDE;

/** The page answers no calls and emits no events. */
export const LAUNCH_SIDE = SILENT_SIDE;
export type LaunchSide = typeof LAUNCH_SIDE;

/** State that the page keeps with `setState` and that restores it after a reload. */
export const launchPageStateSchema = z.object({
  launch: z.object({
    /** Workspace folder. */
    folder: z.string(),
    source: z.string(),
    /** Without data if it lists too many files; then that of the source is used. */
    draft: launchChangesSchema,
  }),
});
export type LaunchPageState = z.infer<typeof launchPageStateSchema>;
