import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { MeanEstimate } from '../../stats/intervals.js';
import { estimateMean } from '../../stats/intervals.js';
import { detectableDifference } from '../../stats/power.js';
import { signFlipFloor } from '../../stats/pairedSeeds.js';
import { compareGroups, type GroupComparison, type SeedResults } from '../compareGroups.js';
import type { ModelScores, Study, StudyDesign, StudyMetric } from './study.js';

/** Scores of the models of a study, by the ids of their runs. */
export type StudyScores = ReadonlyMap<string, ModelScores>;

/** One policy on one mask. */
export interface StudyCell extends GroupComparison {
  readonly results: readonly SeedResults[];
}

export interface StudyResults {
  /** Arms in the order of the design, each on the masks in the order of the design. */
  readonly cells: readonly (readonly StudyCell[])[];
  /** Index of the mask that decides. */
  readonly primary: number;
  /** Scores that depend on no mask, per arm; `null` without any. */
  readonly words: readonly {
    readonly bitsPerWord: MeanEstimate;
    readonly bitsPerCharacter: MeanEstimate;
  }[];
  /** Runs that have no scores. */
  readonly missing: readonly Study['runs'][number][];
  /** Masked tokens and sequences per mask; `null` before the first model is scored. */
  readonly items: readonly ({ readonly tokens: number; readonly sequences: number } | null)[];
}

/** Whether a higher value of the metric is better. */
export function betterOf(metric: StudyMetric): 'more' | 'less' {
  return metric === 'accuracy' ? 'more' : 'less';
}

/**
 * Compares the policies of a study on each mask, over the seeds that have been trained with both.
 * Holm's correction counts the rivals of one mask. Throws `UserInput` for models that were scored on
 * different items.
 */
export function studyResults({ design, runs }: Study, scores: StudyScores): StudyResults {
  const { arms, masks, metric, margin } = design;
  requireSameItems(runs, scores);
  const scored = runs.flatMap((run) => {
    const found = scores.get(run.run);
    return found === undefined ? [] : [{ ...run, scores: found }];
  });
  const columns = masks.map(({ name: mask }) => {
    const results = arms.map(({ name }) =>
      scored
        .filter(({ arm }) => arm === name)
        .map(({ seed, scores: found }) => ({ seed, value: found.masks[mask]![metric] })),
    );
    const compared = compareGroups(results, {
      better: betterOf(metric),
      margin,
      isComparable: () => true,
    });
    return compared.map((cell, arm) => ({ ...cell, results: results[arm]! }));
  });
  const first = scored[0]?.scores;
  return {
    cells: arms.map((_, arm) => columns.map((column) => column[arm]!)),
    primary: masks.findIndex(({ name }) => name === design.primary),
    words: arms.flatMap(({ name }) => {
      const values = scored.flatMap((run) =>
        run.arm === name && run.scores.words !== null ? [run.scores.words] : [],
      );
      if (values.length === 0) return [];
      return [
        {
          bitsPerWord: estimateMean(values.map(({ bitsPerWord }) => bitsPerWord)),
          bitsPerCharacter: estimateMean(values.map(({ bitsPerCharacter }) => bitsPerCharacter)),
        },
      ];
    }),
    missing: runs.filter(({ run }) => !scores.has(run)),
    items: masks.map(({ name }) => {
      const score = first?.masks[name];
      return score === undefined ? null : { tokens: score.tokens, sequences: score.sequences };
    }),
  };
}

function requireSameItems(runs: Study['runs'], scores: StudyScores): void {
  const known = new Map<string, string>();
  for (const { run } of runs) {
    for (const [mask, hash] of Object.entries(scores.get(run)?.items ?? {})) {
      const first = known.get(mask) ?? hash;
      known.set(mask, first);
      if (first !== hash) throw inputError(problem('study.otherItems', { mask, run }));
    }
  }
}

/** Smallest p-value and detectable gain of a study with a number of seeds. */
export interface PowerRow {
  readonly seeds: number;
  /** Smallest p-value after Holm's correction; no verdict "better" is possible from 0.05 on. */
  readonly floor: number;
  /** Mean gain that is found in four of five studies; `null` without pilot seeds. */
  readonly detectable: number | null;
}

const PLANNED_SEEDS = [3, 4, 5, 6, 7, 8, 10, 12];

/**
 * Smallest p-value and detectable gain by number of seeds. `deviation` is the standard deviation of the gains per seed, from
 * pilot seeds; `null` if there are none.
 */
export function powerRows(
  { arms, seeds }: Pick<StudyDesign, 'arms' | 'seeds'>,
  deviation: number | null,
): PowerRow[] {
  const rivals = arms.length - 1;
  const counts = [...new Set([...PLANNED_SEEDS, seeds.length])].sort((a, b) => a - b);
  return counts.map((count) => ({
    seeds: count,
    floor: Math.min(1, signFlipFloor(count) * rivals),
    detectable: deviation === null ? null : detectableDifference(count, deviation),
  }));
}

/** Largest standard deviation of the gains on the deciding mask; `null` below two seeds. */
export function gainDeviation({ cells, primary }: StudyResults): number | null {
  const deviations = cells.flatMap((row) => {
    const gains = row[primary]!.against?.gains;
    return gains === undefined || gains.n < 2 || gains.deviation === null ? [] : [gains.deviation];
  });
  return deviations.length === 0 ? null : Math.max(...deviations);
}
