import type { ExplainedMask, MaskedText } from '../../protocol/preview.js';
import { REPLACEMENTS } from '../../protocol/preview.js';
import type { ParagraphPlan } from './paragraphPlans.js';
import type { PreviewDocument } from './previewDocument.js';

/** Text of a document with its masks replaced, as in a masked dataset, and the replacements in it. */
export function maskedDocument(
  { text, starts }: PreviewDocument,
  plans: readonly (ParagraphPlan | null)[],
): MaskedText {
  const parts: string[] = [];
  const found = {
    ...{ starts: [] as number[], ends: [] as number[], rules: [] as number[] },
    ...{ replacements: [] as number[], sourceStarts: [] as number[], sourceEnds: [] as number[] },
  };
  let at = 0;
  let length = 0;
  const add = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  plans.forEach((plan, paragraph) => {
    const start = starts[paragraph]!;
    plan?.masks.forEach((mask, i) => {
      add(text.slice(at, start + mask.start));
      at = start + mask.end;
      found.starts.push(length);
      add(plan.replacements()[i]!);
      found.ends.push(length);
      found.sourceStarts.push(start + mask.start);
      found.sourceEnds.push(at);
      found.rules.push(mask.rule);
      found.replacements.push(REPLACEMENTS.indexOf(mask.replacement));
    });
  });
  add(text.slice(at));
  return {
    text: parts.join(''),
    masks: {
      starts: Int32Array.from(found.starts),
      ends: Int32Array.from(found.ends),
      rules: Int16Array.from(found.rules),
      replacements: Uint8Array.from(found.replacements),
    },
    sourceStarts: Int32Array.from(found.sourceStarts),
    sourceEnds: Int32Array.from(found.sourceEnds),
  };
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
