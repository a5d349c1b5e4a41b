import type { MaskingRule } from '../policy/policy.js';
import type { Selector } from './selector.js';

/**
 * Finds places selected by hand by their text and the text around it, as far as that is in the given
 * text, ignoring differences in whitespace.
 */
export function placeSelector(places: NonNullable<MaskingRule['places']>): Selector {
  const known = places.map((place) => ({
    ...place,
    before: folded(place.before).trimStart(),
    after: folded(place.after).trimEnd(),
  }));
  return ({ text, file }, found) => {
    for (const place of known) {
      if (file !== null && !isSame(file, place.file)) continue;
      for (let at = text.indexOf(place.text); at >= 0; at = text.indexOf(place.text, at + 1)) {
        const end = at + place.text.length;
        if (agreesBefore(text, at, place.before) && agreesAfter(text, end, place.after)) {
          found(at, end);
        }
      }
    }
  };
}

/** Compares a path relative to the workspace with one relative to a folder in it. */
function isSame(file: string, named: string): boolean {
  const ending = `/${named.replaceAll('\\', '/').replace(/^(?:\.{1,2}\/)+/, '')}`;
  return `/${file.replaceAll('\\', '/')}`.endsWith(ending);
}

function agreesBefore(text: string, at: number, wanted: string): boolean {
  // Folding shortens whitespace; twice as much text is nearly always enough.
  const from = Math.max(0, at - 2 * wanted.length - 8);
  const seen = folded(text.slice(from, at));
  const length = Math.min(seen.length, wanted.length);
  return seen.endsWith(wanted.slice(wanted.length - length)) || seen.trim() === '';
}

function agreesAfter(text: string, end: number, wanted: string): boolean {
  const seen = folded(text.slice(end, end + 2 * wanted.length + 8));
  const length = Math.min(seen.length, wanted.length);
  return seen.startsWith(wanted.slice(0, length)) || seen.trim() === '';
}

function folded(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
