import { benjaminiHochberg } from '../stats/benjaminiHochberg.js';
import { fisherLess } from '../stats/fisherExact.js';
import { countsByCue, type CueTable } from './cueCounts.js';
import { cueKey } from './cues.js';
import { SIGNIFICANCE, type LabelLeak } from './labelLeaks.js';

/**
 * - `unstable`: the association is significantly weaker in the shifted sample.
 * - `consistent`: it is not. This does not prove that it is the same.
 * - `tooFew`: so few texts of the sample have the cue that no result would be significant.
 * - `unseen`: no text of the sample has the cue.
 */
export const STABILITIES = ['unstable', 'consistent', 'tooFew', 'unseen'] as const;
export type Stability = (typeof STABILITIES)[number];

/** A label leak in the shifted sample. */
export interface ShiftedLeak {
  readonly stability: Stability;
  /** Number of texts of the sample with the cue, and of those with the label. */
  readonly texts: number;
  readonly withLabel: number;
  /** Share of these texts with the label; `null` if there are none. */
  readonly share: number | null;
  /** The share expected from the training texts, at the class balance of the sample. */
  readonly expectedShare: number;
  /** One-sided, and adjusted over all tested leaks; `null` if the leak is not tested. */
  readonly pValue: number | null;
  readonly adjustedP: number | null;
  /** Missing share of the label × share of the training texts with the cue: instability × frequency. */
  readonly score: number;
}

export interface TestedLeak extends LabelLeak {
  readonly shifted: ShiftedLeak;
}

/**
 * Instability test: whether each association is reproduced in a labeled sample of shifted texts. Both
 * tables must have the same length quartiles.
 *
 * A sample with other class shares changes the label of the texts with any word, without any change
 * of what the word says. So the null hypothesis is that p(w|y) is the same for all labels, as in a shift of
 * the labels alone (Saerens et al. 2002): the share of the label given the word follows from the class
 * shares of the sample and the shares of training texts with the word. With two labels, its odds are
 * those of training times the ratio of the class odds in sample and training; with several labels per
 * text, this is taken for each label against all others. The test is Fisher's exact test of texts with the
 * cue, training against sample, at that odds ratio; at equal class shares it is the usual one. It is
 * one-sided, since an association that grows is reproduced, and exact, since samples have 100 to 300
 * texts. Leaks with too few texts for any significant result are not tested (Tarone 1990); the others
 * are adjusted by Benjamini and Hochberg (1995).
 *
 * Leaks were chosen in the training texts, where chance made the association of rare words look
 * stronger, which Bonferroni's correction of the leaks bounds. Classes that the sample lacks say
 * nothing: their leaks are left out.
 *
 * @returns unstable leaks by falling score first, then the others by stability and z
 */
export function unstableLeaks(
  leaks: readonly LabelLeak[],
  training: CueTable,
  sample: CueTable,
  { significance = SIGNIFICANCE }: { readonly significance?: number } = {},
): TestedLeak[] {
  const counts = countsByCue(sample);
  const known = countsByCue(training);
  const judged = leaks.flatMap((leak) => {
    const index = sample.labels.findIndex(({ label }) => label === leak.label);
    const ofLabel = sample.labels[index]?.texts ?? 0;
    if (ofLabel === 0 || ofLabel === sample.texts) return [];
    const found = counts.get(cueKey(leak.cue));
    const n = found?.texts ?? 0;
    const hits = found?.byLabel[index] ?? 0;
    const odds =
      oddsOfShift(leak, { training, sample, byLabel: known.get(cueKey(leak.cue))?.byLabel }) ??
      oddsOf(ofLabel / sample.texts) / oddsOf(leak.baseShare);
    const groups = (seen: number): Parameters<typeof fisherLess>[0] => ({
      first: { hits: leak.withLabel, n: leak.texts },
      second: { hits: seen, n },
    });
    const canTell = n > 0 && fisherLess(groups(0), odds) <= significance;
    const pValue = canTell ? fisherLess(groups(hits), odds) : null;
    return [{ leak, n, hits, pValue, expectedShare: shiftedShare(leak, odds) }];
  });
  const tested = judged.flatMap(({ pValue }) => (pValue === null ? [] : [pValue]));
  const adjusted = benjaminiHochberg(tested);
  let next = 0;
  const results = judged.map(({ leak, n, hits, pValue, expectedShare }): TestedLeak => {
    const adjustedP = pValue === null ? null : adjusted[next++]!;
    const share = n === 0 ? null : hits / n;
    const missing = share === null ? 0 : Math.max(0, expectedShare - share);
    return {
      ...leak,
      shifted: {
        stability: stabilityOf(n, adjustedP, significance),
        ...{ texts: n, withLabel: hits, share, expectedShare, pValue, adjustedP },
        score: (missing * leak.texts) / training.texts,
      },
    };
  });
  const rank = ({ shifted: { stability } }: TestedLeak): number => STABILITIES.indexOf(stability);
  return results.sort(
    (a, b) =>
      rank(a) - rank(b) || (rank(a) === 0 ? b.shifted.score - a.shifted.score : 0) || b.z - a.z,
  );
}

function stabilityOf(texts: number, adjustedP: number | null, significance: number): Stability {
  if (texts === 0) return 'unseen';
  if (adjustedP === null) return 'tooFew';
  return adjustedP <= significance ? 'unstable' : 'consistent';
}

/**
 * Ratio of the odds of a label among the texts with a cue, in a sample with its class shares and in
 * training. Half a text is added to the counts, so that no odds are infinite; with two labels, that
 * cancels out. `null` for texts with several labels.
 */
function oddsOfShift(
  leak: LabelLeak,
  {
    training,
    sample,
    byLabel,
  }: {
    readonly training: CueTable;
    readonly sample: CueTable;
    readonly byLabel: readonly number[] | undefined;
  },
): number | null {
  const hasOneLabel = [training, sample].every(
    ({ texts, labels }) => labels.reduce((sum, label) => sum + label.texts, 0) === texts,
  );
  if (!hasOneLabel || byLabel === undefined) return null;
  const inSample = new Map(sample.labels.map(({ label, texts }) => [label, texts]));
  const withCue = training.labels.map(({ label, texts }, i) => ({
    label,
    share: ((byLabel[i] ?? 0) + 0.5) / (texts + 1),
    training: texts,
    sample: inSample.get(label) ?? 0,
  }));
  const oddsIn = (split: 'training' | 'sample'): number => {
    const expected = withCue.map((one) => ({ ...one, texts: one[split] * one.share }));
    const own = expected.find(({ label }) => label === leak.label)?.texts ?? 0;
    return own / (expected.reduce((sum, { texts }) => sum + texts, 0) - own);
  };
  const odds = oddsIn('sample') / oddsIn('training');
  return Number.isFinite(odds) && odds > 0 ? odds : null;
}

function oddsOf(share: number): number {
  return share / (1 - share);
}

/** Share of the label after its odds are multiplied. */
function shiftedShare({ share }: LabelLeak, odds: number): number {
  const has = share * odds;
  // The parentheses keep the share of a label that all texts have at 1.
  return has / (has + (1 - share));
}
