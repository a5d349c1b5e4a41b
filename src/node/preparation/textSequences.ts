import { chunkDocument } from '../../core/data/examples/chunk.js';
import type { Example } from '../../core/data/examples/documents.js';
import type { AppErrorData } from '../../core/errors.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { Splittable } from '../../core/data/splitting/splitter.js';
import { specRecords } from './specRecords.js';

/** Characters of running text that are cut into sequences at once: they bound the memory. */
const PASSAGE = 100_000;

/** A stretch of text that becomes a sequence, with what its record says about its split. */
export interface TextSequence extends Splittable {
  readonly example: Example;
  /** Line of the file at which it begins, or row of a table; lines that cleaning took out are not counted. */
  readonly line: number;
}

export interface TextSequenceOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens a sequence, special tokens included. */
  readonly maxLength: number;
  /** Hears of each row or file that is left out, where a run leaves bad ones out. */
  readonly onBad?: (error: AppErrorData) => void;
}

/**
 * The sequences of a run's text, one by one: what is read is never held as a whole. Throws `Data`
 * where something cannot be read and is not to be left out.
 */
export async function* textSequences(
  spec: PreparationSpec,
  { tokenizer, maxLength, onBad }: TextSequenceOptions,
): AsyncGenerator<TextSequence> {
  const { cut } = spec.training;
  const records = specRecords(spec, { atLeast: PASSAGE, ...(onBad && { onBad }) });
  for await (const { file, line: from, text: aligned, group, split, values } of records) {
    const document = { file, text: aligned.text };
    const isTable = values !== null;
    let [line, at] = [from, 0];
    for (const example of chunkDocument(tokenizer, document, { maxLength, cut })) {
      const text = document.text.slice(example.start, example.end);
      if (!isTable) line += document.text.slice(at, example.start).split('\n').length - 1;
      at = example.start;
      yield { example, text, line, key: example.key, group, split };
    }
  }
}
