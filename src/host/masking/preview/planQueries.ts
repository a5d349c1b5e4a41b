import { formatShare } from '../../../core/format.js';
import { message, type Message } from '../../../core/messages/message.js';
import type { LegendEntry, Masks, PreviewPlan } from '../../../protocol/preview.js';

/** Index of the first mask that ends after `offset`. */
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
export function maskedCounts({ masked, found }: Pick<LegendEntry, 'masked' | 'found'>): Message {
  return message('masking.counts', { masked, found, share: { share: shareOf(masked, found) } });
}

/** Mask rate of a plan, such as `15.2%`. */
export function planShare({ maskedTokens, tokens }: PreviewPlan): string {
  return formatShare(shareOf(maskedTokens, tokens));
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
