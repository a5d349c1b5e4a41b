import type { Truncation } from '../../models/trainedInput.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import { windowsOf, windowsWithMostContext, type TokenSpan } from './textWindows.js';

/** Part of a text as a model gets it. */
export interface TextWindow {
  /** Token ids, special tokens included. */
  readonly ids: Int32Array;
  /** Token types, 1 for the second text; null without one. */
  readonly typeIds: Int32Array | null;
  /** For tags: the first token of each word, or -1 for a word that another window answers. */
  readonly wordTokens: readonly number[];
}

export interface EncodeOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens per sequence, including special tokens. */
  readonly maxLength: number;
  /** Handling of a longer text. Words with tags are kept from the beginning, or in windows. */
  readonly truncation: Truncation;
  /** Tokens that consecutive windows share. Default, `null`: a quarter of a window. */
  readonly stride: number | null;
}

/** Tokens of a text as one sequence, or as windows. */
export interface EncodedText extends Pick<TextWindow, 'ids' | 'typeIds'> {
  /** Sequences in place of a text that is too long for one, whose `ids` are then those of all of it. */
  readonly windows: readonly TextWindow[] | null;
  /** Whether a part of the text is in no sequence. */
  readonly isCut: boolean;
}

/** Words as one sequence, or as windows. */
export interface EncodedWords extends EncodedText {
  readonly text: string;
  /** Spans `[start, end)` of the words in `text`. */
  readonly words: readonly TokenSpan[];
  /** First token of each word, or -1 for a truncated word. */
  readonly wordTokens: readonly number[];
}

/**
 * A text or a pair of texts as one sequence of at most `maxLength` tokens, or as windows. Windows of a
 * pair go over its longer text beside the shorter one, of which at most half a sequence is kept.
 */
export function encodeTexts(
  text: string,
  pair: string | null,
  options: EncodeOptions,
): EncodedText {
  const { tokenizer, maxLength, truncation } = options;
  const first = tokenizer.encode(text).ids;
  if (pair === null) {
    const room = maxLength - tokenizer.frameSize;
    const frame = (ids: Int32Array): Framed => ({ ids: tokenizer.frame(ids).ids, typeIds: null });
    const isCut = first.length > room;
    return isCut && truncation === 'windows'
      ? { ...frame(first), windows: inWindows(first, room, { frame, ...options }), isCut: false }
      : { ...frame(truncated(first, room, truncation)), windows: null, isCut };
  }
  const second = tokenizer.encode(pair).ids;
  const room = maxLength - tokenizer.pairFrameSize;
  const framePair = (a: Int32Array, b: Int32Array): Framed => {
    const { ids, typeIds } = tokenizer.framePair(a, b);
    return { ids, typeIds: typeIds.some((type) => type !== 0) ? typeIds : null };
  };
  const isCut = first.length + second.length > room;
  if (isCut && truncation === 'windows') {
    const half = Math.floor(room / 2);
    const isFirstLonger = first.length > second.length;
    const [shorter, longer] = isFirstLonger ? [second, first] : [first, second];
    const kept = shorter.subarray(0, half);
    const frame = (ids: Int32Array): Framed =>
      isFirstLonger ? framePair(ids, kept) : framePair(kept, ids);
    const windows = inWindows(longer, room - kept.length, { frame, ...options });
    return { ...frame(longer), windows, isCut: kept.length < shorter.length };
  }
  const lengths = cutLongest(first.length, second.length, room);
  const framed = framePair(
    truncated(first, lengths[0], truncation),
    truncated(second, lengths[1], truncation),
  );
  return { ...framed, windows: null, isCut };
}

type Framed = Pick<TextWindow, 'ids' | 'typeIds'>;

function inWindows(
  ids: Int32Array,
  room: number,
  { frame, stride }: { frame: (ids: Int32Array) => Framed } & Pick<EncodeOptions, 'stride'>,
): TextWindow[] {
  return windowsOf(ids.length, { room, stride }).map(({ start, end }) => ({
    ...frame(ids.subarray(start, end)),
    wordTokens: [],
  }));
}

/** Words as one sequence, each with its first token, or as windows that answer each word once. */
export function encodeWords(
  words: readonly string[],
  { tokenizer, maxLength, truncation, stride }: EncodeOptions,
): EncodedWords {
  const text = words.join(' ');
  let at = 0;
  const places = words.map((word) => {
    const start = at;
    at += word.length + 1;
    return { start, end: start + word.length };
  });
  const { ids, starts, ends } = tokenizer.encode(text);
  const room = maxLength - tokenizer.frameSize;
  let next = 0;
  const tokens = places.map(({ start, end }) => {
    while (next < ids.length && (starts[next]! < start || ends[next]! <= starts[next]!)) next++;
    return next < ids.length && starts[next]! < end ? next : -1;
  });
  const sequence = (
    from: number,
    to: number,
    isAnswered: (token: number) => boolean,
  ): TextWindow => {
    const framed = tokenizer.frame(ids.subarray(from, to));
    const wordTokens = tokens.map((token) =>
      token === -1 || !isAnswered(token) ? -1 : token - from + framed.offsets[0]!,
    );
    return { ids: framed.ids, typeIds: null, wordTokens };
  };
  const isLong = ids.length > room;
  if (isLong && truncation === 'windows') {
    const spans = windowsOf(ids.length, { room, stride });
    const answering = windowsWithMostContext(ids.length, spans);
    const windows = spans.map(({ start, end }, i) =>
      sequence(start, end, (token) => answering[token] === i),
    );
    const whole = sequence(0, ids.length, () => true);
    return { text, words: places, ...whole, windows, isCut: false };
  }
  const kept = sequence(0, Math.min(ids.length, room), (token) => token < room);
  return { text, words: places, ...kept, windows: null, isCut: isLong };
}

/** Share of the kept tokens that come from the beginning (Sun et al. 2019, arXiv:1905.05583). */
const HEAD_SHARE = 0.25;

/** At most `room` tokens of a text. */
function truncated(ids: Int32Array, room: number, truncation: Truncation): Int32Array {
  if (ids.length <= room || truncation === 'head') return ids.subarray(0, room);
  const head = Math.ceil(room * HEAD_SHARE);
  const kept = new Int32Array(room);
  kept.set(ids.subarray(0, head));
  kept.set(ids.subarray(ids.length - (room - head)), head);
  return kept;
}

/** Lengths of two texts that fit together: the longer one is truncated first. */
function cutLongest(first: number, second: number, room: number): readonly [number, number] {
  const half = Math.floor(room / 2);
  if (first + second <= room) return [first, second];
  if (second <= half) return [room - second, second];
  return first <= half ? [first, room - first] : [room - half, half];
}
