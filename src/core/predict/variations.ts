import { capitalized } from '../format.js';
import { randomStream, shuffled } from '../random.js';
import type { TextRange } from '../text/words.js';
import { withPronoun } from '../text/writtenWord.js';
import { encodeWithMasks } from './encodeWithMasks.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { suggestible, type NeverSuggested } from './neverSuggested.js';
import { placeAt } from './place.js';
import { logProbability } from './probabilities.js';
import { runRows, type AbortState } from './runRows.js';
import { sampleToken, type Sampling } from './sampleToken.js';
import { spellMasks } from './spelledMasks.js';
import { roomOf, tokensInRange, windowAround } from './window.js';
import { wordLogProbability, wordRows } from './wordLikelihood.js';

export interface VariationsOptions extends Sampling, NeverSuggested {
  readonly text: string;
  /** Words to replace, in order and without overlap. */
  readonly words: readonly TextRange[];
  /** Most variations. */
  readonly count: number;
  /** Times that each word is drawn again after the first. */
  readonly sweeps: number;
  readonly seed: number;
  readonly signal?: AbortState | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A way to replace the words. */
export interface Variation {
  /** One per word; that of the text where a word is not replaced. */
  readonly words: readonly string[];
  /** Mean log-probability (nats) of the words, each given all others. */
  readonly fluency: number;
}

export interface Variations {
  /** Mean log-probability (nats) of the words of the text. */
  readonly original: number;
  /** The most fluent first. */
  readonly found: readonly Variation[];
}

/** Chains per wanted variation, because some end alike and some are not fluent. */
const CHAINS_PER_VARIATION = 2;
/** Nats by which the words of a variation may be less probable than those of the text, on average. */
const LESS_FLUENT = 1;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Replaces words of a text by others that fit in their place.
 *
 * The words of a sentence are masked and drawn one after the other in random order, each given the words
 * drawn so far and masks in the places of the others; then, in each sweep, each is masked and drawn
 * again given all others: Gibbs sampling of a masked language model (Wang and Cho 2019,
 * arXiv:1902.04094). Each place gets a word of one token. A variation is left out if its words are
 * the same as those of the text or of another variation, or if they are on average `LESS_FLUENT`
 * nats less probable than those of the text. Sentences are drawn independently.
 */
export async function generateVariations(
  model: MaskedLanguageModel,
  options: VariationsOptions,
): Promise<Variations> {
  const groups = groupsOf(options);
  const drawn: Variations[] = [];
  for (const [index, group] of groups.entries()) {
    options.onProgress?.(index, groups.length);
    drawn.push(await variationsOf(model, options, group));
  }
  options.onProgress?.(groups.length, groups.length);
  const total = options.words.length;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + value * groups[i]!.length, 0) / Math.max(1, total);
  const most = Math.max(0, ...drawn.map(({ found }) => found.length));
  const found = Array.from({ length: Math.min(most, options.count) }, (_, k): Variation => {
    // A sentence with fewer variations repeats them.
    const parts = drawn.map(({ found: own }) => own[k % Math.max(1, own.length)] ?? null);
    return {
      words: parts.flatMap(
        (part, i) =>
          part?.words ?? groups[i]!.map(({ start, end }) => options.text.slice(start, end)),
      ),
      fluency: mean(parts.map((part, i) => part?.fluency ?? drawn[i]!.original)),
    };
  });
  return { original: mean(drawn.map(({ original }) => original)), found };
}

/** The words of each sentence. */
function groupsOf({ text, words }: Pick<VariationsOptions, 'text' | 'words'>): TextRange[][] {
  const ends = [...sentences.segment(text)].map(({ index, segment }) => index + segment.length);
  const groups = new Map<number, TextRange[]>();
  for (const word of words) {
    const end = ends.find((each) => word.start < each) ?? text.length;
    groups.set(end, [...(groups.get(end) ?? []), word]);
  }
  return [...groups.values()];
}

/** A state of the words of a sentence. */
interface Chain {
  readonly ids: Int32Array;
  readonly random: () => number;
}

async function variationsOf(
  model: MaskedLanguageModel,
  options: VariationsOptions,
  group: readonly TextRange[],
): Promise<Variations> {
  const { tokenizer } = model;
  const { text, count, sweeps, seed, signal } = options;
  const originals = group.map(({ start, end }) => text.slice(start, end));
  const original = await fluencyOfText(model, { text, words: group, signal });
  const spelled = spellMasks(text, group, tokenizer.maskToken);
  const encoding = encodeWithMasks(tokenizer, spelled.text);
  const tokens = spelled.masks.map(({ start }) => encoding.starts.indexOf(start));
  const focus = { start: Math.min(...tokens), end: Math.max(...tokens) + 1 };
  const room = roomOf(model);
  if (focus.start < 0 || focus.end - focus.start > room) return { original, found: [] };
  const window = windowAround(encoding.ids.length, focus, room);
  const positions = tokens.map((token) => token - window.start);
  const isSuggested = suggestible(tokenizer, options);
  const allowed = spelled.masks.map(({ start }) => {
    const place = placeAt(tokenizer, spelled.text, start);
    return (id: number) => place.allows(id) && isSuggested(id);
  });
  const chains = Array.from({ length: count * CHAINS_PER_VARIATION }, (_, chain): Chain => {
    const random = randomStream('variations', seed, group[0]!.start, chain);
    return { ids: encoding.ids.slice(window.start, window.end), random };
  });
  for (let sweep = 0; sweep <= sweeps; sweep++) {
    const orders = chains.map(({ random }) => shuffled([...positions.keys()], random));
    for (let step = 0; step < positions.length; step++) {
      const rows = chains.map(({ ids }, chain) => {
        const position = positions[orders[chain]![step]!]!;
        ids[position] = tokenizer.special.mask;
        return { ids: ids.slice(), positions: [position] };
      });
      const logits = await runRows(model, rows, signal);
      chains.forEach(({ ids, random }, chain) => {
        const word = orders[chain]![step]!;
        const drawn = sampleToken(logits[chain]![0]!, {
          ...options,
          allowed: allowed[word]!,
          random,
        });
        if (drawn !== null) ids[positions[word]!] = drawn.id;
      });
    }
  }
  const fluencies = await fluenciesOf(model, { chains, positions, signal });
  const known = new Set([originals.join(' ').toLowerCase()]);
  const complete = (ids: Int32Array): boolean =>
    positions.every((position) => !tokenizer.isSpecial(ids[position]!));
  const found = chains
    .map(({ ids }, chain): Variation => ({
      words: positions.map((position, i) =>
        asIn(originals[i]!, withPronoun(tokenizer.readable(ids[position]!).trim(), text)),
      ),
      fluency: fluencies[chain]!,
    }))
    .filter(({ fluency }, i) => fluency >= original - LESS_FLUENT && complete(chains[i]!.ids))
    .sort((a, b) => b.fluency - a.fluency)
    .filter(({ words }) => {
      const key = words.join(' ').toLowerCase();
      const isNew = !known.has(key);
      known.add(key);
      return isNew;
    });
  return { original, found: found.slice(0, count) };
}

/** Mean log-probability (nats) of the words of each chain, each given all others. */
async function fluenciesOf(
  model: MaskedLanguageModel,
  {
    chains,
    positions,
    signal,
  }: {
    readonly chains: readonly Chain[];
    readonly positions: readonly number[];
    readonly signal: AbortState | undefined;
  },
): Promise<number[]> {
  const rows = chains.flatMap(({ ids }) =>
    positions.map((position) => {
      const masked = ids.slice();
      masked[position] = model.tokenizer.special.mask;
      return { ids: masked, positions: [position] };
    }),
  );
  const logits = await runRows(model, rows, signal);
  return chains.map(({ ids }, chain) => {
    const scores = positions.map((position, i) =>
      logProbability(logits[chain * positions.length + i]![0]!, ids[position]!),
    );
    return scores.reduce((sum, score) => sum + score, 0) / positions.length;
  });
}

/** The same of the words of a text, by PLL-word-l2r. */
async function fluencyOfText(
  model: MaskedLanguageModel,
  {
    text,
    words,
    signal,
  }: {
    readonly text: string;
    readonly words: readonly TextRange[];
    readonly signal: AbortState | undefined;
  },
): Promise<number> {
  const { tokenizer } = model;
  const encoding = tokenizer.encode(text);
  const room = roomOf(model);
  const plans = words.flatMap((word) => {
    const found = tokensInRange(encoding, word);
    if (found === null || found.end - found.start > room) return [];
    const window = windowAround(encoding.ids.length, found, room);
    const place = { start: found.start - window.start, end: found.end - window.start };
    const ids = encoding.ids.subarray(window.start, window.end);
    if (encoding.ids.subarray(found.start, found.end).some((id) => tokenizer.isSpecial(id)))
      return [];
    const rows = wordRows(ids, place, tokenizer.special.mask);
    return [{ rows, pieces: encoding.ids.subarray(found.start, found.end) }];
  });
  const logits = await runRows(
    model,
    plans.flatMap(({ rows }) => rows),
    signal,
  );
  let at = 0;
  const scores = plans.map(({ rows, pieces }) => {
    const own = logits.slice(at, (at += rows.length)).map((row) => row[0]!);
    return wordLogProbability(own, pieces);
  });
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

/** A word with the capital letter of the one that it replaces. */
function asIn(original: string, word: string): string {
  return /^\p{Lu}/u.test(original) ? capitalized(word) : word;
}
