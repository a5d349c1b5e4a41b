import type { TextDocument } from '../../data/examples/documents.js';
import { padSequences } from '../../tokenizer/padSequences.js';
import { candidatesLike } from '../../predict/place.js';
import { logProbability, topTokens } from '../../predict/probabilities.js';
import type { SampleRow } from '../../runs/schema.js';
import type { Encoding, Tokenizer } from '../../tokenizer/tokenizer.js';
import type { MaskedBatch } from '../../batches/batch.js';

/** A sentence of the person's own text with one word masked, predicted again at evaluations. */
export interface SampleSentence {
  readonly file: string;
  readonly text: string;
  /** The masked word in `text`, UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  readonly ids: Int32Array;
  /** Index into `ids` of the masked token. */
  readonly masked: number;
}

/** An example's borders may cut its first and last sentence. */
const WHOLE_SENTENCE = /^["'“‘(]?[\p{Lu}\p{Lo}\p{N}].*[.!?…。！？]["'”’)]*$/su;
const MIN_WORDS = 6;
const MAX_CHARACTERS = 200;
/** Shorter words are mostly function words, which any model gets right. */
const MIN_WORD_LENGTH = 4;

/**
 * Picks up to `count` sentences from held-out texts, at most one of each, in their order, each with
 * one word masked that is a single token of the model (so that its probability is one number).
 */
export function sampleSentences(
  texts: readonly TextDocument[],
  tokenizer: Tokenizer,
  options: { readonly count: number; readonly maxLength: number; readonly random: () => number },
): SampleSentence[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const samples: SampleSentence[] = [];
  for (const { file, text: stretch } of texts) {
    const sentences = [...segmenter.segment(stretch)].map(({ segment }) => segment.trim());
    const usable = sentences
      .filter((text) => WHOLE_SENTENCE.test(text))
      .filter((text) => text.length <= MAX_CHARACTERS && text.split(/\s+/).length >= MIN_WORDS)
      .map((text) => tokenized(text, file, tokenizer, options.random))
      .filter(
        (sample) => sample !== null && sample.ids.length + tokenizer.frameSize <= options.maxLength,
      );
    const sample = usable[Math.floor(options.random() * usable.length)];
    if (sample) samples.push(sample);
    if (samples.length === options.count) break;
  }
  return samples;
}

function tokenized(
  text: string,
  file: string,
  tokenizer: Tokenizer,
  random: () => number,
): SampleSentence | null {
  const encoding = tokenizer.encode(text);
  const candidates = [...encoding.ids.keys()].filter((i) => isWholeWord(i, encoding, text));
  const masked = candidates[Math.floor(random() * candidates.length)];
  if (masked === undefined) return null;
  const start = encoding.starts[masked]!;
  const end = encoding.ends[masked]!;
  return { file, text, start, end, ids: encoding.ids, masked };
}

function isWholeWord(i: number, { wordIds, starts, ends }: Encoding, text: string): boolean {
  const isAlone = wordIds[i] !== wordIds[i - 1] && wordIds[i] !== wordIds[i + 1];
  return (
    isAlone &&
    ends[i]! - starts[i]! >= MIN_WORD_LENGTH &&
    /^\p{L}+$/u.test(text.slice(starts[i], ends[i]))
  );
}

/** One batch with every sample's word masked: a single shape, run at each evaluation. */
export function sampleBatch(samples: readonly SampleSentence[], tokenizer: Tokenizer): MaskedBatch {
  const { mask, pad } = tokenizer.special;
  const framed = samples.map(({ ids }) => tokenizer.frame(ids));
  const padded = padSequences(framed, { pad });
  const positions = new BigInt64Array(samples.length);
  const labels = new BigInt64Array(samples.length);
  samples.forEach(({ ids, masked }, row) => {
    const position = row * padded.length + framed[row]!.offsets[0]! + masked;
    padded.inputIds[position] = BigInt(mask);
    positions[row] = BigInt(position);
    labels[row] = BigInt(ids[masked]!);
  });
  return {
    ...padded,
    tokenTypeIds: null,
    rowCount: samples.length,
    positions,
    labels,
    values: null,
    weights: new Float32Array(samples.length).fill(1),
  };
}

/**
 * Reads predictions off the logits of `sampleBatch`, row-major [samples, vocabulary]. Word pieces,
 * special tokens and punctuation are dropped from the candidates; probabilities are those of the
 * full softmax.
 */
export function readSamples(
  samples: readonly SampleSentence[],
  logits: Float32Array,
  { tokenizer, step, topK }: { tokenizer: Tokenizer; step: number; topK: number },
): SampleRow {
  // A model may have more rows in its vocabulary than its tokenizer has tokens.
  const size = logits.length / samples.length;
  const sentences = samples.map((sample, row) => {
    const scores = logits.subarray(row * size, (row + 1) * size);
    const label = sample.ids[sample.masked]!;
    const allowed = candidatesLike(tokenizer, label);
    return {
      text: sample.text,
      file: sample.file,
      masks: [
        {
          start: sample.start,
          end: sample.end,
          original: sample.text.slice(sample.start, sample.end),
          originalProbability: Math.exp(logProbability(scores, label)),
          candidates: topTokens(scores, { topK, allowed }).map(({ id, probability }) => ({
            word: tokenizer.readable(id),
            probability,
          })),
        },
      ],
    };
  });
  return { step, answered: [], sentences };
}
