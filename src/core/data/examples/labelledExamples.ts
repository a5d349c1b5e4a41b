import { message, problem } from '../../messages/message.js';
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
import { encodeTexts, encodeWords, type EncodeOptions, type TextWindow } from './encodeTexts.js';

/** Label of tokens that are not classified: special tokens, and all but the first piece of a word. */
export const NO_LABEL = -1;

/** A labeled text as one training sequence, or as several windows. */
export interface LabelledExample {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly pair: string | null;
  /** Spans `[start, end)` of the words in `text`, for tags; else empty. */
  readonly words: readonly { readonly start: number; readonly end: number }[];
  /** Token ids, special tokens included: of the whole text if it has windows. */
  readonly ids: Int32Array;
  /** Token types, 1 for the second text; null without one. */
  readonly typeIds: Int32Array | null;
  /** [ids.length] which token of the texts each one is, -1 for special tokens; absent unless asked for. */
  readonly sources?: Int32Array;
  /** Sequences in place of a text that is too long for one; `null` for a text that is one. */
  readonly windows: readonly TextWindow[] | null;
  readonly answer: Answer;
  /** Class index, or for tags the label index of each token, `NO_LABEL` if it is not classified. */
  readonly labels: readonly number[];
  /** 0 or 1 per label, or one number per output; `null` if `labels` are the targets. */
  readonly values: readonly number[] | null;
  /** For tags: the first token of each word, or -1 for a truncated word. */
  readonly wordTokens: readonly number[];
  /** Hash of the text: duplicates share it. */
  readonly key: string;
  /** Whether a part of the text is in no sequence. */
  readonly isCut: boolean;
}

/** A sequence with its targets. */
export type LabelledSequence = Pick<
  LabelledExample,
  'ids' | 'typeIds' | 'sources' | 'labels' | 'values'
>;

/** The sequences of an example: its windows, which have the label of the text, or itself. */
export function sequencesOf(example: LabelledExample): readonly LabelledSequence[] {
  const { windows, labels, values, wordTokens } = example;
  if (windows === null) return [example];
  return windows.map((window) => ({
    ids: window.ids,
    typeIds: window.typeIds,
    ...(window.sources === undefined ? {} : { sources: window.sources }),
    labels:
      wordTokens.length === 0 ? labels : tokenLabels(window, (word) => labels[wordTokens[word]!]!),
    values,
  }));
}

export interface RecordOptions extends AnswerOptions, EncodeOptions {
  /** Error of a label that is not among the known ones. Default: that of data that a run trains on. */
  readonly unknownLabel?: 'data.unknownLabel' | 'models.unknownLabel' | 'study.unknownLabel';
}

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
  const indices = labels.map((label) => indexOf(record, label, known, options));
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
  { columns, ...options }: RecordOptions,
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
    ...encodeTexts(text, pair, options),
    key: recordKey(text, pair),
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
  return {
    file: record.file,
    line: record.line,
    pair: null,
    ...encoded,
    answer: { kind: 'tags', tags },
    labels: tokenLabels(encoded, (word) => indexOf(record, tags[word]!, known, options)),
    values: null,
    key: recordKey(encoded.text, null),
  };
}

/** Label of each token of a sequence, from the labels of the words. */
export function tokenLabels(
  { ids, wordTokens }: Pick<TextWindow, 'ids' | 'wordTokens'>,
  labelOf: (word: number) => number,
): number[] {
  const labels = new Array<number>(ids.length).fill(NO_LABEL);
  wordTokens.forEach((token, word) => {
    if (token !== -1) labels[token] = labelOf(word);
  });
  return labels;
}

const SHOWN_LABELS = 10;

function indexOf(
  record: DataRecord,
  label: string,
  known: readonly string[],
  { columns, unknownLabel = 'data.unknownLabel' }: RecordOptions,
): number {
  const index = known.indexOf(label);
  if (index !== -1) return index;
  const more = known.length - SHOWN_LABELS;
  const shown = known.slice(0, SHOWN_LABELS);
  const list = more <= 0 ? shown : [...shown, message('list.more', { count: more })];
  const [column, ...others] = columns.labels;
  const told = problem(unknownLabel, { label, labels: { list, join: 'and' } });
  throw recordError(record, others.length === 0 ? (column ?? null) : null, told);
}
