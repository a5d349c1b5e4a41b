import { AppError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { MaskingPolicy } from './policy.js';
import type { PolicyProblem } from './policyProblem.js';
import { readPolicyText } from './policyText.js';

/** All problems in the text of a policy in order, to mark them in an editor. */
export function policyProblems(text: string): PolicyProblem[] {
  return readPolicyText(text).problems;
}

/**
 * Parses a policy: JSON with comments and trailing commas. Throws `Data` with the file and the line
 * of the first problem.
 */
export function parsePolicy(text: string, file: string): MaskingPolicy {
  const { policy, problems } = readPolicyText(text);
  if (policy !== null) return policy;
  const { offset, problem: first } = problems[0]!;
  const count = problems.length - 1;
  throw new AppError({
    code: 'Data',
    details: {
      file,
      row: text.slice(0, offset).split(/\r\n|\n|\r/).length,
      problem:
        count === 0
          ? first
          : problem('masking.severalProblems', { first, count, remedy: { remedyOf: first } }),
    },
  });
}
