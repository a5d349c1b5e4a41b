import { ruleOf, type TokenMarks } from '../../masking/planning/tokenUnits.js';
import type { ExampleStore } from '../../data/examples/exampleStore.js';
import { formatCount, formatShare, groupThousands } from '../../format.js';
import { ALWAYS, NO_RULE, type Masker } from '../../masking/masker.js';
import { maskTokens } from '../../masking/maskTokens.js';
import type { MaskingPolicy } from '../../masking/policy/policy.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import { drawKeys, highestRate, rateAt } from '../../masking/planning/rateSchedule.js';

/** Sequences that tell what masking does: shares to about a hundredth. */
const SAMPLED = 500;
/** Below this share of masked tokens most of a step's work teaches nothing. */
const LITTLE = 0.01;

/** Counts what the rules of a policy cover, as sequences are made. */
export class RuleCoverage {
  private readonly units = new Map<number, number>();
  /** Sequences that hold nothing that the policy may mask. */
  leftOut = 0;

  constructor(private readonly policy: MaskingPolicy) {}

  /** Whether anything of a sequence may be masked; one of which nothing may is counted. */
  add(marks: TokenMarks): boolean {
    let isUseful = false;
    for (const mark of marks) {
      if ((mark & 1) === 0) continue;
      const rule = ruleOf(mark);
      this.units.set(rule, (this.units.get(rule) ?? 0) + 1);
      isUseful ||= this.mayMask(rule);
    }
    if (!isUseful) this.leftOut++;
    return isUseful;
  }

  private mayMask(rule: number): boolean {
    if (rule === ALWAYS) return true;
    return (rule === NO_RULE ? highestRate(this.policy) : this.policy.rules[rule]!.rate) > 0;
  }

  /** What is wrong with a policy on this data, for a person, before hours are spent. */
  warnings(sequences: number): string[] {
    const idle = this.policy.rules.filter(
      ({ rate }, rule) => rate > 0 && (this.units.get(rule) ?? 0) === 0,
    );
    return [
      ...idle.map(({ name }) => `The masking rule "${name}" matches nothing in this data.`),
      ...(this.leftOut === 0
        ? []
        : [
            `${groupThousands(this.leftOut)} of ${formatCount(sequences + this.leftOut, 'sequence')} hold nothing that the policy masks, and are left out.`,
          ]),
    ];
  }
}

export interface MaskingSummary {
  /** What the first epoch masks, by rule, in words. */
  readonly text: string;
  readonly warnings: readonly string[];
}

/** What masking does to a sample of the training sequences. */
export function summarizeMasking(
  store: ExampleStore,
  masker: Masker,
  { tokenizer, seed }: { readonly tokenizer: Tokenizer; readonly seed: number },
): MaskingSummary {
  const options = {
    tokenizer,
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
    .map(([rule, count]) => `${nameOf(rule, masker.policy)} ${formatShare(count / tokens)}`);
  const share = masked / tokens;
  return {
    text: `${formatShare(share)} of the tokens (${byRule.join(', ')})`,
    warnings:
      share < LITTLE
        ? [
            `Only ${formatShare(share)} of the tokens are masked: most of the work of a step teaches nothing. Raise the policy's rate, or that of its rules.`,
          ]
        : [],
  };
}

/** Rules in their order, then what chance chose. */
function order(rule: number): number {
  return rule === NO_RULE ? Infinity : rule;
}

function nameOf(rule: number, { rules }: MaskingPolicy): string {
  if (rule === NO_RULE) return 'at random';
  return rule === ALWAYS ? 'always' : (rules[rule]?.name ?? String(rule));
}
