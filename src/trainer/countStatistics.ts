import { CorpusCounter, needsStatistics } from '../core/masking/statistics.js';
import type { CorpusStatistics } from '../core/masking/masker.js';
import type { RunSpec } from '../core/runs/schema.js';
import { SPLIT_NAMES } from '../core/data/records.js';
import { Splitter } from '../core/data/splitter.js';
import { textSequences, type TextSequenceOptions } from './textSequences.js';

/**
 * What the rules of a run's policy need to know of the data as a whole, counted on what is trained
 * on; null where none does. A sequence counts as a text.
 */
export async function countStatistics(
  spec: RunSpec,
  options: Omit<TextSequenceOptions, 'onBad'>,
): Promise<CorpusStatistics | null> {
  if (!needsStatistics(spec.masking)) return null;
  const splitting = { ...spec.data, ...spec.data.reading };
  // The pass that follows tells of what is left out.
  const onBad = (): void => undefined;
  const planned = new Splitter(splitting);
  for await (const sequence of textSequences(spec, { ...options, onBad })) planned.add(sequence);
  const { splits } = planned.finish({ nonEmpty: true });
  const counter = new CorpusCounter(spec.masking);
  const splitter = new Splitter(splitting);
  for await (const sequence of textSequences(spec, { ...options, onBad })) {
    const number = splitter.add(sequence);
    if (number !== null && SPLIT_NAMES[splits[number]!] === 'train') counter.add(sequence.text);
  }
  return counter.finish();
}
