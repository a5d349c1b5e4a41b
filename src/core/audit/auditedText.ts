import { encodeTexts, type EncodeOptions, type TextWindow } from '../data/examples/encodeTexts.js';
import { wordsIn, type TextRange } from '../text/words.js';
import { tokensInRange } from '../predict/window.js';
import type { Encoding } from '../tokenizer/tokenizer.js';

/** A sequence of a model: token ids with special tokens, and token types or `null`. */
export type AuditedSequence = Pick<TextWindow, 'ids' | 'typeIds'>;

/** Place of a word in a text or in its pair. */
export interface WordRange extends TextRange {
  readonly part: 'text' | 'pair';
}

/** All occurrences of a word in a text, which are masked together. */
export interface AuditedWord {
  /** In lower case. */
  readonly word: string;
  /** At least one. */
  readonly ranges: readonly WordRange[];
  /** Positions of its tokens in each sequence that has any. */
  readonly places: ReadonlyMap<number, readonly number[]>;
}

export interface AuditedText {
  /** One, or the windows of a long text, whose logits are averaged. */
  readonly sequences: readonly AuditedSequence[];
  /** In the order of their first occurrence. */
  readonly words: readonly AuditedWord[];
  /** Whether a part of the text is in no sequence. */
  readonly isCut: boolean;
}

interface Word extends WordRange {
  /** Tokens of the text and its pair, counted together. */
  readonly tokens: readonly number[];
}

/**
 * A text as the sequences that a classifier gets, with the tokens of its words. Words that share a
 * token count as one.
 */
export function auditedText(
  text: string,
  pair: string | null,
  options: EncodeOptions,
): AuditedText {
  const { tokenizer } = options;
  const encodings = [tokenizer.encode(text), ...(pair === null ? [] : [tokenizer.encode(pair)])];
  const { windows, isCut, ...whole } = encodeTexts(text, pair, { ...options, withSources: true });
  const positions = new Map<number, [sequence: number, position: number][]>();
  const sequences = (windows ?? [whole]).map(({ ids, typeIds, sources }, i) => {
    sources!.forEach((token, position) => {
      if (token === -1) return;
      const known = positions.get(token) ?? [];
      positions.set(token, [...known, [i, position]]);
    });
    return { ids, typeIds };
  });
  const words = [
    ...wordsWithTokens(text, encodings[0]!, { part: 'text', first: 0 }),
    ...(pair === null
      ? []
      : wordsWithTokens(pair, encodings[1]!, { part: 'pair', first: encodings[0]!.ids.length })),
  ];
  return { sequences, words: occurrences(words, { text, pair, positions }), isCut };
}

function wordsWithTokens(
  text: string,
  encoding: Encoding,
  { part, first }: { readonly part: WordRange['part']; readonly first: number },
): Word[] {
  const words: (TextRange & { readonly from: number; readonly to: number })[] = [];
  for (const { start, end } of wordsIn(text)) {
    const tokens = tokensInRange(encoding, { start, end });
    if (tokens === null) continue;
    const last = words.at(-1);
    if (last !== undefined && tokens.start < last.to) {
      words[words.length - 1] = { ...last, end, to: Math.max(last.to, tokens.end) };
    } else words.push({ start, end, from: tokens.start, to: tokens.end });
  }
  return words.map(({ start, end, from, to }) => ({
    ...{ start, end, part },
    tokens: Array.from({ length: to - from }, (_, i) => first + from + i),
  }));
}

function occurrences(
  words: readonly Word[],
  {
    text,
    pair,
    positions,
  }: {
    readonly text: string;
    readonly pair: string | null;
    readonly positions: ReadonlyMap<number, readonly (readonly [number, number])[]>;
  },
): AuditedWord[] {
  const found = new Map<string, { ranges: WordRange[]; places: Map<number, number[]> }>();
  for (const { tokens, ...range } of words) {
    const places = tokens.flatMap((token) => positions.get(token) ?? []);
    // A word that was cut off has no influence.
    if (places.length === 0) continue;
    const { part, start, end } = range;
    const word = wordKey((part === 'text' ? text : pair!).slice(start, end));
    const known = found.get(word) ?? { ranges: [], places: new Map<number, number[]>() };
    found.set(word, known);
    known.ranges.push(range);
    for (const [sequence, position] of places) {
      const own = known.places.get(sequence);
      if (own === undefined) known.places.set(sequence, [position]);
      else own.push(position);
    }
  }
  return [...found].map(([word, rest]) => ({ word, ...rest }));
}

/** Form in which occurrences of a word are the same word. */
export function wordKey(word: string): string {
  return word.normalize('NFC').toLowerCase();
}
