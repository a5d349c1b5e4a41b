import type { TokenRange } from './window.js';

/** Tokens between masks of one row, so that a mask hides little of what others are predicted from. */
const GAP = 8;
/** Tokens of context of a mask on either side, unless the text ends before. */
const EDGE = 16;

/** Masks that are predicted in one pass over a window of the text. */
export interface PackedRow<M extends TokenRange> {
  readonly window: TokenRange;
  readonly masks: readonly M[];
}

/**
 * Packs masks (token ranges, in the order of the text) into windows of `room` tokens, as many into
 * each as are 8 tokens apart and have 16 tokens of context on either side. Masked language models are
 * trained with more masks than that, so the predictions differ little from those of one mask alone,
 * at a fraction of the passes.
 */
export function packMasks<M extends TokenRange>(
  masks: readonly M[],
  { tokenCount, room }: { readonly tokenCount: number; readonly room: number },
): PackedRow<M>[] {
  const rows: PackedRow<M>[] = [];
  const size = Math.min(tokenCount, room);
  let left = masks;
  while (left.length > 0) {
    const start = Math.max(0, Math.min(left[0]!.start - EDGE, tokenCount - size));
    const end = start + size;
    const last = end === tokenCount ? end : end - EDGE;
    const taken: M[] = [];
    const others: M[] = [];
    for (const mask of left) {
      const before = taken.at(-1);
      const isFar = before === undefined || mask.start >= before.end + GAP;
      // The first mask may be long.
      const fits = before === undefined || mask.end <= last;
      (isFar && fits ? taken : others).push(mask);
    }
    rows.push({ window: { start, end }, masks: taken });
    left = others;
  }
  return rows;
}
