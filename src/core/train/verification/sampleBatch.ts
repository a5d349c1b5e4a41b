import type { TrainingBatch } from '../../batches/batch.js';
import { encodeTexts } from '../../data/examples/encodeTexts.js';
import type { Model } from '../../models/model.js';
import { padSequences } from '../../tokenizer/padSequences.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';

/** Texts of different lengths, so that one is padded. */
const TEXTS = [
  'The committee met in 1998, and nobody (not even the chair) could say why it had been called.',
  'Rain fell all night on the tin roof.',
];
/** One of so many tokens is masked. */
const MASKED_EVERY = 4;

/** A batch of fixed texts, for a model of any task. */
export function sampleBatch(
  { heads: [head], maxLength }: Pick<Model, 'heads' | 'maxLength'>,
  tokenizer: Tokenizer,
): TrainingBatch {
  const sequences = TEXTS.map((text) =>
    encodeTexts(text, null, { tokenizer, maxLength, truncation: 'head', stride: null }),
  );
  const padded = padSequences(sequences, { pad: tokenizer.special.pad });
  const { inputIds, attentionMask, batchSize } = padded;
  const tokens = Array.from(attentionMask.keys()).filter((place) => attentionMask[place] === 1n);
  const ofWords = head.kind === 'masked-lm';
  const places = ofWords ? tokens.filter((_, i) => i % MASKED_EVERY === 1) : tokens;
  const positions = head.kind === 'sequence' ? null : BigInt64Array.from(places, BigInt);
  const rowCount = positions?.length ?? batchSize;
  const labels = BigInt64Array.from({ length: rowCount }, (_, row) =>
    ofWords ? inputIds[places[row]!]! : BigInt(row % head.outputSize),
  );
  if (ofWords) for (const place of places) inputIds[place] = BigInt(tokenizer.special.mask);
  const weights = new Float32Array(rowCount).fill(1);
  return { ...padded, positions, rowCount, labels, values: null, weights };
}
