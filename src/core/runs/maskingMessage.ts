import type { MaskingPolicy } from '../masking/policy/policy.js';
import type { RunSpec } from './schema.js';
import { message, type Message } from '../messages/message.js';

const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** Short summary of a policy: `15% masked`, or `opinion words: 2 rules and 5% at random`. */
export function maskingMessage({ name, rate, schedule, rules, dynamic }: MaskingPolicy): Message {
  const share =
    schedule === null
      ? percent(rate)
      : message('runs.rateSchedule', {
          from: percent(schedule.from),
          to: percent(schedule.to),
        });
  const list = [
    ...(rules.length === 0
      ? [message('runs.rateMasked', { rate: share })]
      : [
          message('runs.maskingRules', { count: rules.length }),
          ...(rate > 0 ? [message('runs.rateAtRandom', { rate: share })] : []),
        ]),
    ...(dynamic ? [] : [message('runs.staticMasking')]),
  ];
  const parts = { list, join: 'and' } as const;
  return name === undefined
    ? message('runs.maskingPolicy', { parts })
    : message('runs.namedMaskingPolicy', { name, parts });
}

/** Masks in the training texts of a run with labels; empty if there are none. */
export function inputMaskingMessages({
  masking,
  training: { maskedExamples },
}: {
  readonly masking: MaskingPolicy | null;
  readonly training: Pick<RunSpec['training'], 'maskedExamples'>;
}): Message[] {
  return [
    ...(masking === null ? [] : [message('runs.wordsMasked', { policy: maskingMessage(masking) })]),
    ...(maskedExamples === 0
      ? []
      : [message('runs.examplesMasked', { share: percent(maskedExamples) })]),
  ];
}
