import { RE2JS } from 're2js';

export interface PatternProblem {
  readonly message: string;
  readonly remedy: string;
}

/** What RE2 has no counterpart of, how it is told from the pattern, and what to do instead. */
const UNSUPPORTED: readonly (PatternProblem & { readonly sign: RegExp })[] = [
  {
    sign: /\(\?<?[=!]/,
    message: 'Look-around, such as (?=…) or (?<!…), is not supported: patterns run in linear time.',
    remedy:
      'Write what is looked for alone, with \\b at its borders, and put what must not be masked under "never".',
  },
  {
    sign: /\\[1-9]|\\k<|\(\?P=/,
    message: 'Back-references, such as \\1, are not supported: patterns run in linear time.',
    remedy: 'Write out what may repeat, for example (?:aa|bb) instead of (a|b)\\1.',
  },
  {
    sign: /\(\?>|[*+?}]\+/,
    message: 'Atomic groups and possessive quantifiers, (?>…) and a++, are not supported.',
    remedy: 'Write (?:…) and a+: patterns run in linear time, so nothing is lost.',
  },
];

/** Why a pattern cannot be used, for a person; null where it can. */
export function explainPattern(pattern: string): PatternProblem | null {
  if (/^(?:\\[bBAz]|[\^$()|?:])*$/.test(pattern)) {
    return { message: 'The pattern matches no characters.', remedy: 'Say what it should find.' };
  }
  try {
    compilePattern(pattern);
    return null;
  } catch (thrown) {
    const known = UNSUPPORTED.find(({ sign }) => sign.test(pattern));
    if (known) return { message: known.message, remedy: known.remedy };
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      message: `The pattern is wrong: ${reason.replace(/^error parsing regexp: /, '')}.`,
      remedy: 'Mend it; the syntax is RE2, and a backslash is written \\\\ in JSON.',
    };
  }
}

/** `^` and `$` stand for the borders of lines. Throws for what RE2 does not take. */
export function compilePattern(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.MULTILINE);
}
