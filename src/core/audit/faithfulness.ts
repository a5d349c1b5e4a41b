import { randomStream, shuffled } from '../random.js';
import type { LabelFunction } from '../predict/labelProbabilities.js';
import { scoresOf } from '../predict/labelProbabilities.js';
import type { AuditedWord } from './auditedText.js';
import {
  highest,
  placesOf,
  scoreVersions,
  type AuditedModel,
  type OccludedText,
  type OnText,
} from './occlusion.js';

/** Shares of the words of a text that are masked or kept, as in ERASER. */
export const WORD_SHARES = [0.01, 0.05, 0.1, 0.2, 0.5] as const;

/** Orders in which words are masked: by effect, at random, and by effect from the other end. */
export const WORD_ORDERS = ['effect', 'random', 'reversed'] as const;
export type WordOrder = (typeof WORD_ORDERS)[number];

/**
 * The part of a prediction that the first words of an order carry, as mean drops of the probability of the
 * predicted label over `WORD_SHARES`, in [−1, 1].
 */
export interface OrderFaithfulness {
  /** Drop when the first words are masked: higher is more faithful. */
  readonly comprehensiveness: number;
  /** Drop when all but the first words are masked: lower is more faithful. */
  readonly sufficiency: number;
}

export interface Faithfulness {
  /** Texts that were measured. */
  readonly texts: number;
  readonly orders: Readonly<Record<WordOrder, OrderFaithfulness>>;
}

/**
 * Comprehensiveness and sufficiency (DeYoung et al. 2020, ERASER, arXiv:1911.03429) of the effects of
 * words, beside those of a random and of the reversed order on the same texts: areas alone mean nothing
 * across models. Null for numbers and where no text has two words.
 */
export async function measureFaithfulness(
  model: AuditedModel,
  texts: readonly OccludedText[],
  { seed, onText = () => undefined }: { readonly seed: number; readonly onText?: OnText },
): Promise<Faithfulness | null> {
  const usable = texts.filter(({ effects }) => effects.length > 1);
  if (model.apply === 'none' || usable.length === 0) return null;
  const sums = Object.fromEntries(
    WORD_ORDERS.map((order) => [order, { comprehensiveness: 0, sufficiency: 0 }]),
  ) as Record<WordOrder, { comprehensiveness: number; sufficiency: number }>;
  const plans = usable.map((text, i) => {
    const orders = ordersOf(text, randomStream('audit', 'faithfulness', seed, i));
    const versions = WORD_ORDERS.flatMap((order) =>
      WORD_SHARES.flatMap((share) => {
        const words = orders[order];
        const count = Math.max(1, Math.round(share * words.length));
        return [placesOf(words.slice(0, count)), placesOf(words.slice(count))];
      }),
    );
    return { text, versions };
  });
  for (const [i, plan] of plans.entries()) {
    onText(i, plans.length);
    const [scored] = await scoreVersions(model, [plan]);
    const label = highest(scored!.logits);
    const drop = (logits: Float32Array): number =>
      probabilityOf(scored!.logits, label, model.apply) - probabilityOf(logits, label, model.apply);
    WORD_ORDERS.forEach((order, at) => {
      WORD_SHARES.forEach((_, s) => {
        const version = 2 * (at * WORD_SHARES.length + s);
        sums[order].comprehensiveness += drop(scored!.masked[version]!);
        sums[order].sufficiency += drop(scored!.masked[version + 1]!);
      });
    });
  }
  const count = usable.length * WORD_SHARES.length;
  const meanOfOrder = (order: WordOrder): OrderFaithfulness => ({
    comprehensiveness: sums[order].comprehensiveness / count,
    sufficiency: sums[order].sufficiency / count,
  });
  return {
    texts: usable.length,
    orders: {
      effect: meanOfOrder('effect'),
      random: meanOfOrder('random'),
      reversed: meanOfOrder('reversed'),
    },
  };
}

function ordersOf(
  { effects, logits }: OccludedText,
  random: () => number,
): Record<WordOrder, AuditedWord[]> {
  const label = highest(logits);
  const effect = [...effects].sort((a, b) => b.effects[label]! - a.effects[label]!);
  return { effect, random: shuffled(effects, random), reversed: effect.toReversed() };
}

function probabilityOf(logits: Float32Array, label: number, apply: LabelFunction): number {
  return scoresOf(logits, apply)[label]!;
}
