import type { Sweep } from '../../core/experiments/sweep/sweep.js';
import { rungShares } from '../../core/experiments/sweep/sweep.js';
import type { SweepProgress, TrialProgress } from '../../core/experiments/sweep/sweepProgress.js';
import type { SweepRunResult, SweepRunResults } from '../../core/experiments/sweep/sweepResults.js';
import { isPausedAtRung } from '../../core/runs/statusText.js';
import { rungStep } from '../../core/runs/rungStep.js';
import type { MetricsRow } from '../../core/runs/schema.js';
import { parametersOfFacts } from '../../core/specs/runFacts.js';
import { readMetrics } from '../runs/readMetrics.js';
import { RunReader, type RunSummary } from '../runs/runReader.js';
import { runDirectoryIn } from './studyFolder.js';

/** A run of a sweep as it is now. */
export interface SweepRun {
  readonly summary: RunSummary;
  readonly rows: readonly MetricsRow[];
}

/** Runs of a sweep by their ids. */
export type SweepRuns = ReadonlyMap<string, SweepRun>;

export async function readSweepRun(
  folder: string,
  sweep: Pick<Sweep, 'runsFolder'>,
  run: string,
): Promise<SweepRun> {
  const directory = runDirectoryIn(folder, sweep, run);
  const summary = await new RunReader().read(directory);
  return { summary, rows: await readMetrics(directory) };
}

/** Reads all runs of a sweep. A run that was deleted counts as one that never started. */
export async function readSweepRuns(folder: string, sweep: Sweep): Promise<Map<string, SweepRun>> {
  const runs = new Map<string, SweepRun>();
  for (const { run } of [...sweep.trials, ...sweep.repeats]) {
    runs.set(run, await readSweepRun(folder, sweep, run));
  }
  return runs;
}

/** Progress of a sweep; `givenUp` has the runs that ended without a result too often. */
export function progressOf(
  { design, trials, repeats }: Sweep,
  runs: SweepRuns,
  givenUp: ReadonlySet<string> = new Set(),
): SweepProgress {
  const all = trials.map(({ number, run }): TrialProgress => {
    const known = runs.get(run);
    const state = known?.summary.state;
    return {
      number,
      values: known === undefined ? rungShares(design).map(() => null) : rungValues(design, known),
      hasStarted: state != null && (state.step > 0 || state.status !== 'waiting'),
      isFinished: known?.summary.status === 'finished',
      isGivenUp: givenUp.has(run) || hasDiverged(known),
    };
  });
  const seconds = trials.reduce(
    (sum, { run }) => sum + (runs.get(run)?.summary.state?.trainingSeconds ?? 0),
    0,
  );
  return {
    trials: all,
    repeats: repeats.map(({ trial, seed, run }) => ({
      ...{ trial, seed },
      isDone:
        runs.get(run)?.summary.status === 'finished' ||
        givenUp.has(run) ||
        hasDiverged(runs.get(run)),
    })),
    isBudgetSpent: design.hours !== null && seconds >= design.hours * 3600,
  };
}

/** Progress and results of all runs of a sweep. */
export async function sweepRunResults(folder: string, sweep: Sweep): Promise<SweepRunResults> {
  const runs = await readSweepRuns(folder, sweep);
  return {
    progress: progressOf(sweep, runs),
    runs: new Map(
      [...runs].flatMap(([id, { summary }]): [string, SweepRunResult][] => {
        const { state, status } = summary;
        if (state === null) return [];
        const { step, totalSteps, trainingSeconds: seconds, latest: heldOut, test = null } = state;
        const isPaused = isPausedAtRung(summary);
        return [[id, { status, isPaused, step, totalSteps, seconds, heldOut, test }]];
      }),
    ),
  };
}

/** A run that diverged would diverge again at the same step. */
function hasDiverged(run: SweepRun | undefined): boolean {
  return run?.summary.status === 'failed' && run.summary.problem?.code === 'Diverged';
}

/** Value of the metric of a trial at each rung. */
function rungValues(design: Sweep['design'], { summary, rows }: SweepRun): (number | null)[] {
  const { state, status, facts } = summary;
  const final = status === 'finished' ? (state?.latest?.[design.metric] ?? null) : null;
  const every = facts === null ? null : parametersOfFacts(facts)['training.evaluateEverySteps'];
  return rungShares(design).map((share) => {
    if (state === null || state.totalSteps === 0 || typeof every !== 'number') return null;
    const { totalSteps } = state;
    const step = rungStep(share, { totalSteps, evaluateEverySteps: every });
    if (step >= totalSteps) return final;
    const row = rows.find((one) => one.split === 'heldOut' && one.step === step);
    return row?.[design.metric] ?? final;
  });
}
