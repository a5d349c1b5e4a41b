import type { AlignedText } from '../text/alignedText.js';
import { Rewriter } from './rewriter.js';

const MARK = '[\\p{P}\\p{S}]';
/**
 * Repetitions of four or more: one mark, two or three marks in turn (`?!?!?!?!`), or a mark with
 * blanks between. The group holds the three that remain.
 */
const REPEATED = [
  `((${MARK})\\2\\2)\\2+`,
  `((${MARK}{2})\\2\\2)\\2+`,
  `((${MARK}{3})\\2\\2)\\2+`,
  `((${MARK})[ \\t]{1,8}\\2[ \\t]{1,8}\\2)(?:[ \\t]{1,8}\\2)+`,
].map((pattern) => new RegExp(pattern, 'gu'));

/** Limits repeated punctuation to three marks. Letters and digits are unchanged. */
export function shortenPunctuation(text: AlignedText): AlignedText {
  return REPEATED.reduce(keepThree, text);
}

function keepThree(text: AlignedText, repeated: RegExp): AlignedText {
  const result = new Rewriter(text);
  for (const { 0: found, 1: kept, index } of text.text.matchAll(repeated)) {
    result.drop(index + kept!.length, index + found.length);
  }
  return result.build();
}
