import type { Truncation } from '../../models/trainedInput.js';
import { problem } from '../../messages/message.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import {
  labelsOf,
  numbersOf,
  recordError,
  tagsOf,
  textOf,
  wordsOf,
  type Answer,
  type AnswerOptions,
  type DataRecord,
} from '../labelledRows.js';
import { recordKey } from '../scanLabels.js';

/** Label of tokens that are not classified: special tokens, and all but the first piece of a word. */
export const NO_LABEL = -1;

/** A labeled text as one training sequence. */
export interface LabelledExample {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly pair: string | null;
  /** Spans `[start, end)` of the words in `text`, for tags; else empty. */
  readonly words: readonly { readonly start: number; readonly end: number }[];
  /** Token ids, special tokens included. */
  readonly ids: Int32Array;
  /** Token types, 1 for the second text; null without one. */
  readonly typeIds: Int32Array | null;
  readonly answer: Answer;
  /** Class index, or for tags the label index of each token, `NO_LABEL` if it is not classified. */
  readonly labels: readonly number[];
  /** 0 or 1 per label, or one number per output; `null` if `labels` are the targets. */
  readonly values: readonly number[] | null;
  /** For tags: the first token of each word, or -1 for a truncated word. */
  readonly wordTokens: readonly number[];
  /** Hash of the text: duplicates share it. */
  readonly key: string;
  /** Whether the text was longer than a sequence. */
  readonly isCut: boolean;
}

export interface RecordOptions extends AnswerOptions, EncodeOptions {}

/**
 * A text with numbers, one per label column. Throws `Data` for an invalid record.
 */
export function numberExample(record: DataRecord, options: RecordOptions): LabelledExample {
  const text = textOfRecord(record, options);
  const numbers = numbersOf(record, options);
  return { ...text, answer: { kind: 'numbers', numbers }, labels: [], values: numbers };
}

/** A text with one or several of the `known` labels. Throws `Data` for other labels. */
export function labelExample(
  record: DataRecord,
  { known, multiLabel, ...options }: RecordOptions & LabelChoice,
): LabelledExample {
  const text = textOfRecord(record, options);
  const labels = labelsOf(record, options);
  const indices = labels.map((label) => indexOf(record, label, known));
  return {
    ...text,
    answer: { kind: 'labels', labels },
    labels: multiLabel ? [] : indices,
    values: multiLabel ? known.map((_, i) => (indices.includes(i) ? 1 : 0)) : null,
  };
}

interface LabelChoice {
  readonly known: readonly string[];
  readonly multiLabel: boolean;
}

function textOfRecord(
  record: DataRecord,
  { tokenizer, maxLength, truncation, columns }: RecordOptions,
): Omit<LabelledExample, 'answer' | 'labels' | 'values'> {
  const text = textOf(record, columns.text);
  const pair = columns.pair === null ? null : textOf(record, columns.pair);
  return {
    file: record.file,
    line: record.line,
    text,
    pair,
    words: [],
    wordTokens: [],
    ...encodeTexts(text, pair, { tokenizer, maxLength, truncation }),
    key: recordKey(text, pair),
  };
}

export interface EncodeOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens per sequence, including special tokens. */
  readonly maxLength: number;
  /** Part of a longer text that is kept. Words with tags are always kept from the beginning. */
  readonly truncation: Truncation;
}

/** A text or a pair of texts as one sequence, truncated to `maxLength` tokens. */
export function encodeTexts(
  text: string,
  pair: string | null,
  { tokenizer, maxLength, truncation }: EncodeOptions,
): Pick<LabelledExample, 'ids' | 'typeIds' | 'isCut'> {
  const first = tokenizer.encode(text).ids;
  if (pair === null) {
    const room = maxLength - tokenizer.frameSize;
    const { ids } = tokenizer.frame(truncated(first, room, truncation));
    return { ids, typeIds: null, isCut: first.length > room };
  }
  const second = tokenizer.encode(pair).ids;
  const room = maxLength - tokenizer.pairFrameSize;
  const lengths = cutLongest(first.length, second.length, room);
  const framed = tokenizer.framePair(
    truncated(first, lengths[0], truncation),
    truncated(second, lengths[1], truncation),
  );
  return {
    ids: framed.ids,
    typeIds: framed.typeIds.some((type) => type !== 0) ? framed.typeIds : null,
    isCut: first.length + second.length > room,
  };
}

/** Words with one of the `known` labels each. Throws `Data` for an invalid record. */
export function taggedExample(
  record: DataRecord,
  known: readonly string[],
  options: RecordOptions,
): LabelledExample {
  const tags = tagsOf(record, options);
  const encoded = encodeWords(wordsOf(record, options.columns.text), options);
  const { text, ids, wordTokens } = encoded;
  const labels = new Array<number>(ids.length).fill(NO_LABEL);
  wordTokens.forEach((token, word) => {
    if (token !== -1) labels[token] = indexOf(record, tags[word]!, known);
  });
  return {
    file: record.file,
    line: record.line,
    pair: null,
    ...encoded,
    answer: { kind: 'tags', tags },
    labels,
    values: null,
    key: recordKey(text, null),
  };
}

/** Words as one sequence, each with its first token. */
export function encodeWords(
  words: readonly string[],
  { tokenizer, maxLength }: Omit<EncodeOptions, 'truncation'>,
): Pick<LabelledExample, 'text' | 'words' | 'ids' | 'typeIds' | 'wordTokens' | 'isCut'> {
  const text = words.join(' ');
  let at = 0;
  const places = words.map((word) => {
    const start = at;
    at += word.length + 1;
    return { start, end: start + word.length };
  });
  const encoding = tokenizer.encode(text);
  const room = Math.min(encoding.ids.length, maxLength - tokenizer.frameSize);
  const framed = tokenizer.frame(encoding.ids.subarray(0, room));
  const wordTokens = places.map(({ start, end }) => {
    const token = encoding.starts.findIndex(
      (from, i) => from >= start && from < end && encoding.ends[i]! > from,
    );
    return token === -1 || token >= room ? -1 : token + framed.offsets[0]!;
  });
  const isCut = room < encoding.ids.length;
  return { text, words: places, ids: framed.ids, typeIds: null, wordTokens, isCut };
}

const SHOWN_LABELS = 10;

function indexOf(record: DataRecord, label: string, known: readonly string[]): number {
  const index = known.indexOf(label);
  if (index !== -1) return index;
  const labels = { list: known.slice(0, SHOWN_LABELS), join: 'or' } as const;
  throw recordError(record, null, problem('data.unknownLabel', { label, labels }));
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
