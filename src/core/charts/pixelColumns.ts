/** Points of a curve in order of x. */
interface Curve {
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
}

/**
 * A curve on a grid of `columns` pixels from `low` to `high`: two values for each pixel, its lowest
 * and its highest in the order of their x, so that no spike is lost however many points there are.
 * Pixels without a point are `null`. Lines reach to the edges if the curve has points beyond them.
 */
export function pixelColumns(
  { xs, ys }: Curve,
  { low, high, columns }: { readonly low: number; readonly high: number; readonly columns: number },
): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: 2 * columns }, () => null);
  const span = high - low || 1;
  const columnOf = (x: number): number =>
    Math.min(columns - 1, Math.max(0, Math.round(((x - low) / span) * (columns - 1))));
  const start = firstAtOrAfter(xs, low);
  for (let i = start; i < xs.length && xs[i]! <= high;) {
    const column = columnOf(xs[i]!);
    let [least, most] = [i, i];
    for (; i < xs.length && xs[i]! <= high && columnOf(xs[i]!) === column; i++) {
      if (ys[i]! < ys[least]!) least = i;
      if (ys[i]! > ys[most]!) most = i;
    }
    values[2 * column] = ys[Math.min(least, most)]!;
    values[2 * column + 1] = ys[Math.max(least, most)]!;
  }
  const end = firstAfter(xs, high);
  values[0] ??= between({ xs, ys }, start, low);
  values[2 * columns - 1] ??= between({ xs, ys }, end, high);
  return values;
}

/** The grid of `pixelColumns`: x of its values. */
export function pixelGrid({
  low,
  high,
  columns,
}: {
  readonly low: number;
  readonly high: number;
  readonly columns: number;
}): number[] {
  const step = (high - low || 1) / Math.max(1, columns - 1);
  return Array.from(
    { length: 2 * columns },
    (_, i) => low + step * (i >> 1) + (i % 2) * step * 0.5,
  );
}

/** Value at `x` between the points before and at index `next`; `null` at the ends of the curve. */
function between({ xs, ys }: Curve, next: number, x: number): number | null {
  if (next === 0 || next >= xs.length) return null;
  const [x0, x1] = [xs[next - 1]!, xs[next]!];
  const share = (x - x0) / (x1 - x0);
  return ys[next - 1]! * (1 - share) + ys[next]! * share;
}

function firstAtOrAfter(xs: ArrayLike<number>, x: number): number {
  return search(xs, (one) => one >= x);
}

function firstAfter(xs: ArrayLike<number>, x: number): number {
  return search(xs, (one) => one > x);
}

/** Index of the first x that satisfies a condition which all later ones satisfy as well. */
function search(xs: ArrayLike<number>, holds: (x: number) => boolean): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(xs[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the last point at or before `x`; −1 if all are after it. */
export function lastAtOrBefore(xs: ArrayLike<number>, x: number): number {
  return firstAfter(xs, x) - 1;
}
