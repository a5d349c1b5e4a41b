import { chunkDocument } from '../data/examples/chunk.js';
import type { Example } from '../data/examples/documents.js';
import { maskAtRandom } from '../predict/maskAtRandom.js';
import type { MaskedLanguageModel } from '../predict/maskedLanguageModel.js';
import { logProbability, rankOf } from '../predict/probabilities.js';
import { mapRows, type AbortState } from '../predict/runRows.js';

export interface MaskedEvaluation {
  /** Mean negative log-likelihood of the masked tokens, in nats. */
  readonly loss: number;
  readonly perplexity: number;
  /** Shares of masked tokens whose original is the most probable one, or among the five. */
  readonly top1: number;
  readonly top5: number;
  /** `null` unless asked for. */
  readonly pseudoPerplexity: number | null;
  readonly maskedTokens: number;
  /** Tokens of the texts, and those that are not in the vocabulary and are therefore never masked. */
  readonly tokens: number;
  readonly unknownTokens: number;
  readonly sequences: number;
  /** Share of masked tokens, and seed of the masks. */
  readonly rate: number;
  readonly seed: number;
}

export interface MaskedEvaluationOptions {
  readonly rate: number;
  readonly seed: number;
  /** Whether to compute the pseudo-perplexity, which takes one pass per token. */
  readonly withPseudoPerplexity: boolean;
  readonly signal?: AbortState;
  /** Called with the number of texts so far. */
  readonly onProgress?: (texts: number) => void;
}

const SEQUENCES_AT_ONCE = 16;

/** Adds up an evaluation of a masked language model on texts. */
class Sums {
  loss = 0;
  top1 = 0;
  top5 = 0;
  tokens = 0;
  sequences = 0;
  pseudoLoss = 0;
  pseudoTokens = 0;
  /** All but special tokens, with unknown ones. */
  textTokens = 0;
  unknown = 0;
}

/**
 * Evaluates a masked language model on texts, which are cut into sequences as in training. Pseudo-perplexity is that of Salazar et al. 2020 (arXiv:1910.14659): each token is predicted
 * with only itself masked. `null` if no text has a token that the model knows.
 */
export async function evaluateMaskedWords(
  model: MaskedLanguageModel,
  texts: AsyncIterable<string>,
  options: MaskedEvaluationOptions,
): Promise<MaskedEvaluation | null> {
  const { rate, seed, withPseudoPerplexity, onProgress } = options;
  const sums = new Sums();
  let waiting: Example[] = [];
  let count = 0;
  for await (const text of texts) {
    waiting.push(...chunkDocument(model.tokenizer, { file: '', text }, model));
    onProgress?.(++count);
    if (waiting.length < SEQUENCES_AT_ONCE) continue;
    await evaluateInto(sums, model, { sequences: waiting, options });
    waiting = [];
  }
  await evaluateInto(sums, model, { sequences: waiting, options });
  const { loss, tokens, top1, top5, sequences, pseudoLoss, pseudoTokens } = sums;
  if (tokens === 0) return null;
  return {
    ...{ loss: loss / tokens, perplexity: Math.exp(loss / tokens) },
    ...{ top1: top1 / tokens, top5: top5 / tokens },
    pseudoPerplexity: withPseudoPerplexity ? Math.exp(pseudoLoss / pseudoTokens) : null,
    ...{ maskedTokens: tokens, tokens: sums.textTokens, unknownTokens: sums.unknown },
    ...{ sequences, rate, seed },
  };
}

async function evaluateInto(
  sums: Sums,
  model: MaskedLanguageModel,
  {
    sequences,
    options: { rate, seed, withPseudoPerplexity, signal },
  }: { readonly sequences: readonly Example[]; readonly options: MaskedEvaluationOptions },
): Promise<void> {
  const { tokenizer } = model;
  for (const { ids } of sequences) {
    for (const id of ids) {
      const isUnknown = id === tokenizer.special.unknown;
      if (isUnknown) sums.unknown++;
      if (isUnknown || !tokenizer.isSpecial(id)) sums.textTokens++;
    }
  }
  const masked = sequences.flatMap(({ ids, key }) => {
    const mask = { rate, draw: ['evaluate', seed, key] };
    return maskAtRandom(tokenizer, ids, mask) ?? [];
  });
  const targets = masked.map(({ originals }) => originals.values());
  const rows = masked.map(({ row }) => row);
  await mapRows(model, rows, {
    signal,
    read: (logits, row) => {
      const original = targets[row]!.next().value!;
      sums.loss -= logProbability(logits, original);
      const rank = rankOf(logits, { id: original, allowed: () => true });
      if (rank === 1) sums.top1++;
      if (rank <= 5) sums.top5++;
      sums.tokens++;
    },
  });
  sums.sequences += masked.length;
  if (!withPseudoPerplexity) return;
  for (const { ids } of sequences) {
    const places = [...ids.keys()].filter((i) => !tokenizer.isSpecial(ids[i]!));
    const single = places.map((place) => ({
      ids: ids.with(place, tokenizer.special.mask),
      positions: [place],
    }));
    await mapRows(model, single, {
      signal,
      read: (logits, row) => {
        sums.pseudoLoss -= logProbability(logits, ids[places[row]!]!);
        sums.pseudoTokens++;
      },
    });
  }
}
