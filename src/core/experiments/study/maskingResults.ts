import { estimateMean, type MeanEstimate } from '../../stats/intervals.js';
import type { MaskingDesign, MaskingScores } from './study.js';
import { cellsByArm, compareArms, type ScoredRun, type StudyCells } from './studyCells.js';

export interface MaskingResults extends StudyCells {
  /** Scores that depend on no mask, per arm; empty without any. */
  readonly words: readonly {
    readonly bitsPerWord: MeanEstimate;
    readonly bitsPerCharacter: MeanEstimate;
  }[];
  /**
   * Words that are left out of these scores, of how many: those of the model that leaves out the most.
   * `null` without any scores, and if one is of an older version, which does not say.
   */
  readonly skippedWords: { readonly skipped: number; readonly total: number } | null;
  /** Masked tokens and sequences per mask; `null` before the first model is scored. */
  readonly items: readonly ({ readonly tokens: number; readonly sequences: number } | null)[];
}

/** Compares the policies of a masking study on each mask. */
export function maskingResults(
  { arms, masks, metric, margin, primary }: MaskingDesign,
  scored: readonly ScoredRun<MaskingScores>[],
): Omit<MaskingResults, 'missing'> {
  const columns = masks.map(({ name }) =>
    compareArms(scored, {
      ...{ arms, margin, better: metric === 'accuracy' ? 'more' : 'less' },
      valueOf: (scores) => scores.masks[name]?.[metric],
    }),
  );
  const first = scored[0]?.scores;
  return {
    cells: cellsByArm(arms, columns),
    primary: masks.findIndex(({ name }) => name === primary),
    words: arms.flatMap(({ name }) => {
      const values = scored.flatMap(({ arm, scores }) =>
        arm === name && scores.words !== null ? [scores.words] : [],
      );
      if (values.length === 0) return [];
      return [
        {
          bitsPerWord: estimateMean(values.map(({ bitsPerWord }) => bitsPerWord)),
          bitsPerCharacter: estimateMean(values.map(({ bitsPerCharacter }) => bitsPerCharacter)),
        },
      ];
    }),
    skippedWords: skippedWords(scored),
    items: masks.map(({ name }) => {
      const score = first?.masks[name];
      return score === undefined ? null : { tokens: score.tokens, sequences: score.sequences };
    }),
  };
}

function skippedWords(scored: readonly ScoredRun<MaskingScores>[]): MaskingResults['skippedWords'] {
  const counts = scored.flatMap(({ scores: { words } }) =>
    words === null ? [] : [{ skipped: words.skipped, total: words.words + (words.skipped ?? 0) }],
  );
  let most: { readonly skipped: number; readonly total: number } | null = null;
  for (const { skipped, total } of counts) {
    if (skipped === undefined) return null;
    if (most === null || skipped > most.skipped) most = { skipped, total };
  }
  return most;
}
