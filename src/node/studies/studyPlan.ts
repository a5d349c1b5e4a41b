import type { OptionValues, StudyDesign } from '../../core/experiments/study/study.js';
import type { StudyFile } from '../../core/experiments/study/studyFile.js';
import { BERT_MASKING, type MaskingPolicy } from '../../core/masking/policy/policy.js';
import type { InspectedModel } from '../../core/models/inspectedModel.js';
import type { Message } from '../../core/messages/message.js';
import type { RunOptionName, RunOptions } from '../../core/runs/options.js';
import type { RunSpec } from '../../core/runs/schema.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { readPolicy } from '../policies/readPolicy.js';
import type { CreateRunOptions } from '../runs/createRun.js';
import { futureModel } from '../runs/futureModel.js';
import { inspectRun } from '../runs/inspectRun.js';
import { requestOfRunFile, type RunFilePlace } from '../runs/readRunFile.js';

export interface StudyPlace extends RunFilePlace {
  /** Folder of run directories. */
  readonly runsFolder: string;
  /** Folder of studies. */
  readonly studiesFolder: string;
  readonly estimate: CreateRunOptions['estimate'];
  /** Cancels the creation of runs, after which nothing is left behind. */
  readonly signal?: AbortSignal;
}

/** An arm with values of the options to choose. */
export interface Candidate {
  readonly values: OptionValues;
  readonly request: CreateRunOptions;
}

/** A study before anything is written. */
export interface PlannedStudy {
  readonly design: StudyDesign;
  /** Requests for the runs of each arm with the first seed, by its name. */
  readonly requests: ReadonlyMap<string, CreateRunOptions>;
  /** Candidates of each arm with values to choose, by its name. */
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  /** Spec of a run of the baseline. */
  readonly spec: RunSpec;
  /** Input that was skipped, and decisions about splits. */
  readonly warnings: readonly Message[];
}

/** Inspected data and model that all runs of a study share. */
export interface SharedPlan extends Pick<PlannedStudy, 'spec' | 'warnings'> {
  readonly request: CreateRunOptions;
}

/** Options whose result is measured once for all runs. */
export const MEASURING: readonly RunOptionName[] = ['memory', 'findLearningRate'];

export function withoutOptions(options: RunOptions, names: readonly RunOptionName[]): RunOptions {
  const left: readonly string[] = names;
  return Object.fromEntries(Object.entries(options).filter(([name]) => !left.includes(name)));
}

/** A policy that an arm names or has; plain random masking for one that names none. */
export async function policyOf(
  given: string | MaskingPolicy | undefined,
  { folder, workspaceFolder }: RunFilePlace,
): Promise<MaskingPolicy> {
  if (given === undefined) return BERT_MASKING;
  if (typeof given !== 'string') return given;
  return readPolicy(given, { folder, workspaceFolders: [workspaceFolder] });
}

/** Request for a run of a study, with its data and model inspected. */
export async function inspectedRequest(
  run: RunFile,
  { name }: Pick<StudyFile, 'name'>,
  place: StudyPlace,
): Promise<CreateRunOptions> {
  const { estimate, runsFolder } = place;
  return {
    ...(await inspectRun({ ...requestOfRunFile(run, place), runsFolder })),
    ...(estimate === undefined ? {} : { estimate }),
    experiment: name,
  };
}

/** Runs whose models another run needs; `null` where it needs none. */
export interface NeededRuns {
  /** Run whose model it starts from. */
  readonly start: RunToCome | null;
  /** Run whose wrong predictions it weighs more. */
  readonly wrong: RunToCome | null;
}

interface RunToCome {
  readonly id: string;
  readonly name: string;
}

/** A request with the models that earlier runs of the study will leave. */
export function withModels(
  request: CreateRunOptions,
  { start, wrong }: NeededRuns,
): CreateRunOptions {
  const { model, runsFolder, options } = request;
  if (model === undefined || (start === null && wrong === null)) return request;
  const future = (run: RunToCome): InspectedModel => futureModel(model, { ...run, runsFolder });
  return {
    ...request,
    ...(start === null ? {} : { model: future(start) }),
    ...(wrong === null
      ? {}
      : {
          options: { ...options, debiasModel: future(wrong).path },
          inspectModel: () => Promise.resolve(future(wrong)),
        }),
  };
}
