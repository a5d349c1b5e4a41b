import { compareGroups, type GroupComparison, type SeedResults } from '../compareGroups.js';
import type { Study } from './study.js';

/** One arm on one mask or test set. */
export interface StudyCell extends GroupComparison {
  readonly results: readonly SeedResults[];
  /** Whether interval and p-value of the gains are over seeds and rows, not over seeds alone. */
  readonly isAcrossRows?: true;
}

/** Results by the metric of a study. */
export interface StudyCells {
  /** Arms in the order of the design, each on the masks or test sets in the order of the design. */
  readonly cells: readonly (readonly StudyCell[])[];
  /** Index of the mask or test set that decides. */
  readonly primary: number;
  /** Runs that have no scores. */
  readonly missing: readonly Study['runs'][number][];
}

/** A run with the scores of its model. */
export interface ScoredRun<Scores> {
  readonly arm: string;
  readonly seed: number;
  readonly scores: Scores;
}

export interface CompareArmsOptions<Scores> {
  readonly arms: readonly { readonly name: string }[];
  /** Value of a model; `undefined` for one that has none. */
  readonly valueOf: (scores: Scores) => number | undefined;
  readonly better: 'more' | 'less';
  readonly margin: number | null;
}

/**
 * Compares arms with the first one by a value of their models, over the seeds that both were trained
 * with. Holm's correction counts the rivals.
 */
export function compareArms<Scores>(
  scored: readonly ScoredRun<Scores>[],
  { arms, valueOf, better, margin }: CompareArmsOptions<Scores>,
): StudyCell[] {
  const results = arms.map(({ name }) =>
    scored.flatMap(({ arm, seed, scores }): SeedResults[] => {
      const value = arm === name ? valueOf(scores) : undefined;
      return value === undefined ? [] : [{ seed, value }];
    }),
  );
  const compared = compareGroups(results, { better, margin, isComparable: () => true });
  return compared.map((cell, arm) => ({ ...cell, results: results[arm]! }));
}

/** The cells of each arm, from those of each mask or test set. */
export function cellsByArm(
  arms: readonly unknown[],
  columns: readonly (readonly StudyCell[])[],
): StudyCell[][] {
  return arms.map((_, arm) => columns.map((column) => column[arm]!));
}
