import { NO_LABEL, type LabelledExample } from '../../data/examples/labelledExamples.js';
import type { MaskingPolicy } from '../../masking/policy/policy.js';

const ONLY_MASKS = { mask: 1, random: 0, keep: 0 };

/** A policy that masks the words which a policy finds, all of them or a share, and nothing else. */
export function maskingWords(policy: MaskingPolicy, rate: number): MaskingPolicy {
  return { ...ruled(policy, rate), rate: 0 };
}

/** A policy that masks a share of the other words, and none of those that a policy finds. */
export function maskingOthers(policy: MaskingPolicy, rate: number): MaskingPolicy {
  return { ...ruled(policy, 0), rate, unit: 'word' };
}

/** The policy with one rate for all that it finds, `always` included, and masks as replacement. */
function ruled(policy: MaskingPolicy, rate: number): MaskingPolicy {
  const { always, rules } = policy;
  const replace = ONLY_MASKS;
  return {
    ...policy,
    ...{ replace, schedule: null, dynamic: true, always: [] },
    rules: [
      ...(always.length === 0 ? [] : [{ name: 'always', words: always, rate, replace }]),
      ...rules.map((rule) => ({ ...rule, rate, replace })),
    ],
  };
}

/** Labels of tokens that are predicted, or `NO_LABEL`, for the sequences of an example. */
export function tokenTargetsOf(
  { ids, sources }: Pick<LabelledExample, 'ids' | 'sources'>,
  originalAt: (source: number) => number | undefined,
): number[] {
  return Array.from(ids, (_, i) => {
    const source = sources?.[i] ?? -1;
    return (source === -1 ? undefined : originalAt(source)) ?? NO_LABEL;
  });
}
