import { compilePattern } from '../patternProblem.js';
import type { Selector } from './selector.js';

/** Finds matches of a regular expression in RE2 syntax, in time linear in the text. */
export function patternSelector(pattern: string): Selector {
  const compiled = compilePattern(pattern);
  return ({ text }, found) => {
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      if (end > start) found(start, end);
    }
  };
}
