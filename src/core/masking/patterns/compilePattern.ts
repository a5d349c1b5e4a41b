import { RE2JS } from 're2js';
import { FlaggedText } from './borderFlags.js';
import { translatePattern } from './translatePattern.js';

/** Finds the first match at or after an offset; `null` if there is none. */
export type FindMatch = (at: number) => { readonly start: number; readonly end: number } | null;

export interface CompiledPattern {
  /** Matches in a stretch `[from, to)` of a text, by offsets in the text. */
  matchesIn(text: string, from: number, to: number): FindMatch;
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Compiles a pattern in which `^` and `$` match at line borders. Throws `PatternError`, or an error
 * of the engine if it cannot parse the pattern.
 */
export function compilePattern(pattern: string): CompiledPattern {
  const { plain, flagged } = translatePattern(pattern);
  const compiled = RE2JS.compile(plain, RE2JS.MULTILINE);
  const compiledFlagged = flagged === null ? null : RE2JS.compile(flagged, RE2JS.LOOKBEHINDS);
  return {
    matchesIn: (text, from, to) => {
      const stretch = text.slice(from, to);
      // In ASCII, the engine's word borders are those of Unicode.
      if (compiledFlagged === null || !BEYOND_ASCII.test(stretch)) {
        const matcher = compiled.matcher(stretch);
        return (at) =>
          matcher.find(at - from)
            ? { start: from + matcher.start(), end: from + matcher.end() }
            : null;
      }
      const flags = new FlaggedText(text, from, to);
      const matcher = compiledFlagged.matcher(flags.text);
      return (at) =>
        matcher.find(flags.indexOf(at - from))
          ? {
              start: from + flags.offsetAt(matcher.start()),
              end: from + flags.offsetAt(matcher.end() - 1),
            }
          : null;
    },
  };
}
