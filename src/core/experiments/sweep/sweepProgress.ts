import { isBetter, repeatSeed, rungShares, type SweepDesign } from './sweep.js';

/** Results of one trial so far. */
export interface TrialProgress {
  readonly number: number;
  /** Value of the metric at each rung; `null` where the trial has not been evaluated. */
  readonly values: readonly (number | null)[];
  readonly hasStarted: boolean;
  /** Trained to the end, by the sweep or by hand. */
  readonly isFinished: boolean;
  /** Ended without a result as often as the sweep allows. */
  readonly isGivenUp: boolean;
}

export interface RepeatProgress {
  readonly trial: number;
  readonly seed: number;
  readonly isDone: boolean;
}

/** Decision at the end of a rung. */
export interface RungDecision {
  /** From 0. */
  readonly rung: number;
  readonly share: number;
  /** Trials that were trained up to the rung and have a value there. */
  readonly evaluated: readonly number[];
  /** Value of the last trial that continues by its rank; `null` on the last rung, and before every trial has ended. */
  readonly cutoff: number | null;
  /** Trials that continue, best first; those within the tolerance come last. */
  readonly kept: readonly number[];
}

/** Next thing to train. */
export type SweepTurn =
  | {
      readonly kind: 'trial';
      readonly trial: number;
      readonly rung: number;
      readonly share: number;
    }
  | { readonly kind: 'repeat'; readonly trial: number; readonly seed: number };

export interface SweepProgress {
  readonly trials: readonly TrialProgress[];
  readonly repeats: readonly RepeatProgress[];
  /** Whether the hours of the sweep are used up, so that no trial starts. */
  readonly isBudgetSpent: boolean;
}

/**
 * Decisions of successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943) up to the first rung
 * that is not complete: of the trials of a rung, one of `factor` continues, and with it those that
 * are worse than the cut-off by at most the tolerance. Without halving there is one rung.
 */
export function rungDecisions(
  design: Pick<SweepDesign, 'halving' | 'metric'>,
  { trials, isBudgetSpent }: SweepProgress,
): RungDecision[] {
  const shares = rungShares(design);
  const decisions: RungDecision[] = [];
  let members = trials.filter((trial) => trial.hasStarted || !isBudgetSpent);
  for (const [rung, share] of shares.entries()) {
    const evaluated = ranked(design, members, rung);
    const isComplete = members.every((trial) => trial.values[rung] !== null || trial.isGivenUp);
    const { cutoff, kept } = isComplete
      ? keptOf(design, evaluated, { rung, members: members.length })
      : { cutoff: null, kept: [] };
    decisions.push({
      rung,
      share,
      evaluated: evaluated.map(({ number }) => number),
      cutoff,
      kept: kept.map(({ number }) => number),
    });
    if (!isComplete) break;
    members = [...kept];
  }
  return decisions;
}

/** Trials with a value at a rung, best first; of equal ones the first. */
function ranked(
  design: Pick<SweepDesign, 'metric'>,
  trials: readonly TrialProgress[],
  rung: number,
): TrialProgress[] {
  return trials
    .filter(({ values }) => values[rung] !== null)
    .sort((a, b) => {
      const [left, right] = [a.values[rung]!, b.values[rung]!];
      if (left === right) return a.number - b.number;
      return isBetter(design, left, right) ? -1 : 1;
    });
}

function keptOf(
  design: Pick<SweepDesign, 'halving' | 'metric'>,
  evaluated: readonly TrialProgress[],
  { rung, members }: { readonly rung: number; readonly members: number },
): { readonly cutoff: number | null; readonly kept: readonly TrialProgress[] } {
  const { halving } = design;
  if (halving === null || rung === halving.rungs - 1) return { cutoff: null, kept: evaluated };
  const count = Math.max(1, Math.floor(members / halving.factor));
  const cutoff = evaluated[Math.min(count, evaluated.length) - 1]?.values[rung] ?? null;
  if (cutoff === null) return { cutoff, kept: [] };
  const kept = evaluated.filter((trial, i) => {
    const value = trial.values[rung]!;
    return i < count || (halving.tolerance > 0 && Math.abs(value - cutoff) <= halving.tolerance);
  });
  return { cutoff, kept };
}

/** Finished trials, best first. */
export function finishedTrials(
  design: Pick<SweepDesign, 'halving' | 'metric'>,
  { trials }: Pick<SweepProgress, 'trials'>,
): TrialProgress[] {
  const last = rungShares(design).length - 1;
  return ranked(
    design,
    trials.filter(({ isFinished }) => isFinished),
    last,
  );
}

/**
 * Next thing to train, or `null` if nothing is left: trials in their order up to the first rung, then
 * those that continue, then the best with fresh seeds.
 */
export function nextTurn(
  design: Pick<SweepDesign, 'halving' | 'metric' | 'repeats' | 'seed'>,
  progress: SweepProgress,
): SweepTurn | null {
  const { trials, repeats, isBudgetSpent } = progress;
  const decisions = rungDecisions(design, progress);
  const { rung, share } = decisions.at(-1)!;
  const before = decisions.at(-2)?.kept;
  const next = trials.find(
    (trial) =>
      trial.values[rung] === null &&
      !trial.isGivenUp &&
      (before === undefined ? trial.hasStarted || !isBudgetSpent : before.includes(trial.number)),
  );
  if (next !== undefined) return { kind: 'trial', trial: next.number, rung, share };
  const { top, seeds } = design.repeats;
  for (const { number } of finishedTrials(design, progress).slice(0, top)) {
    for (let i = 0; i < seeds; i++) {
      const seed = repeatSeed(design, i);
      const known = repeats.find((repeat) => repeat.trial === number && repeat.seed === seed);
      if (known?.isDone !== true) return { kind: 'repeat', trial: number, seed };
    }
  }
  return null;
}
