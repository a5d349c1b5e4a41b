import { replacementsOf } from '../../core/masking/maskedText.js';
import { fastContentKey } from '../../node/data/contentKeys.js';
import type { PlannedStretch, PlannedText } from './planText.js';

/** A text with everything in place of what its plan masks. */
export function maskedDocument(text: string, planned: PlannedText): string {
  let result = '';
  let at = 0;
  for (const stretch of planned.stretches) {
    const replacements = replacementsIn(stretch, planned);
    stretch.plan.masks.forEach((mask, i) => {
      result += text.slice(at, stretch.start + mask.start) + replacements[i]!;
      at = stretch.start + mask.end;
    });
  }
  return result + text.slice(at);
}

/** What stands in the place of the mask at an offset; null where there is none. */
export function replacementAt(
  offset: number,
  planned: PlannedText,
): { replacement: string | null } {
  const stretch = planned.stretches.findLast(({ start }) => start <= offset);
  if (stretch === undefined) return { replacement: null };
  const at = offset - stretch.start;
  const mask = stretch.plan.masks.findIndex(({ start, end }) => start <= at && at < end);
  return { replacement: mask < 0 ? null : replacementsIn(stretch, planned)[mask]! };
}

function replacementsIn(
  { text, plan }: PlannedStretch,
  { masker, tokenizer, seed }: PlannedText,
): readonly string[] {
  if (plan.masks.length === 0) return [];
  const draw = [seed, fastContentKey(text)];
  return replacementsOf(text, plan.masks, { masker, tokenizer, draw });
}
