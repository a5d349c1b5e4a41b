import { randomStream } from '../random.js';
import { benjaminiHochberg } from '../stats/benjaminiHochberg.js';
import { estimateMean, meanP, type Interval } from '../stats/intervals.js';
import { quantileOf } from '../stats/quantile.js';
import type { LabelFunction } from '../predict/labelProbabilities.js';
import { highest, type OccludedText } from './occlusion.js';

/** Fewest texts with a word for a finding about it. */
export const LEAST_TEXTS = 5;
/** False discovery rate of the findings. */
export const FALSE_DISCOVERY_RATE = 0.05;
/** Mean effect from which a word is loud, in nats of log-odds. */
export const LOUD = 0.5;
/** Resamples of the texts behind an interval. */
const RESAMPLES = 1000;

/** A word that a model leans on for a label, over the texts of an audit. */
export interface WordFinding {
  /** In lower case. */
  readonly word: string;
  readonly label: string;
  /** Audited texts with the word. */
  readonly texts: number;
  /** Mean change of the evidence for the label by the word; nats of log-odds, or units of a number. */
  readonly effect: number;
  /** 95% percentile interval of the mean by a bootstrap over texts. */
  readonly interval: Interval;
  /** Of a t test that the mean is 0, over texts. */
  readonly pValue: number;
  /** Adjusted for the false discovery rate over all words and labels (Benjamini–Hochberg). */
  readonly qValue: number;
  /** Texts with the word whose prediction changes when it is masked; null for numbers. */
  readonly flips: number | null;
  /** Indices of the texts, those with the largest effect first. */
  readonly examples: readonly number[];
}

interface WordCounts {
  readonly texts: number[];
  /** Effects [labels] by text. */
  readonly effects: Float64Array[];
  flips: number;
}

/**
 * Words with an effect on a label that is not 0 at a false discovery rate of 5% over all words that
 * enough texts have, strongest first. The unit of all statistics is the text, since occurrences in one
 * text are not independent. Under a softmax, a finding names the label that the word speaks for; of two
 * labels one is tested, as the other mirrors it.
 */
export function findWords(
  occluded: readonly OccludedText[],
  {
    labels,
    apply,
    seed,
    leastTexts = LEAST_TEXTS,
  }: {
    readonly labels: readonly string[];
    readonly apply: LabelFunction;
    readonly seed: number;
    readonly leastTexts?: number;
  },
): WordFinding[] {
  const isMirrored = apply === 'softmax' && labels.length === 2;
  const columns = isMirrored ? [0] : labels.map((_, label) => label);
  const tested = [...countsOf(occluded, apply)].flatMap(([word, counts]) =>
    counts.texts.length < Math.max(2, leastTexts)
      ? []
      : columns.map((column) => ({ word, column, counts, ...testOf(counts, column) })),
  );
  const qValues = benjaminiHochberg(tested.map(({ pValue }) => pValue));
  return tested
    .map((test, i) => ({ ...test, qValue: qValues[i]! }))
    .filter(({ qValue, mean }) => {
      return qValue <= FALSE_DISCOVERY_RATE && (apply !== 'softmax' || isMirrored || mean > 0);
    })
    .map(({ word, column, counts, mean, pValue, qValue }): WordFinding => {
      const isOther = isMirrored && mean < 0;
      const label = isOther ? 1 : column;
      const sign = isOther ? -1 : 1;
      const values = counts.effects.map((effects) => sign * effects[column]!);
      const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
      return {
        ...{ word, label: labels[label]!, texts: values.length, effect: sign * mean },
        interval: intervalOf(values, randomStream('audit', seed, word, label)),
        ...{ pValue, qValue, flips: apply === 'none' ? null : counts.flips },
        examples: order.map((i) => counts.texts[i]!),
      };
    })
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect) || (a.word < b.word ? -1 : 1));
}

function countsOf(
  occluded: readonly OccludedText[],
  apply: LabelFunction,
): Map<string, WordCounts> {
  const words = new Map<string, WordCounts>();
  occluded.forEach(({ logits, effects }, text) => {
    const predicted = predictionOf(logits, apply);
    for (const effect of effects) {
      const counts = words.get(effect.word) ?? { texts: [], effects: [], flips: 0 };
      words.set(effect.word, counts);
      counts.texts.push(text);
      counts.effects.push(effect.effects);
      if (predictionOf(effect.logits, apply) !== predicted) counts.flips++;
    }
  });
  return words;
}

/** Labels that are predicted, as a key; equal for all rows of numbers. */
export function predictionOf(logits: Float32Array, apply: LabelFunction): string {
  if (apply === 'none') return '';
  return apply === 'softmax'
    ? String(highest(logits))
    : Array.from(logits, (logit) => (logit > 0 ? 1 : 0)).join('');
}

/** Two-sided t test over texts that the mean effect on a label is 0. */
function testOf({ effects }: WordCounts, column: number): { mean: number; pValue: number } {
  const estimate = estimateMean(effects.map((row) => row[column]!));
  return { mean: estimate.mean, pValue: meanP(estimate) };
}

/**
 * Interval of a mean: both the percentiles of resamples (Efron 1979) and Student's, since resamples of few
 * texts understate their spread.
 */
function intervalOf(values: readonly number[], random: () => number): Interval {
  const resampled = bootstrapMean(values, random);
  const { interval } = estimateMean(values);
  if (interval === null) return resampled;
  return {
    low: Math.min(resampled.low, interval.low),
    high: Math.max(resampled.high, interval.high),
  };
}

function bootstrapMean(values: readonly number[], random: () => number): Interval {
  const n = values.length;
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random() * n)]!;
    return sum / n;
  }).sort();
  return { low: quantileOf(means, 0.025), high: quantileOf(means, 0.975) };
}
