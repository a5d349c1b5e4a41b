/** Tokens `[start, end)` of a text. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** Share of a window that consecutive windows have in common by default. */
const DEFAULT_OVERLAP = 0.25;

/**
 * Windows of at most `room` tokens over `count` tokens. Consecutive windows share `stride` tokens, as
 * in the `tokenizers` library; default: a quarter of a window. The last window ends with the text and
 * is as long as the others, so that every window has full context. A stride that leaves no step is
 * reduced to `room - 1`.
 */
export function windowsOf(
  count: number,
  { room, stride }: { readonly room: number; readonly stride: number | null },
): TokenSpan[] {
  if (count <= room) return [{ start: 0, end: count }];
  const shared = Math.min(room - 1, stride ?? Math.floor(room * DEFAULT_OVERLAP));
  const step = room - shared;
  const windows = Math.ceil((count - room) / step) + 1;
  return Array.from({ length: windows }, (_, i) => {
    const start = Math.min(i * step, count - room);
    return { start, end: start + room };
  });
}

/**
 * Index of the window in which each of `count` tokens has the most context on its shorter side; the
 * first of several. Documents of SQuAD are read like this (Devlin et al. 2019, arXiv:1810.04805,
 * `run_squad.py`).
 */
export function windowsWithMostContext(count: number, windows: readonly TokenSpan[]): Int32Array {
  const best = new Int32Array(count);
  const most = new Int32Array(count).fill(-1);
  windows.forEach(({ start, end }, i) => {
    for (let token = start; token < end; token++) {
      const context = Math.min(token - start, end - 1 - token);
      if (context <= most[token]!) continue;
      best[token] = i;
      most[token] = context;
    }
  });
  return best;
}
