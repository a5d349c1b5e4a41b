import { binomialTail } from '../stats/binomialTail.js';
import type { CuePlace, CueTable } from './cueCounts.js';
import type { Cue } from './cues.js';

/** A cue whose texts have a label more often than chance explains. */
export interface LabelLeak {
  readonly cue: Cue;
  readonly label: string;
  /** Number of texts with the cue, and of those with the label. */
  readonly texts: number;
  readonly withLabel: number;
  /** Share of the texts with the cue that have the label, p̂(y|w). */
  readonly share: number;
  /** Share of all texts that have the label, p₀. */
  readonly baseShare: number;
  /** Deviation of `share` from `baseShare`, in standard errors. */
  readonly z: number;
  /** One-sided exact p-value, and the same adjusted for all tests by Bonferroni's method. */
  readonly pValue: number;
  readonly adjustedP: number;
  /** The first texts with the cue, with any label; none for lengths. */
  readonly places: readonly CuePlace[];
}

export interface LabelLeaks {
  /** Number of cues × labels that were tested. */
  readonly tests: number;
  /** Significant ones, by falling z. */
  readonly leaks: readonly LabelLeak[];
}

/** Cues in fewer texts are not tested. */
export const LEAST_TEXTS = 5;
export const SIGNIFICANCE = 0.05;

/**
 * Label-leak test: cues whose presence in a text predicts its label beyond chance, after Gardner et
 * al. 2021, "Competency Problems: On Finding and Removing Artifacts in Language Data". For a cue in n
 * texts, of which a share p̂ has the label,
 *
 *     z* = (p̂ − p₀) / √(p₀ (1 − p₀) / n).
 *
 * The paper takes p₀ = 1/K for K classes, since its data is balanced and no single word should tell
 * anything. Here p₀ is the share of the label in the data: with 1/K, every frequent word of imbalanced
 * data would be associated with the frequent class, the word "the" first. With balanced classes both
 * are the same. The standard error of the paper treats the texts as drawn with replacement, which is
 * conservative for cues in a large part of the texts.
 *
 * P-values are the exact binomial tail P(X ≥ n p̂) and not that of z*: the normal approximation calls
 * two of five texts of a class with a share of 1% impossible. They are one-sided; with two classes, an
 * association with one is a missing one with the other. Bonferroni's correction is over all tests,
 * cues × labels. With many texts everything is significant, so read the share beside z.
 */
export function labelLeaks(
  { texts: total, labels, cues }: Pick<CueTable, 'texts' | 'labels' | 'cues'>,
  {
    leastTexts = LEAST_TEXTS,
    significance = SIGNIFICANCE,
  }: { readonly leastTexts?: number; readonly significance?: number } = {},
): LabelLeaks {
  const tested = cues.filter(({ texts }) => texts >= leastTexts);
  const classes = labels.flatMap(({ label, texts }, index) => {
    const baseShare = texts / total;
    return baseShare > 0 && baseShare < 1 ? [{ label, index, baseShare }] : [];
  });
  const tests = tested.length * classes.length;
  const leaks: LabelLeak[] = [];
  for (const { cue, texts, byLabel, places } of tested) {
    for (const { label, index, baseShare } of classes) {
      const withLabel = byLabel[index]!;
      const share = withLabel / texts;
      if (share <= baseShare) continue;
      const pValue = binomialTail(withLabel, texts, baseShare);
      const adjustedP = Math.min(1, pValue * tests);
      if (adjustedP > significance) continue;
      const z = (share - baseShare) / Math.sqrt((baseShare * (1 - baseShare)) / texts);
      leaks.push({
        ...{ cue, label, texts, withLabel, share, baseShare, z, pValue, adjustedP, places },
      });
    }
  }
  leaks.sort((a, b) => b.z - a.z || b.texts - a.texts);
  return { tests, leaks };
}
