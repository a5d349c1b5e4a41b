import { message, verbatim, type Message } from '../../core/messages/message.js';
import type { Sweep } from '../../core/experiments/sweep/sweep.js';
import {
  nextTurn,
  rungDecisions,
  type SweepTurn,
} from '../../core/experiments/sweep/sweepProgress.js';
import { metricMessage } from '../../core/runs/metrics.js';
import { failsAgain } from '../../core/runs/status.js';
import type { Launcher } from '../runs/launcher.js';
import { repeatRun } from '../runs/repeatRun.js';
import { appendRunLog, hasInRunLog } from '../runs/runLog.js';
import { checkInputs } from './checkInputs.js';
import { trialName } from './createSweep.js';
import { progressOf, readSweepRun, readSweepRuns, type SweepRun } from './sweepState.js';
import { runDirectoryIn, writeSweep } from './studyFolder.js';
import { endOf, trainUntil } from './trainUntil.js';

export interface RunSweepOptions {
  readonly launcher: Launcher;
  readonly report: (said: Message) => void;
  /** Asks to end after the current step; the sweep is resumed by running it again. */
  readonly signal: AbortSignal;
}

/**
 * Trains the trials of a sweep, one run after the other, pauses and resumes them as successive halving
 * decides, and repeats the best with fresh seeds. What is done is never done again: all decisions
 * follow from the runs, so that a sweep which was interrupted continues where it ended. Before anything is
 * trained, throws `Model` for a start model that is gone or has changed, and `Data` for files.
 */
export async function runSweep(
  folder: string,
  sweep: Sweep,
  { launcher, report, signal }: RunSweepOptions,
): Promise<void> {
  const sweeper = new Sweeper(folder, sweep, { launcher, report, signal });
  await sweeper.run();
}

class Sweeper {
  private runs = new Map<string, SweepRun>();
  private readonly attempts = new Map<string, number>();
  private readonly givenUp = new Set<string>();

  constructor(
    private readonly folder: string,
    private sweep: Sweep,
    private readonly options: RunSweepOptions,
  ) {}

  async run(): Promise<void> {
    this.runs = await readSweepRuns(this.folder, this.sweep);
    const reported = new Set(this.completeRungs().map(({ rung }) => rung));
    await this.logRungs();
    if (nextTurn(this.sweep.design, this.progress()) !== null) await this.checkInputs();
    while (!this.options.signal.aborted) {
      const turn = nextTurn(this.sweep.design, this.progress());
      if (turn === null) break;
      await this.take(turn);
      for (const decision of this.completeRungs()) {
        if (reported.has(decision.rung)) continue;
        reported.add(decision.rung);
        await this.logRungs();
        const { rung, cutoff, kept } = decision;
        this.options.report(
          message('sweep.rungDecided', {
            rung: rung + 1,
            count: kept.length,
            cutoff: metricMessage(this.sweep.design.metric, cutoff!),
            trials: kept.join(', '),
          }),
        );
      }
    }
    this.reportBudget();
  }

  private progress() {
    return progressOf(this.sweep, this.runs, this.givenUp);
  }

  private completeRungs() {
    return rungDecisions(this.sweep.design, this.progress()).filter(
      ({ cutoff }) => cutoff !== null,
    );
  }

  /** All trials have the same model and files; a run may have been deleted. */
  private async checkInputs(): Promise<void> {
    const known = [...this.runs.values()].find(({ summary }) => summary.facts !== null);
    if (known !== undefined) await checkInputs([known.summary.directory]);
  }

  /**
   * Writes the cut-off of each complete rung into the logs of its trials, whose trainers have ended.
   * Skips what a log already says, so that an interrupted sweep writes it once.
   */
  private async logRungs(): Promise<void> {
    const { metric } = this.sweep.design;
    const { trials } = this.progress();
    for (const { rung, cutoff, kept, evaluated } of this.completeRungs()) {
      for (const number of evaluated) {
        const { run } = this.sweep.trials.find((trial) => trial.number === number)!;
        const directory = runDirectoryIn(this.folder, this.sweep, run);
        const value = trials.find((trial) => trial.number === number)!.values[rung]!;
        const said = {
          rung: rung + 1,
          value: metricMessage(metric, value),
          cutoff: metricMessage(metric, cutoff!),
        };
        const isKept = kept.includes(number);
        const row = isKept
          ? message('sweep.passedCutoff', said)
          : message('sweep.belowCutoff', { ...said, trials: kept.join(', ') });
        if (!(await hasInRunLog(directory, row))) appendRunLog(directory, 'info', row);
      }
    }
  }

  private reportBudget(): void {
    const { trials, isBudgetSpent } = this.progress();
    const count = trials.filter(({ hasStarted }) => !hasStarted).length;
    if (isBudgetSpent && count > 0) {
      this.options.report(message('sweep.budgetSpent', { count }));
    }
  }

  private async take(turn: SweepTurn): Promise<void> {
    const { trial } = turn;
    const { report } = this.options;
    if (turn.kind === 'trial') {
      const { run } = this.sweep.trials.find(({ number }) => number === trial)!;
      const isNew = (this.runs.get(run)?.summary.state?.step ?? 0) === 0;
      report(message(isNew ? 'sweep.trialStarted' : 'sweep.trialResumed', { trial, run }));
      await this.train(run, { trial, until: turn.share, rung: turn.rung });
    } else {
      const { seed } = turn;
      const run = await this.repetition(turn);
      report(message('sweep.repeatStarted', { trial, seed: String(seed) }));
      await this.train(run, { trial, until: 1, rung: null });
    }
  }

  /** The run that repeats a trial with a seed, which is created if there is none. */
  private async repetition({
    trial,
    seed,
  }: {
    readonly trial: number;
    readonly seed: number;
  }): Promise<string> {
    const { id, repeats, trials } = this.sweep;
    const known = repeats.find((repeat) => repeat.trial === trial && repeat.seed === seed);
    if (known !== undefined) return known.run;
    const repeated = trials.find(({ number }) => number === trial)!;
    const arm = trialName(repeated);
    const { spec } = await repeatRun(runDirectoryIn(this.folder, this.sweep, repeated.run), {
      name: `${arm} · ${seed}`,
      seed,
      study: { id, arm, kind: 'sweep' },
    });
    this.sweep = { ...this.sweep, repeats: [...repeats, { trial, seed, run: spec.id }] };
    await writeSweep(this.folder, this.sweep);
    return spec.id;
  }

  private async train(
    run: string,
    { trial, until, rung }: { trial: number; until: number; rung: number | null },
  ): Promise<void> {
    const { launcher, signal, report } = this.options;
    const { design } = this.sweep;
    const after = await trainUntil(runDirectoryIn(this.folder, this.sweep, run), {
      ...{ launcher, signal, report, until },
    });
    this.runs.set(run, await readSweepRun(this.folder, this.sweep, run));
    const reached = this.progress().trials.find(({ number }) => number === trial)!;
    const value =
      rung === null ? after.state?.latest?.[design.metric] : (reached.values[rung] ?? undefined);
    if (after.status === 'finished' || (rung !== null && value !== undefined)) {
      const said = metricMessage(design.metric, value ?? NaN);
      const step = after.state?.step ?? 0;
      report(
        after.status === 'finished'
          ? message('sweep.trialFinished', { trial, value: said })
          : message('sweep.trialPaused', { trial, step, value: said }),
      );
      return;
    }
    if (signal.aborted) return;
    const attempts = (this.attempts.get(run) ?? 0) + 1;
    this.attempts.set(run, attempts);
    const reason = verbatim(endOf(after));
    // A person who stopped the run does not want it to start again at once.
    const isOver = after.status === 'stopped' || failsAgain(after) || reached.isGivenUp;
    if (isOver || attempts > design.retries) {
      this.givenUp.add(run);
      report(message('sweep.trialFailed', { trial, reason }));
    } else report(message('sweep.trialRetried', { trial, reason }));
  }
}
