import type { Encoding } from '../../tokenizer/tokenizer.js';
import type { Entity } from './terms.js';

/** Scripts written without spaces between words: Thai to Khmer, kana, Han (surrogates of theirs). */
const UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\ud840-\ud8bf]/;

/** Whether the words of a text are not separated by spaces. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/**
 * Groups of tokens by characters: each token alone, except that tokens that share characters, such
 * as the bytes of an emoji, form one group.
 */
export function tokenGroups({ starts, ends }: Encoding): Int32Array {
  const groups = new Int32Array(starts.length);
  let group = -1;
  let covered = -1;
  let covering = 0;
  for (let token = 0; token < groups.length; token++) {
    if (starts[token]! < covered) {
      group = groups[covering]!;
      groups.fill(group, covering, token + 1);
    } else {
      groups[token] = ++group;
    }
    if (ends[token]! > covered) {
      covered = ends[token]!;
      covering = token;
    }
  }
  return groups;
}

/**
 * Groups of tokens by word: words of the tokenizer, or, in scripts without spaces, words of
 * `Intl.Segmenter` whose borders are also token borders.
 */
export function wordGroups(text: string, encoding: Encoding, tokens: Int32Array): Int32Array {
  const { starts, ends, wordIds } = encoding;
  const segments = isUnspaced(text) ? wordSegments(text) : null;
  const groups = new Int32Array(starts.length);
  let group = 0;
  for (let token = 1; token < groups.length; token++) {
    const start = starts[token]!;
    const before = Math.max(0, ends[token - 1]! - 1);
    const isSegmented =
      segments !== null &&
      (UNSPACED.test(text.charAt(start)) || UNSPACED.test(text.charAt(before)));
    const joins = isSegmented
      ? segments[start] === segments[before]
      : wordIds[token] === wordIds[token - 1];
    if (!joins && tokens[token] !== tokens[token - 1]) group++;
    groups[token] = group;
  }
  return groups;
}

/** Groups of tokens by sentence. A single line break does not end a sentence. */
export function sentenceGroups(text: string, { starts }: Encoding): Int32Array {
  const unbroken = text.replaceAll(/(?<![\r\n])(\r\n|\n)(?![\r\n])/g, (end) =>
    ' '.repeat(end.length),
  );
  const groups = new Int32Array(starts.length);
  let token = 0;
  let group = 0;
  for (const { index, segment } of segmenter('sentence').segment(unbroken)) {
    const end = index + segment.length;
    while (token < starts.length && starts[token]! < end) groups[token++] = group;
    group++;
  }
  return groups;
}

/** Groups by word, with one group per named entity, as in ERNIE (Sun et al. 2019, arXiv:1904.09223). */
export function entityGroups(
  words: Int32Array,
  entities: readonly Entity[],
  tokensOf: (start: number, end: number) => [from: number, to: number],
): Int32Array {
  const groups = words.slice();
  for (const { start, end } of entities) {
    let [from, to] = tokensOf(start, end);
    if (from === to) continue;
    while (from > 0 && words[from - 1] === words[from]) from--;
    while (to < words.length && words[to] === words[to - 1]) to++;
    groups.fill(groups[from]!, from, to);
  }
  return groups;
}

/** Index of the word that contains each UTF-16 unit. */
function wordSegments(text: string): Int32Array {
  const segments = new Int32Array(text.length);
  let word = 0;
  for (const { index, segment } of segmenter('word').segment(text)) {
    segments.fill(word++, index, index + segment.length);
  }
  return segments;
}

const segmenters = new Map<'word' | 'sentence', Intl.Segmenter>();

function segmenter(granularity: 'word' | 'sentence'): Intl.Segmenter {
  let known = segmenters.get(granularity);
  if (!known) {
    // Dictionaries depend on the script; the language only affects abbreviations.
    known = new Intl.Segmenter('en', { granularity });
    segmenters.set(granularity, known);
  }
  return known;
}
