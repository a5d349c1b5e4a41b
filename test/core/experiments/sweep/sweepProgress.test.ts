import { describe, expect, it } from 'vitest';
import {
  finishedTrials,
  nextTurn,
  rungDecisions,
  type SweepProgress,
  type TrialProgress,
} from '../../../../src/core/experiments/sweep/sweepProgress.js';
import { rungShares, type SweepDesign } from '../../../../src/core/experiments/sweep/sweep.js';

type Design = Pick<SweepDesign, 'halving' | 'metric' | 'repeats' | 'seed'>;
const DESIGN: Design = {
  ...{ metric: 'loss', seed: 5 },
  halving: { rungs: 3, factor: 3, tolerance: 0 },
  repeats: { top: 1, seeds: 2 },
};

/** Loss of a trial on a rung: trial 1 is the best, and all get better. */
const lossOf = (trial: number, rung: number): number => trial - rung * 0.1;

interface Simulation {
  readonly turns: string[];
  readonly progress: SweepProgress;
}

/** Runs a sweep to its end, or for a number of turns, from where an earlier one ended. */
function simulate(
  design: Design,
  {
    trials: count,
    fails = [],
    budget = Infinity,
    turns: most = 1000,
    from,
  }: {
    readonly trials: number;
    readonly fails?: readonly number[];
    /** Trials that start before the hours are used up. */
    readonly budget?: number;
    readonly turns?: number;
    readonly from?: SweepProgress;
  },
): Simulation {
  const shares = rungShares(design);
  let progress: SweepProgress = from ?? {
    trials: Array.from({ length: count }, (_, i) => ({
      number: i + 1,
      values: shares.map(() => null),
      ...{ hasStarted: false, isFinished: false, isGivenUp: false },
    })),
    repeats: [],
    isBudgetSpent: false,
  };
  const turns: string[] = [];
  const change = (number: number, changes: Partial<TrialProgress>): void => {
    const trials = progress.trials.map((trial) =>
      trial.number === number ? { ...trial, ...changes } : trial,
    );
    const started = trials.filter(({ hasStarted }) => hasStarted).length;
    progress = { ...progress, trials, isBudgetSpent: started >= budget };
  };
  while (turns.length < most) {
    const turn = nextTurn(design, progress);
    if (turn === null) break;
    if (turn.kind === 'repeat') {
      turns.push(`repeat ${turn.trial}/${turn.seed}`);
      const { trial, seed } = turn;
      progress = { ...progress, repeats: [...progress.repeats, { trial, seed, isDone: true }] };
    } else {
      turns.push(`${turn.trial}@${turn.rung}`);
      if (fails.includes(turn.trial)) change(turn.trial, { isGivenUp: true, hasStarted: true });
      else {
        const { values } = progress.trials[turn.trial - 1]!;
        change(turn.trial, {
          values: values.map((value, rung) =>
            rung === turn.rung ? lossOf(turn.trial, rung) : value,
          ),
          hasStarted: true,
          isFinished: turn.rung === shares.length - 1,
        });
      }
    }
  }
  return { turns, progress };
}

describe('the turns of a sweep', () => {
  it('without halving are all trials in order, then the best with fresh seeds', () => {
    expect(simulate({ ...DESIGN, halving: null }, { trials: 3 }).turns).toEqual([
      ...['1@0', '2@0', '3@0', 'repeat 1/6', 'repeat 1/7'],
    ]);
  });

  it('with halving are the better third of each rung', () => {
    const { turns } = simulate(DESIGN, { trials: 9 });
    expect(turns.slice(9)).toEqual(['1@1', '2@1', '3@1', '1@2', 'repeat 1/6', 'repeat 1/7']);
  });

  it('continue after an interruption as if there had been none', () => {
    const whole = simulate(DESIGN, { trials: 9 }).turns;
    for (let cut = 0; cut <= whole.length; cut++) {
      const first = simulate(DESIGN, { trials: 9, turns: cut });
      const rest = simulate(DESIGN, { trials: 9, from: first.progress });
      expect([...first.turns, ...rest.turns]).toEqual(whole);
    }
  });

  it('leave out trials that have failed, and count them among those that do not continue', () => {
    const { turns } = simulate(DESIGN, { trials: 9, fails: [1, 4] });
    expect(turns.slice(9)).toEqual(['2@1', '3@1', '5@1', '2@2', 'repeat 2/6', 'repeat 2/7']);
  });

  it('start no trial after the hours are used up, and finish those that have started', () => {
    const { turns } = simulate(DESIGN, { trials: 9, budget: 6 });
    expect(turns).toEqual([
      ...['1@0', '2@0', '3@0', '4@0', '5@0', '6@0', '1@1', '2@1', '1@2'],
      ...['repeat 1/6', 'repeat 1/7'],
    ]);
  });

  it('keep trials within the tolerance of the cut-off', () => {
    const tolerant = { ...DESIGN, halving: { rungs: 3, factor: 3, tolerance: 1 } };
    const { progress, turns } = simulate(tolerant, { trials: 9 });
    expect(turns.slice(9, 13)).toEqual(['1@1', '2@1', '3@1', '4@1']);
    expect(rungDecisions(tolerant, progress)[0]).toMatchObject({ cutoff: 3, kept: [1, 2, 3, 4] });
  });

  it('end when every trial fails', () => {
    const { turns, progress } = simulate(DESIGN, { trials: 2, fails: [1, 2] });
    expect(turns).toEqual(['1@0', '2@0']);
    expect(finishedTrials(DESIGN, progress)).toEqual([]);
  });

  it('treat more as better where the metric says so', () => {
    const { turns } = simulate({ ...DESIGN, metric: 'accuracy' }, { trials: 9 });
    expect(turns.slice(9, 13)).toEqual(['7@1', '8@1', '9@1', '9@2']);
  });
});
