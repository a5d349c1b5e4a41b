import { inputError } from '../../../core/errors.js';
import type { MaskingPolicy } from '../../../core/masking/policy/policy.js';
import { message, problem } from '../../../core/messages/message.js';

const FULL_REPLACEMENT = '{ "mask": 1, "random": 0, "keep": 0 }';

/**
 * Refuses a policy for one-way redaction unless it masks all of its matches and never keeps or draws
 * words. Throws `UserInput`.
 */
export function refuseUnlessOneWay(policy: MaskingPolicy, file: string): void {
  const reasons = policy.rules.flatMap(({ name: rule, rate, replace, replaceWith }) => [
    ...(rate < 1 ? [message('oneWay.partial', { rule })] : []),
    ...(replaceWith === undefined && (replace ?? policy.replace).mask < 1
      ? [message('oneWay.keeps', { rule })]
      : []),
  ]);
  if (policy.rate > 0) reasons.push(message('oneWay.random'));
  if (policy.always.length > 0 && policy.replace.mask < 1) {
    reasons.push(message('oneWay.alwaysKeeps'));
  }
  if (policy.rules.length + policy.always.length === 0) reasons.push(message('oneWay.nothing'));
  if (reasons.length === 0) return;
  throw inputError(
    problem('dataset.notOneWay', {
      file,
      reasons: { list: reasons, join: 'sentences' },
      replace: FULL_REPLACEMENT,
    }),
  );
}
