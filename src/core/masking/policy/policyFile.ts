import { AppError } from '../../errors.js';
import type { MaskingPolicy } from './policy.js';
import type { PolicyProblem } from './policyProblem.js';
import { readPolicyText } from './policyText.js';

/** Everything that is wrong with the text of a policy, in order; for marking it in an editor. */
export function policyProblems(text: string): PolicyProblem[] {
  return readPolicyText(text).problems;
}

/**
 * Reads a policy: JSON with comments and trailing commas. Throws `Data` that names file, line, what
 * is wrong there and what to write instead.
 */
export function parsePolicy(text: string, file: string): MaskingPolicy {
  const { policy, problems } = readPolicyText(text);
  if (policy !== null) return policy;
  const { offset, message, remedy } = problems[0]!;
  const others = problems.length - 1;
  const more = others === 0 ? '' : ` (${others} more below it.)`;
  throw new AppError({
    code: 'Data',
    details: {
      file,
      row: text.slice(0, offset).split(/\r\n|\n|\r/).length,
      problem: `${message}${more}`,
      remedy,
    },
  });
}
