import type { TextDocument } from '../../core/data/examples/documents.js';
import { splitOf } from '../../core/data/splitting/split.js';
import { randomStream } from '../../core/random.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { TextSequence } from './textSequences.js';

/** Number of kept texts, enough to find a few good sentences. */
const KEPT = 64;

interface Candidate {
  readonly draw: number;
  readonly number: number;
  readonly document: TextDocument;
}

/**
 * Keeps a sample of texts, drawn by their content and independent of their order: texts that will
 * probably be held out, and as many of the others.
 */
export class SampleTexts {
  private readonly likely: Candidate[] = [];
  private readonly others: Candidate[] = [];

  constructor(private readonly spec: PreparationSpec) {}

  add(number: number, { key, group, split, text, example }: TextSequence): void {
    const { training, data } = this.spec;
    // A few digits of the key are enough, and this runs for every sequence of gigabytes of data.
    const draw = randomStream(training.seed, 'samples', key.slice(0, 8))();
    if (isBeyond(this.likely, draw) && isBeyond(this.others, draw)) return;
    const own =
      split ?? splitOf(group === null ? key : `group ${group}`, { ...data, seed: data.splitSeed });
    const kept = own === 'heldOut' ? this.likely : this.others;
    if (isBeyond(kept, draw)) return;
    const at = kept.findIndex((other) => other.draw > draw);
    const document = { file: example.file, text };
    kept.splice(at === -1 ? kept.length : at, 0, { draw, number, document });
    kept.length = Math.min(KEPT, kept.length);
  }

  /** Texts with the wanted numbers, in the order of their draws. */
  among(isWanted: (number: number) => boolean): TextDocument[] {
    return [...this.likely, ...this.others]
      .filter(({ number }) => isWanted(number))
      .map(({ document }) => document);
  }
}

function isBeyond(kept: readonly Candidate[], draw: number): boolean {
  return kept.length === KEPT && draw >= kept.at(-1)!.draw;
}
