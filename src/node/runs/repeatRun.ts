import path from 'node:path';
import { runIdOf } from '../../core/runs/runId.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import { freeRunId, storeRun } from './createRun.js';
import { packageVersions } from './packageVersions.js';
import { readRunSpec } from './runSpecFile.js';

export interface RepeatOptions {
  /** Folder of the new run. Default: that of the run. */
  readonly runsFolder?: string;
  readonly name: string;
  /** Default: the seed of the run. */
  readonly seed?: number;
  /** Peak learning rate. Default: that of the run. */
  readonly learningRate?: number;
  /** Sweep that repeats the run; such a run waits until the sweep starts it. Default: none. */
  readonly study?: RunSpec['study'];
  /** Default: the experiment in the spec of the run. */
  readonly experiment?: string;
  /** Whether the run waits for others to end before it is started. */
  readonly isQueued?: boolean;
}

/**
 * Creates a run with the spec of another one; only its id, its name, its versions and, if wanted, its
 * seed, its learning rate and its experiment differ. The data is not inspected again: a trainer refuses files that have changed. Throws
 * `UserInput` for a run that cannot be read, or `Storage`.
 */
export async function repeatRun(
  directory: string,
  {
    name,
    seed,
    learningRate,
    study = null,
    experiment,
    isQueued = false,
    runsFolder = path.dirname(directory),
  }: RepeatOptions,
): Promise<{ readonly directory: string; readonly spec: RunSpec }> {
  const spec = await readRunSpec(directory);
  const createdAt = new Date();
  const id = freeRunId(runsFolder, runIdOf(name, createdAt));
  const repeated: RunSpec = {
    ...spec,
    id,
    name,
    createdAt: createdAt.toISOString(),
    experiment: experiment ?? spec.experiment,
    // A run that makes its model keeps it in its own directory.
    model:
      spec.newModel === null
        ? spec.model
        : { ...spec.model, path: path.join(path.resolve(runsFolder, id), RUN_FILES.start) },
    training: { ...spec.training, seed: seed ?? spec.training.seed },
    optimizer: { ...spec.optimizer, learningRate: learningRate ?? spec.optimizer.learningRate },
    study,
    versions: packageVersions(),
  };
  return { directory: await storeRun(runsFolder, repeated, { isQueued }), spec: repeated };
}
