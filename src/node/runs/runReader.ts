import path from 'node:path';
import { mapAtOnce } from '../../core/collections/mapAtOnce.js';
import {
  NO_ANNOTATIONS,
  runAnnotationsSchema,
  type RunAnnotations,
} from '../../core/runs/annotations.js';
import type { AppErrorData } from '../../core/errors.js';
import { problem, type Problem } from '../../core/messages/message.js';
import type { Sighting } from '../../core/runs/processToken.js';
import { factsOfImported, importedRunSchema } from '../../core/specs/importedRun.js';
import { factsOf, originalName, type RunFacts } from '../../core/specs/runFacts.js';
import { RUN_FILES, runStateSchema, type RunState } from '../../core/runs/schema.js';
import {
  isLive,
  LivenessObserver,
  observeImported,
  type ObservedStatus,
} from '../../core/runs/status.js';
import { fileExists } from '../files/descriptors.js';
import { readFactsFile, writeFactsFile } from './factsFile.js';
import { lookFor } from './processes.js';
import { listRunDirectories, runModelFolder } from './runDirectory.js';
import { parseRunSpec } from './runSpecFile.js';
import { parseJson, StampedFiles, type JsonFile } from './stampedFiles.js';

/** Error of a run whose trainer ended without writing why. */
const DISAPPEARED: AppErrorData = {
  code: 'ProcessCrashed',
  details: { process: 'trainer', exitCode: null, signal: null, stderrTail: '' },
};

function asData(wrong: Problem): AppErrorData {
  return { code: 'UserInput', details: { problem: wrong } };
}

/** A run as lists hold it; it never grows with the run's data. */
export interface RunSummary {
  readonly id: string;
  readonly directory: string;
  /** The person's own name for the run, else the spec's, else the id. */
  readonly name: string;
  /** In the experiment that the run was moved to. Null where `run.json` is missing or unreadable. */
  readonly facts: RunFacts | null;
  readonly annotations: RunAnnotations;
  /** Null where `state.json` is missing or unreadable. */
  readonly state: RunState | null;
  readonly status: ObservedStatus;
  /** Why the run cannot be read, or why it failed. */
  readonly problem: AppErrorData | null;
  /** True if the run has left a model that can be loaded. */
  readonly hasModel: boolean;
}

/**
 * Runs to read at the same time. More of them delay the other reads of the process, and one run is
 * parsed while others are read from the disk.
 */
export const RUNS_AT_ONCE = 16;

export interface RunReaderOptions {
  /**
   * File of this installation's own that keeps the facts of runs from one session to the next, each
   * with the stamp of its `run.json`, which decides. Default: none.
   */
  readonly factsFile?: string | undefined;
}

/** Reads runs and caches parsed files, so that an unchanged file is never parsed again. */
export class RunReader {
  private readonly facts = new StampedFiles<RunFacts>((content, name) => {
    const spec = parseRunSpec(content, name);
    return spec.value === null ? spec : { value: factsOf(spec.value), problem: null };
  });
  private readonly imported = new StampedFiles<RunFacts>((content, name) => {
    const run = parseJson(importedRunSchema, content, name);
    return run.value === null ? run : { value: factsOfImported(run.value), problem: null };
  });
  private readonly states = new StampedFiles((content, name) =>
    parseJson(runStateSchema, content, name),
  );
  private readonly liveness = new LivenessObserver(() => performance.now());
  private readonly annotations = new StampedFiles((content, name) =>
    parseJson(runAnnotationsSchema, content, name),
  );

  private recalled: Promise<void> | null = null;

  constructor(private readonly options: RunReaderOptions = {}) {}

  /** Never throws because of the directory's content. */
  async read(directory: string): Promise<RunSummary> {
    await (this.recalled ??= this.recall());
    const id = path.basename(directory);
    const [facts, { state, ...standing }, annotated, hasModel] = await Promise.all([
      this.factsOf(directory),
      this.standing(directory),
      this.annotations.read(path.join(directory, RUN_FILES.annotations)),
      fileExists(path.join(runModelFolder(directory), 'config.json')),
    ]);
    const annotations = annotated.value ?? NO_ANNOTATIONS;
    return {
      id,
      directory,
      name: annotations.name ?? originalName({ facts: facts.value, id }),
      facts: facts.value === null ? null : factsIn(facts.value, annotations.experiment),
      annotations,
      state,
      hasModel,
      ...(facts.problem === null
        ? standing
        : {
            status: 'unreadable' as const,
            problem: asData(problem('runs.unreadable', { reason: facts.problem })),
          }),
      ...(state !== null && facts.value !== null && facts.value.imported !== null
        ? { status: observeImported(state, Date.now()), problem: null }
        : {}),
    };
  }

  /** Facts from `run.json`, or of a run of another tool. */
  private async factsOf(directory: string): Promise<JsonFile<RunFacts>> {
    const own = await this.facts.read(path.join(directory, RUN_FILES.spec));
    if (own.value !== null || !own.isMissing) return own;
    const imported = await this.imported.read(path.join(directory, RUN_FILES.imported));
    return imported.value === null && imported.isMissing ? own : imported;
  }

  /** Stores the facts of the runs that were read, if some are new. */
  async remember(): Promise<void> {
    const { factsFile } = this.options;
    const facts = this.facts.newContents();
    if (factsFile === undefined || facts === null) return;
    // Without the file, the next session parses the specs again.
    await writeFactsFile(factsFile, facts).catch(() => undefined);
  }

  private async recall(): Promise<void> {
    const { factsFile } = this.options;
    if (factsFile !== undefined) this.facts.recall(await readFactsFile(factsFile));
  }

  private async standing(
    directory: string,
  ): Promise<Pick<RunSummary, 'state' | 'status' | 'problem'>> {
    const file = path.join(directory, RUN_FILES.state);
    let read = await this.states.read(file);
    if (read.value === null) {
      const { problem: reason } = read;
      const lost = asData(problem('runs.stateUnreadable', { reason }));
      return { state: null, status: 'crashed', problem: lost };
    }
    let sighting = await sightingOf(read.value, directory);
    if (sighting === 'gone') {
      // A trainer writes its last state just before it ends: it may be there by now.
      read = await this.states.read(file);
      if (read.value === null) return this.standing(directory);
      sighting = await sightingOf(read.value, directory);
    }
    const state = read.value;
    const status = this.liveness.observe(directory, state, sighting);
    return { state, status, problem: status === 'crashed' ? DISAPPEARED : state.error };
  }
}

/** Facts of moved runs by those of their specs: the same object while nothing changes. */
const moved = new WeakMap<RunFacts, RunFacts>();

/** Facts of a run in the experiment that a person moved it to. */
function factsIn(facts: RunFacts, experiment = facts.experiment): RunFacts {
  if (experiment === facts.experiment) return facts;
  const known = moved.get(facts);
  if (known?.experiment === experiment) return known;
  const placed = { ...facts, experiment };
  moved.set(facts, placed);
  return placed;
}

/** Looks for the process that owns a run; a run that has ended has none. */
async function sightingOf(
  { status, process }: RunState,
  directory: string,
): Promise<Sighting | 'unowned'> {
  return !isLive(status) || process === null ? 'unowned' : lookFor(process, directory);
}

/** Reads a run once. Never throws because of the directory's content. */
export function readRun(directory: string): Promise<RunSummary> {
  return new RunReader().read(directory);
}

/** All runs of a runs folder, newest first, read once. A folder that does not exist has none. */
export async function listRuns(runsFolder: string): Promise<RunSummary[]> {
  const reader = new RunReader();
  const directories = await listRunDirectories(runsFolder);
  return mapAtOnce(directories, RUNS_AT_ONCE, (directory) => reader.read(directory));
}
