import path from 'node:path';
import { lowerLearningRate } from '../../core/errors.js';
import { isSuggestedName, suggestName } from '../../core/runs/runId.js';
import { isLive } from '../../core/runs/status.js';
import { repeatRun, type RepeatOptions } from '../../node/runs/repeatRun.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import { writeAnnotations } from '../../node/runs/writeAnnotations.js';
import { groupRuns } from '../../core/experiments/runGroups.js';
import type { Reporter } from '../platform/reporter.js';
import { isTrustedForTraining } from '../platform/trust.js';
import type { RunActions } from './runActions.js';
import type { RunStore } from './runStore.js';
import { mustWait, startOrAnnounce } from './startOrQueue.js';

export interface RepeatDependencies {
  readonly runStore: Pick<RunStore, 'ready' | 'live' | 'list' | 'update'>;
  readonly actions: Pick<RunActions, 'launch'>;
  readonly reporter: Reporter;
}

/** Trains runs again with the same seed, each as a new run. */
export async function repeatRuns(
  dependencies: RepeatDependencies,
  runs: readonly RunSummary[],
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  for (const run of readable(runs)) await repeat(dependencies, run);
}

/** Trains each setting among runs again with the first seed above those that it was trained with. */
export async function repeatWithOtherSeed(
  dependencies: RepeatDependencies,
  runs: readonly RunSummary[],
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  for (const { key, runs: members } of groupRuns(readable(runs))) {
    const seeds = dependencies.runStore
      .list()
      .flatMap(({ facts }) => (facts?.group === key ? [facts.seed] : []));
    await repeat(dependencies, members[0]!, { seed: Math.max(...seeds) + 1 });
  }
}

/**
 * Trains runs again from their beginning with half of their learning rate, each as a new run: a run
 * keeps its options, so that it can be repeated. Runs that still train are stopped. Returns the
 * directories of the new runs.
 */
export async function repeatWithLowerRate(
  dependencies: RepeatDependencies & { readonly actions: Pick<RunActions, 'stop'> },
  runs: readonly RunSummary[],
): Promise<string[]> {
  if (!(await isTrustedForTraining())) return [];
  const made: string[] = [];
  for (const run of readable(runs)) {
    const { optimizer } = await readRunSpec(run.directory);
    if (isLive(run.status)) await dependencies.actions.stop(run.directory);
    const learningRate = lowerLearningRate(optimizer.learningRate);
    made.push(await repeat(dependencies, run, { learningRate }));
  }
  return made;
}

type ReadableRun = RunSummary & { readonly facts: NonNullable<RunSummary['facts']> };

function readable(runs: readonly RunSummary[]): ReadableRun[] {
  return runs.filter((run): run is ReadableRun => run.facts !== null);
}

/** Creates a run like this one, in its experiment and with the annotations of its setting. */
async function repeat(
  dependencies: RepeatDependencies,
  { directory, name: given, facts, annotations }: ReadableRun,
  changes: Pick<RepeatOptions, 'seed' | 'learningRate'> = {},
): Promise<string> {
  const { runStore } = dependencies;
  const isQueued = await mustWait(runStore, path.dirname(directory));
  const name = isSuggestedName(given) ? suggestName(Math.random) : given;
  const { experiment } = facts;
  const repeated = await repeatRun(directory, { ...changes, name, experiment, isQueued });
  const { tags, hypothesis, color } = annotations;
  const kept = { tags, hypothesis, color };
  if (Object.values(kept).some((value) => value !== undefined)) {
    await writeAnnotations(
      repeated.directory,
      Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    );
  }
  await runStore.update(repeated.directory);
  // Not awaited: the message may be open long after the command is done.
  const started = startOrAnnounce(dependencies, { directory: repeated.directory, name, isQueued });
  if (!isQueued) await started;
  return repeated.directory;
}
