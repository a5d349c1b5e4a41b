import { AppError } from '../../../core/errors.js';
import type { MaskingPolicy } from '../../../core/masking/policy/policy.js';

/**
 * A redaction must mask all that it finds, and by nothing that is or could be an original. Throws
 * `UserInput` for a policy that leaves anything to chance.
 */
export function refuseUnlessOneWay(policy: MaskingPolicy, file: string): void {
  const problems = policy.rules.flatMap(({ name, rate, replace, replaceWith }) => [
    ...(rate < 1 ? [`rule "${name}" masks only a share of what it finds`] : []),
    ...(replaceWith === undefined && (replace ?? policy.replace).mask < 1
      ? [`rule "${name}" keeps originals or puts other words in their place`]
      : []),
  ]);
  if (policy.rate > 0) problems.push('the policy masks at random');
  if (policy.always.length > 0 && policy.replace.mask < 1) {
    problems.push('what is always masked may be kept or replaced by other words');
  }
  if (policy.rules.length + policy.always.length === 0) problems.push('it masks nothing');
  if (problems.length === 0) return;
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `${file} cannot redact one-way: ${problems.join('; ')}.`,
      remedy:
        'Set "rate" to 0, every rule\'s rate to 1, and "replace" to { "mask": 1, "random": 0, "keep": 0 }, or give rules a "replaceWith".',
    },
  });
}
