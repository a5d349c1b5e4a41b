import { compilePattern } from '../policy/patternProblem.js';
import type { Selector } from './selector.js';

/**
 * Looking for the next match may read to the end of the text, which for all of them together is
 * quadratic. So matches are looked for in stretches: they begin in one, and may end a little behind.
 */
const STRETCH = 1000;
const BEHIND = 250;

/** Finds matches of a regular expression in RE2 syntax, in time linear in the text. */
export function patternSelector(pattern: string): Selector {
  const compiled = compilePattern(pattern);
  return ({ text }, found) => {
    for (let from = 0; from < text.length;) {
      // What stands before a stretch says whether a line or word begins there.
      const seen = from === 0 ? 0 : border(text, from - 1);
      const to = border(text, Math.min(text.length, from + STRETCH));
      const matcher = compiled.matcher(text.slice(seen, border(text, to + BEHIND)));
      let at = from;
      while (at < to && matcher.find(at - seen) && seen + matcher.start() < to) {
        const start = seen + matcher.start();
        const end = seen + matcher.end();
        if (end > start) found(start, end);
        at = end > start ? end : border(text, end + 2);
      }
      from = Math.max(to, at);
    }
  };
}

/** A place that is not inside of a character. */
function border(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
