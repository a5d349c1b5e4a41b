import { RE2JS } from 're2js';
import type { Selector } from './selector.js';

/** Finds matches of a regular expression in RE2 syntax, in time linear in the text. */
export function patternSelector(pattern: string): Selector {
  const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE);
  return ({ text }, found) => {
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      if (end > start) found(start, end);
    }
  };
}
