import type { EntityKind, PartOfSpeech } from '../policy/policy.js';
import { hasPartOfSpeech } from '../annotation/terms.js';
import type { Selector } from './selector.js';

/** Finds English words of the given parts of speech. */
export function partOfSpeechSelector(parts: readonly PartOfSpeech[]): Selector {
  return ({ terms }, found) => {
    for (const term of terms) {
      if (parts.some((part) => hasPartOfSpeech(term, part))) found(term.start, term.end);
    }
  };
}

/** Finds English named entities of the given kinds. */
export function entitySelector(kinds: readonly EntityKind[]): Selector {
  const isPersonOnly = kinds.every((kind) => kind === 'person');
  return (context, found) => {
    const { text } = context;
    for (const { start, end, kind } of isPersonOnly ? context.persons : context.entities) {
      if (kinds.includes(kind) && !isFontName(text, start, end)) found(start, end);
    }
  };
}

/** Families of fonts that look like names of persons or places. */
const FONT =
  /\b(?:times(?: new roman)?|trebuchet(?: ms)?|(?:ms )?(?:sans|serif)(?: serif)?|comic sans(?: ms)?|courier(?: new)?|lucida(?: (?:sans|console|grande|bright|handwriting))?|arial(?: (?:black|narrow))?|helvetica(?: neue)?|verdana|tahoma|calibri|cambria|candara|consolas|constantia|corbel|gill sans(?: mt)?|franklin gothic(?: \w+)?|century gothic|book antiqua|palatino(?: linotype)?|bookman(?: old style)?|segoe ui|century schoolbook|monotype corsiva|garamond)(?![\p{L}\p{N}])/giu;
/** The value of a declaration of style sheets, up to the name. */
const FONT_VALUE = /\bfont(?:-family)?["']?\s{0,4}[:=][^;{}<>\n]{0,120}$/i;
const AROUND = 24;
const LONGEST_VALUE = 140;

/** Whether a range is a part of the name of a font, such as "New Roman" in "Times New Roman". */
function isFontName(text: string, start: number, end: number): boolean {
  if (FONT_VALUE.test(text.slice(Math.max(0, start - LONGEST_VALUE), start))) return true;
  const from = Math.max(0, start - AROUND);
  for (const { 0: name, index } of text.slice(from, end + AROUND).matchAll(FONT)) {
    if (from + index <= start && from + index + name.length >= end) return true;
  }
  return false;
}
