import { randomStream } from '../random.js';
import { encodeWithMasks } from './encodeWithMasks.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { suggestible, type NeverSuggested } from './neverSuggested.js';
import { placeAt } from './place.js';
import { runRows, type AbortState } from './runRows.js';
import { sampleToken, type Sampling } from './sampleToken.js';
import { roomOf, windowAround } from './window.js';

/** Most words that are written at once. */
export const MOST_WRITTEN = 40;

export interface MaskPredictOptions extends Sampling, NeverSuggested {
  /** Text with mask tokens of the model in place of the words to write. */
  readonly text: string;
  /** Starts of these masks. */
  readonly starts: readonly number[];
  /** Passes over the words. */
  readonly iterations: number;
  /** Most results. */
  readonly count: number;
  readonly seed: number;
  readonly signal?: AbortState | undefined;
  /** Called after each pass. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Words in place of the masks, in their order, and their mean log-probability (nats). */
export interface WrittenWords {
  readonly words: readonly string[];
  readonly score: number;
}

/**
 * Writes words in place of all masks by mask-predict (Ghazvininejad et al. 2019, arXiv:1904.09324):
 * each pass draws all masked words at once, and all but the last mask the least probable of them
 * again, a linearly falling share. The score of a word is its log-probability when it was drawn. Returns
 * different results, the best first; none if the masks do not fit into one window.
 */
export async function maskPredict(
  model: MaskedLanguageModel,
  options: MaskPredictOptions,
): Promise<WrittenWords[]> {
  const { tokenizer } = model;
  const { text, starts, iterations, count, seed, signal, onProgress } = options;
  const encoding = encodeWithMasks(tokenizer, text);
  const tokens = starts.map((start) => encoding.starts.indexOf(start));
  const focus = { start: Math.min(...tokens), end: Math.max(...tokens) + 1 };
  const room = roomOf(model);
  if (focus.start < 0 || focus.end - focus.start > room) return [];
  const window = windowAround(encoding.ids.length, focus, room);
  const positions = tokens.map((token) => token - window.start);
  const isSuggested = suggestible(tokenizer, options);
  const allowed = starts.map((start) => {
    const place = placeAt(tokenizer, text, start);
    return (id: number) => place.allows(id) && isSuggested(id);
  });
  const chains = Array.from({ length: count * 2 }, (_, chain) => ({
    ids: encoding.ids.slice(window.start, window.end),
    scores: positions.map(() => -Infinity),
    random: randomStream('mask-predict', seed, chain),
  }));
  for (let pass = 1; pass <= iterations; pass++) {
    const open = chains.map(({ ids }) =>
      [...positions.keys()].filter((i) => ids[positions[i]!] === tokenizer.special.mask),
    );
    const rows = chains.map(({ ids }, chain) => ({
      ids: ids.slice(),
      positions: open[chain]!.map((i) => positions[i]!),
    }));
    const logits = await runRows(model, rows, signal);
    chains.forEach(({ ids, scores, random }, chain) => {
      open[chain]!.forEach((word, at) => {
        const position = positions[word]!;
        // Words drawn at once do not know each other; at least neighbors are not the same.
        const neighbors = [ids[position - 1], ids[position + 1]];
        const drawn = sampleToken(logits[chain]![at]!, {
          ...options,
          allowed: (id) => allowed[word]!(id) && !neighbors.includes(id),
          random,
        });
        if (drawn === null) return;
        ids[position] = drawn.id;
        scores[word] = Math.log(drawn.probability);
      });
      const again = Math.floor((positions.length * (iterations - pass)) / iterations);
      const weakest = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!).slice(0, again);
      for (const word of weakest) ids[positions[word]!] = tokenizer.special.mask;
    });
    onProgress?.(pass, iterations);
  }
  const known = new Set<string>();
  return chains
    .filter(({ ids }) => positions.every((position) => !tokenizer.isSpecial(ids[position]!)))
    .map(({ ids, scores }) => ({
      words: positions.map((position) => tokenizer.readable(ids[position]!).trim()),
      score: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    }))
    .sort((a, b) => b.score - a.score)
    .filter(({ words }) => {
      const key = words.join(' ');
      const isNew = !known.has(key);
      known.add(key);
      return isNew;
    })
    .slice(0, count);
}
