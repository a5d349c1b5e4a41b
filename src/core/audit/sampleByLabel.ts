import { randomStream, shuffled } from '../random.js';

export interface LabelSample<Example> {
  /** In random order. */
  readonly sample: Example[];
  /** Whether the shares of the labels were made as equal as possible, unlike those of all examples. */
  readonly isByLabel: boolean;
}

/**
 * Draws up to `count` examples, in equal numbers of each label while there are any. Examples of numbers or
 * of several labels per text, which have no `labels`, are drawn at random.
 */
export function sampleByLabel<Example extends { readonly labels: readonly number[] }>(
  examples: readonly Example[],
  count: number,
  seed: number,
): LabelSample<Example> {
  const mixed = shuffled(examples, randomStream('audit', 'sample', seed));
  const byLabel = new Map<string, Example[]>();
  for (const example of mixed) {
    const label = example.labels.join();
    const known = byLabel.get(label);
    if (known === undefined) byLabel.set(label, [example]);
    else known.push(example);
  }
  const sample: Example[] = [];
  for (let round = 0; sample.length < Math.min(count, mixed.length); round++) {
    for (const ofLabel of byLabel.values()) {
      const example = ofLabel[round];
      if (example !== undefined && sample.length < count) sample.push(example);
    }
  }
  return { sample, isByLabel: byLabel.size > 1 && sample.length < examples.length };
}
