import { chunkDocument } from '../../core/data/examples/chunk.js';
import type { Example } from '../../core/data/examples/documents.js';
import type { AppErrorData } from '../../core/errors.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { Splittable } from '../../core/data/splitting/splitter.js';
import { specRecords } from './specRecords.js';

/** Characters of running text that are split into sequences at once, which bounds the memory. */
const PASSAGE = 100_000;

/** A span of text that becomes a sequence, with the properties that decide its split. */
export interface TextSequence extends Splittable {
  readonly example: Example;
  /** First line in the file, not counting lines that cleaning removed, or row of a table. */
  readonly line: number;
}

export interface TextSequenceOptions {
  readonly tokenizer: Tokenizer;
  /** Tokens per sequence, including special tokens. */
  readonly maxLength: number;
  /** Called for each skipped row or file of runs that skip invalid input. */
  readonly onBad?: (error: AppErrorData) => void;
}

/**
 * Streams the sequences of the text of a run; the text is never held as a whole. Throws `Data` for
 * invalid input unless the run skips it.
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
