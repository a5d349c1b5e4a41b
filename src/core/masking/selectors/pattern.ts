import { compilePattern } from '../patternProblem.js';
import { textStretches } from '../textStretches.js';
import type { Selector } from './selector.js';

/**
 * Looking for the next match can read as far as the text goes, which for all of them together is
 * quadratic; in stretches of so many characters it is linear, whatever the pattern.
 */
const STRETCH = 2000;

/** Finds matches of a regular expression in RE2 syntax, in time linear in the text. */
export function patternSelector(pattern: string): Selector {
  const compiled = compilePattern(pattern);
  return ({ text }, found) => {
    for (const [from, to] of textStretches(text, STRETCH)) {
      const matcher = compiled.matcher(text.slice(from, to));
      while (matcher.find()) {
        if (matcher.end() > matcher.start()) found(from + matcher.start(), from + matcher.end());
      }
    }
  };
}
