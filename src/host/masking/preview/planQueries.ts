import type { LegendEntry, Masks, PreviewPlan } from '../../../protocol/preview.js';

/** Index of the first mask that ends behind `offset`. */
function firstEndingAfter({ ends }: Masks, offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Indices of the masks that touch [start, end). */
export function* maskIndicesWithin(
  masks: Masks,
  { start, end }: { start: number; end: number },
): Generator<number> {
  for (let at = firstEndingAfter(masks, start); at < masks.starts.length; at++) {
    if (masks.starts[at]! >= end) return;
    yield at;
  }
}

/** `12 of 14 (85.7%)`. */
export function countText({ masked, found }: Pick<LegendEntry, 'masked' | 'found'>): string {
  return `${masked.toLocaleString('en')} of ${found.toLocaleString('en')} (${shareText(masked, found)})`;
}

/** `15.2%` of the tokens that could be masked. */
export function planShare({ maskedTokens, tokens }: PreviewPlan): string {
  return shareText(maskedTokens, tokens);
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? '0%' : `${((100 * part) / whole).toFixed(1)}%`;
}
