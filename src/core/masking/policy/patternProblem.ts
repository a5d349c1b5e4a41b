import { RE2JS } from 're2js';
import { problem, type Problem } from '../../messages/message.js';

/** Syntax that RE2 lacks, with the sign by which it is recognized. */
const UNSUPPORTED: readonly { readonly sign: RegExp; readonly problem: Problem }[] = [
  { sign: /\(\?<?[=!]/, problem: problem('masking.patternLookAround') },
  { sign: /\\[1-9]|\\k<|\(\?P=/, problem: problem('masking.patternBackReference') },
  { sign: /\(\?>|[*+?}]\+/, problem: problem('masking.patternAtomicGroup') },
];

/** Problem of a pattern that cannot be used; `null` if it can. */
export function patternProblem(pattern: string): Problem | null {
  if (/^(?:\\[bBAz]|[\^$()|?:])*$/.test(pattern)) return problem('masking.patternEmpty');
  try {
    compilePattern(pattern);
    return null;
  } catch (thrown) {
    const known = UNSUPPORTED.find(({ sign }) => sign.test(pattern));
    if (known) return known.problem;
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    const reason = said.replace(/^error parsing regexp: /, '');
    return problem('masking.patternInvalid', { reason });
  }
}

/** Compiles a pattern in which `^` and `$` match at line borders. Throws if RE2 cannot parse it. */
export function compilePattern(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.MULTILINE);
}
