import { setImmediate } from 'node:timers/promises';
import { cancelled } from '../../core/errors.js';
import { ALWAYS, NO_RULE, type PlannedMask } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { message, verbatim, type Message } from '../../core/messages/message.js';
import type { CancellationSignal } from '../../core/ports.js';
import {
  REPLACEMENTS,
  type LegendEntry,
  type Masks,
  type PreviewPlan,
  type Stretch,
} from '../../protocol/preview.js';
import type { DocumentPlans } from './documentPlans.js';
import { RULES_FROM, type ParagraphPlans } from './paragraphPlans.js';
import type { PreviewDocument } from './previewDocument.js';

/** Time between checks for cancellation. */
const TURN_MILLISECONDS = 25;

/** Part of a document to plan first, and a time limit for the rest. */
export interface TimeLimit {
  readonly first: readonly Stretch[];
  readonly milliseconds: number;
}

export interface PlanOptions {
  readonly plans: ParagraphPlans;
  readonly seed: number;
  readonly signal: CancellationSignal;
  /** `null` for a complete plan without a time limit. */
  readonly limit: TimeLimit | null;
}

/**
 * Plans the paragraphs of a document that have no plan. With a time limit, plans the first ones in
 * any case and the others until the limit; call again for the rest. Rejects with `Cancelled` soon
 * after the signal aborts.
 */
export async function planDocument(
  document: PreviewDocument,
  { plans, seed, signal, limit }: PlanOptions,
): Promise<DocumentPlans> {
  const { paragraphs } = document;
  const planned = document.plansBy(plans, seed);
  let missing = planned.nextMissing(0);
  if (missing < 0) return planned;
  for (const stretch of limit?.first ?? []) {
    const { first, last } = document.within(stretch);
    for (let index = first; index < last; index++) planned.plan(index, paragraphs[index]!.text);
  }
  const deadline = performance.now() + (limit?.milliseconds ?? Infinity);
  let turn = performance.now();
  for (;;) {
    missing = planned.nextMissing(missing);
    if (missing < 0 || performance.now() > deadline) break;
    planned.plan(missing, paragraphs[missing]!.text);
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await setImmediate();
    if (signal.aborted) throw cancelled();
    turn = performance.now();
  }
  plans.tidy(paragraphs);
  return planned;
}

/** Masks within stretches of a document, and the counts of the whole document. */
export function collectPlan(
  document: PreviewDocument,
  planned: DocumentPlans,
  { policy, stretches }: { policy: MaskingPolicy; stretches: Stretch[] },
): PreviewPlan {
  const { tokens, maskedTokens, isComplete, seed } = planned;
  return {
    masks: masksWithin(stretches, document, planned),
    stretches,
    legend: legendOf(policy, planned),
    ...{ tokens, maskedTokens, isComplete, seed },
  };
}

/** Masks that touch the stretches, each once and in order. */
function masksWithin(
  stretches: readonly Stretch[],
  document: PreviewDocument,
  { plans }: DocumentPlans,
): Masks {
  const found: { start: number; mask: PlannedMask }[] = [];
  let covered = 0;
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start)) {
    const { first, last } = document.within(stretch);
    for (let index = first; index < last; index++) {
      const start = document.starts[index]!;
      for (const mask of plans[index]?.masks ?? []) {
        if (start + mask.start < covered || start + mask.end <= stretch.start) continue;
        if (start + mask.start >= stretch.end) break;
        found.push({ start, mask });
        covered = start + mask.end;
      }
    }
  }
  return {
    starts: Int32Array.from(found, ({ start, mask }) => start + mask.start),
    ends: Int32Array.from(found, ({ start, mask }) => start + mask.end),
    rules: Int16Array.from(found, ({ mask }) => mask.rule),
    replacements: Uint8Array.from(found, ({ mask }) => REPLACEMENTS.indexOf(mask.replacement)),
  };
}

/** `always`, the rules in the order of the policy, and random masking; only those that can mask. */
function legendOf(
  { rules, always, rate }: MaskingPolicy,
  { found, masked }: Pick<DocumentPlans, 'found' | 'masked'>,
): LegendEntry[] {
  const entry = (rule: number, name: Message): LegendEntry => ({
    rule,
    name,
    found: found[rule - RULES_FROM] ?? 0,
    masked: masked[rule - RULES_FROM] ?? 0,
  });
  return [
    ...(always.length > 0 ? [entry(ALWAYS, verbatim('always'))] : []),
    ...rules.map(({ name }, index) => entry(index, verbatim(name))),
    ...(rate > 0 ? [entry(NO_RULE, message('masking.atRandom'))] : []),
  ];
}
