import { ruleOf, type TokenMarks } from '../../masking/planning/tokenUnits.js';
import { message, type Message } from '../../messages/message.js';
import { ALWAYS, NO_RULE, type Masker } from '../../masking/masker.js';
import { maskTokens, type MarkedTokens, type MaskTokensOptions } from '../../masking/maskTokens.js';
import type { MaskingPolicy } from '../../masking/policy/policy.js';
import { drawKeys, highestRate, rateAt } from '../../masking/planning/rateSchedule.js';

/** Sequences in the sample: enough to estimate shares to about one percentage point. */
const SAMPLED = 500;
/** Share of masked tokens below which the model learns little from each step. */
const LITTLE = 0.01;

/** Counts the words that each rule of a policy covers while sequences are made. */
export class RuleCoverage {
  private readonly units = new Map<number, number>();
  /** Sequences in which the policy can mask nothing. */
  skipped = 0;

  constructor(private readonly policy: MaskingPolicy) {}

  /** Whether the policy can mask anything in a sequence; counts the sequences in which it cannot. */
  add(marks: TokenMarks): boolean {
    let isUseful = false;
    for (const mark of marks) {
      if ((mark & 1) === 0) continue;
      const rule = ruleOf(mark);
      this.units.set(rule, (this.units.get(rule) ?? 0) + 1);
      isUseful ||= this.mayMask(rule);
    }
    if (!isUseful) this.skipped++;
    return isUseful;
  }

  private mayMask(rule: number): boolean {
    if (rule === ALWAYS) return true;
    return (rule === NO_RULE ? highestRate(this.policy) : this.policy.rules[rule]!.rate) > 0;
  }

  /** Warnings about rules that match nothing. */
  idleRules(): Message[] {
    return this.policy.rules
      .filter(({ rate }, rule) => rate > 0 && (this.units.get(rule) ?? 0) === 0)
      .map(({ name }) => message('training.ruleMatchesNothing', { rule: name }));
  }

  /** Warnings about the policy on this data, for before the training starts. */
  warnings(sequences: number): Message[] {
    return [
      ...this.idleRules(),
      ...(this.skipped === 0
        ? []
        : [
            message('training.sequencesSkipped', {
              count: this.skipped,
              total: sequences + this.skipped,
            }),
          ]),
    ];
  }
}

export interface MaskingSummary {
  /** Share of the tokens that the first epoch masks. */
  readonly share: number;
  /** Share of the tokens that the first epoch masks, by rule. */
  readonly masked: Message;
  readonly warnings: readonly Message[];
}

/** Summarizes the masking of a sample of the training sequences. */
export function summarizeMasking(
  store: { readonly length: number; readonly get: (index: number) => MarkedTokens },
  masker: Masker,
  { seed, ...how }: Pick<MaskTokensOptions, 'tokenizer' | 'atLeastOne'> & { readonly seed: number },
): MaskingSummary {
  const options = {
    ...how,
    draw: drawKeys(masker.policy, { seed, epoch: 0 }),
    rate: rateAt(masker.policy, 0),
  };
  const counts = new Map<number, number>();
  const sampled = Math.min(SAMPLED, store.length);
  let tokens = 0;
  let masked = 0;
  for (let i = 0; i < sampled; i++) {
    const example = store.get(Math.floor((i * store.length) / sampled));
    tokens += example.ids.length;
    for (const { rule } of maskTokens(example, masker, options)) {
      masked++;
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  const byRule = [...counts]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([rule, count]) =>
      message('training.maskedByRule', {
        rule: nameOf(rule, masker.policy),
        share: { share: count / tokens },
      }),
    );
  const share = tokens === 0 ? 0 : masked / tokens;
  return {
    share,
    masked:
      masked === 0
        ? message('training.maskedNoTokens')
        : message('training.maskedTokens', {
            share: { share },
            rules: { list: byRule, join: 'and' },
          }),
    warnings: share < LITTLE ? [message('training.fewTokensMasked', { share: { share } })] : [],
  };
}

/** Sort key: rules in their order, then random masks. */
function order(rule: number): number {
  return rule === NO_RULE ? Infinity : rule;
}

function nameOf(rule: number, { rules }: MaskingPolicy): string | Message {
  if (rule === NO_RULE) return message('training.atRandom');
  return rule === ALWAYS ? message('training.alwaysMasked') : (rules[rule]?.name ?? String(rule));
}
