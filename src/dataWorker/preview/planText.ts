import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../core/errors.js';
import { ALWAYS, NO_RULE, type Masker } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { CancellationSignal } from '../../protocol/channel.js';
import { REPLACEMENTS, type LegendEntry, type PreviewPlan } from '../../protocol/preview.js';
import { RULES_FROM, type ParagraphPlan, type ParagraphPlans } from './paragraphPlans.js';

/** A stretch of a text between empty lines. */
export interface Stretch {
  readonly text: string;
  readonly start: number;
}

export interface PlannedStretch extends Stretch {
  readonly plan: ParagraphPlan;
}

/** What a policy does to a text. */
export interface PlannedText {
  /** Those that are planned. */
  readonly stretches: readonly PlannedStretch[];
  /** False where there was no time for some. */
  readonly isComplete: boolean;
  readonly policy: MaskingPolicy;
  readonly tokenizer: Tokenizer;
  readonly masker: Masker;
  readonly seed: number;
}

/** After so long a look is taken at whether somebody still waits. */
const BREATH_MILLISECONDS = 25;

/** What a person sees of a text, which is planned first, and how long they wait for it. */
export interface Hurry {
  readonly start: number;
  readonly end: number;
  readonly milliseconds: number;
}

export interface PlanOptions {
  readonly plans: ParagraphPlans;
  readonly seed: number;
  readonly signal: CancellationSignal;
  /** Null for a plan of everything, however long it takes. */
  readonly hurry: Hurry | null;
}

/**
 * Plans the stretches of a text, in a hurry those in sight and as many others as there is time for:
 * asked again, it goes on. Rejects with `Cancelled` soon after the signal aborts.
 */
export async function planStretches(
  stretches: readonly Stretch[],
  { plans, seed, signal, hurry }: PlanOptions,
): Promise<{ planned: PlannedStretch[]; isComplete: boolean }> {
  const isSeen = ({ text, start }: Stretch): boolean =>
    hurry !== null && start < hurry.end && start + text.length > hurry.start;
  for (const { text } of stretches.filter(isSeen)) plans.get(text, seed);
  const deadline = performance.now() + (hurry?.milliseconds ?? Infinity);
  const planned: PlannedStretch[] = [];
  let isComplete = true;
  let breath = performance.now();
  for (const stretch of stretches) {
    const isLate = performance.now() > deadline;
    if (isLate && !plans.has(stretch.text, seed)) {
      isComplete = false;
      continue;
    }
    planned.push({ ...stretch, plan: plans.get(stretch.text, seed) });
    if (performance.now() - breath < BREATH_MILLISECONDS) continue;
    await setImmediate();
    if (signal.aborted) throw new AppError({ code: 'Cancelled', details: {} });
    breath = performance.now();
  }
  plans.tidy(new Set(stretches.map(({ text }) => text)));
  return { planned, isComplete };
}

/** The masks of a whole text in arrays, and how many of them each rule made. */
export function collectPlan({
  stretches,
  policy,
  seed,
  isComplete,
}: Pick<PlannedText, 'stretches' | 'policy' | 'seed' | 'isComplete'>): PreviewPlan {
  const count = stretches.reduce((sum, { plan }) => sum + plan.masks.length, 0);
  const masks = {
    starts: new Int32Array(count),
    ends: new Int32Array(count),
    rules: new Int16Array(count),
    replacements: new Uint8Array(count),
  };
  const found = new Int32Array(policy.rules.length - RULES_FROM);
  const masked = new Int32Array(found.length);
  let tokens = 0;
  let maskedTokens = 0;
  let at = 0;
  for (const { start, plan } of stretches) {
    tokens += plan.tokens;
    maskedTokens += plan.maskedTokens;
    for (const mask of plan.masks) {
      masks.starts[at] = start + mask.start;
      masks.ends[at] = start + mask.end;
      masks.rules[at] = mask.rule;
      masks.replacements[at] = REPLACEMENTS.indexOf(mask.replacement);
      at++;
    }
    for (let i = 0; i < found.length; i++) {
      found[i]! += plan.found[i]!;
      masked[i]! += plan.masked[i]!;
    }
  }
  return {
    masks,
    legend: legendOf(policy, { found, masked }),
    tokens,
    maskedTokens,
    isComplete,
    seed,
  };
}

/** The rules in the policy's order; what is always masked and what chance masks where they occur. */
function legendOf(
  { rules, always, rate }: MaskingPolicy,
  { found, masked }: { found: Int32Array; masked: Int32Array },
): LegendEntry[] {
  const entry = (rule: number, name: string): LegendEntry => ({
    rule,
    name,
    found: found[rule - RULES_FROM]!,
    masked: masked[rule - RULES_FROM]!,
  });
  return [
    ...(always.length > 0 ? [entry(ALWAYS, 'always')] : []),
    ...rules.map(({ name }, index) => entry(index, name)),
    ...(rate > 0 ? [entry(NO_RULE, 'at random')] : []),
  ];
}
