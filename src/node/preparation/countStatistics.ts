import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import type { CorpusStatistics } from '../../core/masking/masker.js';
import { textMasking, type PreparationSpec } from '../../core/specs/preparationSpec.js';
import { GrowingArray } from '../../core/collections/growingArray.js';
import { SPLIT_NAMES } from '../../core/data/records.js';
import { Splitter, type Splitting } from '../../core/data/splitting/splitter.js';
import { textSequences, type TextSequence, type TextSequenceOptions } from './textSequences.js';

/**
 * Corpus statistics for the masking policy of a run, counted on the training split; `null` if no rule
 * needs them. Each sequence counts as one text.
 */
export async function countStatistics(
  spec: PreparationSpec,
  options: Omit<TextSequenceOptions, 'onBad'>,
): Promise<CorpusStatistics | null> {
  const policy = textMasking(spec);
  if (!needsStatistics(policy)) return null;
  // The next pass reports skipped input.
  const sequences = (): AsyncGenerator<TextSequence> =>
    textSequences(spec, { ...options, onBad: () => undefined });
  const isTrained = await trainedOf(sequences(), { ...spec.data, ...spec.data.reading });
  const counter = new CorpusCounter(policy);
  let index = 0;
  for await (const { text } of sequences()) if (isTrained[index++] === 1) counter.add(text);
  return counter.finish();
}

/** 1 for each sequence of the training split, else 0. */
async function trainedOf(
  sequences: AsyncIterable<TextSequence>,
  splitting: Splitting,
): Promise<Uint8Array> {
  const splitter = new Splitter(splitting);
  const isKept = new GrowingArray((capacity) => new Uint8Array(capacity));
  for await (const sequence of sequences) isKept.push(Number(splitter.add(sequence) !== null));
  const { splits } = splitter.finish({ nonEmpty: true });
  let number = 0;
  return isKept
    .view()
    .map((kept) => (kept === 1 ? Number(SPLIT_NAMES[splits[number++]!] === 'train') : 0));
}
