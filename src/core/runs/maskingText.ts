import { formatCount } from '../format.js';
import type { MaskingPolicy } from '../masking/policy/policy.js';

const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** What a policy masks, shortly, for a person: `15% masked`, `opinion words: 2 rules, 5% at random`. */
export function maskingText({ name, rate, schedule, rules, dynamic }: MaskingPolicy): string {
  const share =
    schedule === null ? percent(rate) : `${percent(schedule.from)} to ${percent(schedule.to)}`;
  const parts = [
    ...(rules.length === 0 ? [] : [formatCount(rules.length, 'rule')]),
    ...(rules.length === 0 ? [`${share} masked`] : rate > 0 ? [`${share} at random`] : []),
    ...(dynamic ? [] : ['masked once']),
  ];
  return name === undefined ? parts.join(', ') : `${name}: ${parts.join(', ')}`;
}
