import { compilePattern } from '../patterns/compilePattern.js';
import type { Selector } from './selector.js';

/**
 * Searching for each match can read to the end of the text, which takes quadratic time in total.
 * Matches are therefore searched in stretches: they begin in one and can end shortly after it.
 */
const STRETCH = 1000;
const BEHIND = 250;

/** Finds matches of a regular expression in RE2 syntax in linear time. */
export function patternSelector(pattern: string): Selector {
  const compiled = compilePattern(pattern);
  return ({ text }, found) => {
    for (let from = 0; from < text.length;) {
      // The text before a stretch shows whether a line or word begins there.
      const seen = from === 0 ? 0 : border(text, from - 1);
      const to = border(text, Math.min(text.length, from + STRETCH));
      const find = compiled.matchesIn(text, seen, border(text, Math.min(text.length, to + BEHIND)));
      let at = from;
      while (at < to) {
        const match = find(at);
        if (match === null || match.start >= to) break;
        const { start, end } = match;
        if (end > start) found(start, end);
        at = end > start ? end : border(text, end + 2);
      }
      from = Math.max(to, at);
    }
  };
}

/** An offset that is not inside a character. */
function border(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
