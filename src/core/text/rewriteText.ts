import { AlignedTextBuilder, type AlignedText } from './alignedText.js';

const CHARACTER = /[^]/gu;
/** A character with following marks, and the later letters of a Hangul syllable. */
const CLUSTER = /\P{M}[\p{M}\u1161-\u1175\u11A8-\u11C2]*|\p{M}+/gu;
/** Parts that composition and reordering of marks never cross. */
const WORD = /\S+|\s+/gu;

/**
 * Applies `change` to a text part by part, in the smallest parts that give the same result as
 * changing the whole text. Removed text is assigned to the preceding character.
 */
export function rewrite(source: AlignedText, change: (text: string) => string): AlignedText {
  const whole = change(source.text);
  if (whole === source.text) return source;
  for (const part of [CHARACTER, CLUSTER, WORD]) {
    const result = rewriteParts(source, change, part);
    if (result.text === whole) return result;
  }
  return rewriteParts(source, change, /[^]+/g);
}

function rewriteParts(
  source: AlignedText,
  change: (text: string) => string,
  parts: RegExp,
): AlignedText {
  const result = new AlignedTextBuilder();
  for (const { 0: part, index } of source.text.matchAll(parts)) {
    const end = index + part.length;
    const changed = change(part);
    if (changed === part) result.copy(source, index, end);
    else if (changed === '') result.extend(source.endOf(end - 1));
    else result.replace(changed, source, index, end);
  }
  return result.build();
}
