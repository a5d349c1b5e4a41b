import type { Truncation } from '../../models/trainedInput.js';
import type { FramedSequence, Tokenizer } from '../../tokenizer/tokenizer.js';
import { windowsOf, windowsWithMostContext, type TokenSpan } from './textWindows.js';

/** Part of a text as a model gets it. */
export interface TextWindow {
  /** Token ids, special tokens included. */
  readonly ids: Int32Array;
  /** Token types, 1 for the second text; null without one. */
  readonly typeIds: Int32Array | null;
  /** For tags: the first token of each word, or -1 for a word that another window answers. */
  readonly wordTokens: readonly number[];
  /**
   * [ids.length] which token of the whole text each one is, counted on through a second text; -1 for
   * the special tokens around texts. Absent unless asked for.
   */
  readonly sources?: Int32Array;
}

export interface EncodeOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens per sequence, including special tokens. */
  readonly maxLength: number;
  /** Handling of a longer text. Words with tags are kept from the beginning, or in windows. */
  readonly truncation: Truncation;
  /** Tokens that consecutive windows share. Default, `null`: a quarter of a window. */
  readonly stride: number | null;
  /** Whether to say which token of the text each one is, as masks of texts need it. */
  readonly withSources?: boolean;
}

/** Tokens of a text as one sequence, or as windows. */
export interface EncodedText extends Pick<TextWindow, 'ids' | 'typeIds' | 'sources'> {
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
  const { tokenizer, maxLength, truncation, withSources = false } = options;
  const first = part(tokenizer.encode(text).ids, 0, withSources);
  if (pair === null) {
    const room = maxLength - tokenizer.frameSize;
    const frame = (one: TextPart): Framed => ({
      ...withSourcesOf(tokenizer.frame(one.ids), [one]),
      typeIds: null,
    });
    const isCut = first.ids.length > room;
    return isCut && truncation === 'windows'
      ? { ...frame(first), windows: inWindows(first, room, { frame, ...options }), isCut: false }
      : { ...frame(truncated(first, room, truncation)), windows: null, isCut };
  }
  const second = part(tokenizer.encode(pair).ids, first.ids.length, withSources);
  const room = maxLength - tokenizer.pairFrameSize;
  const framePair = (a: TextPart, b: TextPart): Framed => {
    const framed = tokenizer.framePair(a.ids, b.ids);
    const { typeIds } = framed;
    return {
      ...withSourcesOf(framed, [a, b]),
      typeIds: typeIds.some((type) => type !== 0) ? typeIds : null,
    };
  };
  const isCut = first.ids.length + second.ids.length > room;
  if (isCut && truncation === 'windows') {
    const half = Math.floor(room / 2);
    const isFirstLonger = first.ids.length > second.ids.length;
    const [shorter, longer] = isFirstLonger ? [second, first] : [first, second];
    const kept = sliced(shorter, 0, half);
    const frame = (one: TextPart): Framed =>
      isFirstLonger ? framePair(one, kept) : framePair(kept, one);
    const windows = inWindows(longer, room - kept.ids.length, { frame, ...options });
    return { ...frame(longer), windows, isCut: kept.ids.length < shorter.ids.length };
  }
  const lengths = cutLongest(first.ids.length, second.ids.length, room);
  const framed = framePair(
    truncated(first, lengths[0], truncation),
    truncated(second, lengths[1], truncation),
  );
  return { ...framed, windows: null, isCut };
}

type Framed = Pick<TextWindow, 'ids' | 'typeIds' | 'sources'>;

/** Tokens of a text, with their places among all if these are asked for. */
interface TextPart {
  readonly ids: Int32Array;
  readonly places: Int32Array | null;
}

function part(ids: Int32Array, from: number, withSources: boolean): TextPart {
  return { ids, places: withSources ? ids.map((_, i) => from + i) : null };
}

function sliced({ ids, places }: TextPart, start: number, end: number): TextPart {
  return { ids: ids.subarray(start, end), places: places?.subarray(start, end) ?? null };
}

function withSourcesOf(
  { ids, offsets }: FramedSequence,
  parts: readonly TextPart[],
): Pick<TextWindow, 'ids' | 'sources'> {
  if (parts.some(({ places }) => places === null)) return { ids };
  const sources = new Int32Array(ids.length).fill(-1);
  parts.forEach(({ places }, i) => {
    sources.set(places!, offsets[i]);
  });
  return { ids, sources };
}

function inWindows(
  text: TextPart,
  room: number,
  { frame, stride }: { frame: (one: TextPart) => Framed } & Pick<EncodeOptions, 'stride'>,
): TextWindow[] {
  return windowsOf(text.ids.length, { room, stride }).map(({ start, end }) => ({
    ...frame(sliced(text, start, end)),
    wordTokens: [],
  }));
}

/** Words as one sequence, each with its first token, or as windows that answer each word once. */
export function encodeWords(
  words: readonly string[],
  { tokenizer, maxLength, truncation, stride, withSources = false }: EncodeOptions,
): EncodedWords {
  const text = words.join(' ');
  let at = 0;
  const places = words.map((word) => {
    const start = at;
    at += word.length + 1;
    return { start, end: start + word.length };
  });
  const { ids, starts, ends } = tokenizer.encode(text);
  const whole = part(ids, 0, withSources);
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
    const kept = sliced(whole, from, to);
    const framed = tokenizer.frame(kept.ids);
    const wordTokens = tokens.map((token) =>
      token === -1 || !isAnswered(token) ? -1 : token - from + framed.offsets[0]!,
    );
    return { ...withSourcesOf(framed, [kept]), typeIds: null, wordTokens };
  };
  const isLong = ids.length > room;
  if (isLong && truncation === 'windows') {
    const spans = windowsOf(ids.length, { room, stride });
    const answering = windowsWithMostContext(ids.length, spans);
    const windows = spans.map(({ start, end }, i) =>
      sequence(start, end, (token) => answering[token] === i),
    );
    const all = sequence(0, ids.length, () => true);
    return { text, words: places, ...all, windows, isCut: false };
  }
  const kept = sequence(0, Math.min(ids.length, room), (token) => token < room);
  return { text, words: places, ...kept, windows: null, isCut: isLong };
}

/** Share of the kept tokens that come from the beginning (Sun et al. 2019, arXiv:1905.05583). */
const HEAD_SHARE = 0.25;

/** At most `room` tokens of a text. */
function truncated(text: TextPart, room: number, truncation: Truncation): TextPart {
  const { length } = text.ids;
  if (length <= room || truncation === 'head') return sliced(text, 0, room);
  const head = Math.ceil(room * HEAD_SHARE);
  const ends = [sliced(text, 0, head), sliced(text, length - (room - head), length)] as const;
  const joined = ([a, b]: readonly [Int32Array, Int32Array]): Int32Array => {
    const kept = new Int32Array(room);
    kept.set(a);
    kept.set(b, head);
    return kept;
  };
  const [{ places: before }, { places: after }] = ends;
  return {
    ids: joined([ends[0].ids, ends[1].ids]),
    places: before === null || after === null ? null : joined([before, after]),
  };
}

/** Lengths of two texts that fit together: the longer one is truncated first. */
function cutLongest(first: number, second: number, room: number): readonly [number, number] {
  const half = Math.floor(room / 2);
  if (first + second <= room) return [first, second];
  if (second <= half) return [room - second, second];
  return first <= half ? [first, room - first] : [room - half, half];
}
