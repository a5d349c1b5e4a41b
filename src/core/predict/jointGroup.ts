import type { TextRange } from '../text/words.js';
import { FEWEST_JOINT, MOST_JOINT } from './fillJointly.js';

/** Characters of a sentence on each side of a mask; what is farther away is another sentence. */
const REACH = 600;
const BLANK_LINE = /\n[ \t]*\r?\n/g;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Indices of the masks in the sentence of mask `own`, with itself, if there are as many as are filled
 * jointly; `null` otherwise. `masks` are all masks of the text, in their order; those that are not free,
 * because they list their words, are context.
 */
export function jointGroup(
  text: string,
  masks: readonly TextRange[],
  { own, isFree }: { readonly own: number; readonly isFree: (mask: number) => boolean },
): readonly number[] | null {
  const sentence = sentenceAround(text, masks, masks[own]!);
  const group = [...masks.keys()].filter(
    (i) => isFree(i) && masks[i]!.start >= sentence.start && masks[i]!.end <= sentence.end,
  );
  return group.length >= FEWEST_JOINT && group.length <= MOST_JOINT ? group : null;
}

function sentenceAround(text: string, masks: readonly TextRange[], own: TextRange): TextRange {
  const from = Math.max(0, own.start - REACH);
  const to = Math.min(text.length, own.end + REACH);
  let part = text.slice(from, to);
  // Neither the brackets and underscores of masks nor a single line break end a sentence; a capital
  // letter, unlike a small one, can begin one.
  for (const { start, end } of masks) {
    if (start < from || end > to) continue;
    part = part.slice(0, start - from) + 'X'.repeat(end - start) + part.slice(end - from);
  }
  const at = own.start - from;
  let start = 0;
  let end = part.length;
  for (const { index, 0: blank } of part.matchAll(BLANK_LINE)) {
    if (index < at) start = index + blank.length;
    else end = Math.min(end, index);
  }
  const paragraph = part.slice(start, end).replaceAll(/[\r\n]/g, ' ');
  const found = segmenter.segment(paragraph).containing(at - start);
  if (found === undefined) return own;
  const sentence = from + start + found.index;
  return { start: sentence, end: sentence + found.segment.length };
}
