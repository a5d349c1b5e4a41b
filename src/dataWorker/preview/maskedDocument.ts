import type { ExplainedMask } from '../../protocol/preview.js';
import { REPLACEMENTS } from '../../protocol/preview.js';
import type { ParagraphPlan } from './paragraphPlans.js';
import type { PreviewDocument } from './previewDocument.js';

/** Text of a document with its masks replaced, as in a masked dataset. */
export function maskedDocument(
  { text, starts }: PreviewDocument,
  plans: readonly (ParagraphPlan | null)[],
): string {
  let result = '';
  let at = 0;
  plans.forEach((plan, paragraph) => {
    const start = starts[paragraph]!;
    plan?.masks.forEach((mask, i) => {
      result += text.slice(at, start + mask.start) + plan.replacements()[i]!;
      at = start + mask.end;
    });
  });
  return result + text.slice(at);
}

/**
 * The mask that covers an offset in a paragraph, its end included; `null` if there is none. Between
 * two adjacent masks, the second one.
 */
export function maskAt(
  offset: number,
  { start, plan }: { start: number; plan: ParagraphPlan },
): ExplainedMask | null {
  const at = offset - start;
  const inside = plan.masks.findIndex((mask) => mask.start <= at && at < mask.end);
  const index = inside < 0 ? plan.masks.findIndex(({ end }) => end === at) : inside;
  const mask = plan.masks[index];
  if (mask === undefined) return null;
  return {
    start: start + mask.start,
    end: start + mask.end,
    rule: mask.rule,
    replacement: REPLACEMENTS.indexOf(mask.replacement),
    text: plan.replacements()[index]!,
  };
}
