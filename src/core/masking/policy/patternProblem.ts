import { problem, type Problem } from '../../messages/message.js';
import { compilePattern } from '../patterns/compilePattern.js';
import { PatternError } from '../patterns/translatePattern.js';

/** A pattern as in JavaScript, between slashes and with flags. */
const BETWEEN_SLASHES = /^\/((?:[^/\\\n]|\\.)+)\/([dgimsuvy]+)$/;

/** Problem of a pattern that cannot be used; `null` if it can. */
export function patternProblem(pattern: string): Problem | null {
  if (/^(?:\\[bBAz]|[\^$()|?:])*$/.test(pattern)) return problem('masking.patternEmpty');
  const [, inner, flags] = BETWEEN_SLASHES.exec(pattern) ?? [];
  if (inner !== undefined && new Set(flags).size === flags!.length) {
    const own = /[ims]/.test(flags!) ? `(?${flags!.replaceAll(/[^ims]/g, '')})` : '';
    return problem('masking.patternSlashes', {
      pattern: `${own}${inner.replaceAll('\\/', '/')}`,
      flags: flags!,
    });
  }
  try {
    compilePattern(pattern);
    return null;
  } catch (thrown) {
    if (thrown instanceof PatternError) return thrown.problem;
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return problem('masking.patternInvalid', {
      reason: said.replace(/^error parsing regexp: /, ''),
    });
  }
}
