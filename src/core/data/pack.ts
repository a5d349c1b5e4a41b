import type { Tokenizer } from '../text/tokenizer.js';
import { contentKey } from './chunk.js';
import type { Example } from './documents.js';

/**
 * Fills sequences with several short texts, a separator between them, in the order they come: far
 * fewer padding tokens, and far fewer steps an epoch. A text that fills a sequence alone stays as it
 * is. Texts of a sequence see each other, as in the `group_texts` of run_mlm.py.
 */
export function packExamples(
  examples: readonly Example[],
  { tokenizer, maxLength }: { tokenizer: Tokenizer; maxLength: number },
): Example[] {
  const room = maxLength - tokenizer.frameSize;
  const packed: Example[] = [];
  let open: Example[] = [];
  let used = 0;
  const close = (): void => {
    if (open.length > 0) packed.push(join(open, tokenizer.special.sep));
    [open, used] = [[], 0];
  };
  for (const example of examples) {
    const wanted = example.ids.length + (open.length === 0 ? 0 : 1);
    if (used + wanted > room) close();
    used += example.ids.length + (open.length === 0 ? 0 : 1);
    open.push(example);
  }
  close();
  return packed;
}

/** The place of a packed sequence is that of its first text. */
function join(examples: readonly Example[], separator: number): Example {
  const [first] = examples;
  if (first === undefined) throw new RangeError('nothing to pack');
  if (examples.length === 1) return first;
  const ids: number[] = [];
  const wordIds: number[] = [];
  for (const example of examples) {
    const nextWord = (wordIds.at(-1) ?? -1) + 1;
    if (ids.length > 0) {
      ids.push(separator);
      wordIds.push(nextWord);
    }
    const offset = (wordIds.at(-1) ?? -1) + 1 - (example.wordIds[0] ?? 0);
    example.ids.forEach((id, i) => {
      ids.push(id);
      wordIds.push(example.wordIds[i]! + offset);
    });
  }
  return {
    ...first,
    ids: Int32Array.from(ids),
    wordIds: Int32Array.from(wordIds),
    key: contentKey(examples.map(({ key }) => key).join(' ')),
  };
}
