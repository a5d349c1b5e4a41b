import { inputError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import { CROSSED_FLOOR } from '../../stats/crossedBootstrap.js';
import { ALPHA, detectableDifference } from '../../stats/power.js';
import { signFlipFloor } from '../../stats/pairedSeeds.js';
import {
  isAcrossRows,
  LEAST_CROSSED_SEEDS,
  labelResults,
  type LabelResults,
} from './labelResults.js';
import { maskingResults, type MaskingResults } from './maskingResults.js';
import {
  hasLabels,
  type LabelDesign,
  type LabelScores,
  type MaskingDesign,
  type MaskingScores,
  type ModelScores,
  type Study,
  type StudyDesign,
} from './study.js';
import type { ScoredRun, StudyCells } from './studyCells.js';

/** Scores of the models of a study, by the ids of their runs. */
export type StudyScores = ReadonlyMap<string, ModelScores>;

/** A study of either kind with its results. */
export type StudyOutcome =
  | {
      readonly kind: 'masking';
      readonly study: Study<MaskingDesign>;
      readonly results: MaskingResults;
    }
  | { readonly kind: 'labels'; readonly study: Study<LabelDesign>; readonly results: LabelResults };

/** Compares the arms of a study. Throws `UserInput` for models that were scored on different items. */
export function studyResults(study: Study, scores: StudyScores): StudyOutcome {
  const { design, runs } = study;
  requireSameItems(runs, scores);
  const scored = runs.flatMap((run) => {
    const found = scores.get(run.run);
    return found === undefined ? [] : [{ ...run, scores: found }];
  });
  const missing = runs.filter(({ run }) => !scores.has(run));
  return hasLabels(design)
    ? {
        kind: 'labels',
        study: { ...study, design },
        results: { ...labelResults(design, scored as ScoredRun<LabelScores>[]), missing },
      }
    : {
        kind: 'masking',
        study: { ...study, design },
        results: { ...maskingResults(design, scored as ScoredRun<MaskingScores>[]), missing },
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
  /**
   * Mean gain that is found in four of five studies; `null` without pilot seeds, or where no gain is.
   */
  readonly detectable: number | null;
}

const PLANNED_SEEDS = [3, 4, 5, 6, 7, 8, 10, 12];

/**
 * Smallest p-value and detectable gain by number of seeds. `deviation` is the standard deviation of the gains per seed, from
 * pilot seeds; `null` if there are none.
 */
export function powerRows(design: StudyDesign, deviation: number | null): PowerRow[] {
  const { arms, seeds } = design;
  const rivals = arms.length - 1;
  const isCrossed = hasLabels(design) && isAcrossRows(design);
  const counts = [...new Set([...PLANNED_SEEDS, seeds.length])].sort((a, b) => a - b);
  return counts.map((count) => {
    const hasRows = isCrossed && count >= LEAST_CROSSED_SEEDS;
    const floor = Math.min(1, rivals * (hasRows ? CROSSED_FLOOR : signFlipFloor(count)));
    const test = hasRows ? 't' : 'signFlip';
    const detectable =
      deviation === null
        ? Infinity
        : detectableDifference(count, deviation, { alpha: ALPHA / rivals, test });
    return { seeds: count, floor, detectable: Number.isFinite(detectable) ? detectable : null };
  });
}

/** Largest standard deviation of the gains on the deciding mask or test set; `null` below two seeds. */
export function gainDeviation({ cells, primary }: StudyCells): number | null {
  const deviations = cells.flatMap((row) => {
    const gains = row[primary]!.against?.gains;
    return gains === undefined || gains.n < 2 || gains.deviation === null ? [] : [gains.deviation];
  });
  return deviations.length === 0 ? null : Math.max(...deviations);
}
