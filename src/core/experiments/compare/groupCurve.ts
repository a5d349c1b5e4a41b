import { estimateMean } from '../../stats/intervals.js';
import { MovingAverage } from '../../runs/curve.js';

/** Points of a curve in order of x. */
export interface Columns {
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
}

/** Mean of the curves of a group, with its 95% interval. */
export interface GroupCurve {
  readonly xs: readonly number[];
  readonly mean: readonly number[];
  /** Curves that have a value at each x. */
  readonly n: readonly number[];
  /** 95% interval by Student's t; `null` where fewer than `LEAST_FOR_BAND` curves have a value. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** An interval of fewer values says nothing that a person could rely on. */
export const LEAST_FOR_BAND = 3;
/** Points of a group's curve, more than a screen has pixels for. */
export const MAX_POINTS = 2048;

/** Mean and band of several curves, each of which counts between its first and its last point. */
export function groupCurve(members: readonly Columns[]): GroupCurve {
  const curves = members.filter(({ xs }) => xs.length > 0);
  const [first] = curves;
  if (first !== undefined && curves.length === 1) return curveAlone(first);
  const xs = gridOf(curves);
  const readers = curves.map((curve) => new CurveReader(curve));
  const mean: number[] = [];
  const n: number[] = [];
  const low: (number | null)[] = [];
  const high: (number | null)[] = [];
  for (const x of xs) {
    const values = readers.flatMap((reader) => reader.at(x) ?? []);
    const estimate = estimateMean(values);
    const band = values.length < LEAST_FOR_BAND ? null : estimate.interval;
    mean.push(estimate.mean);
    n.push(values.length);
    low.push(band?.low ?? null);
    high.push(band?.high ?? null);
  }
  return { xs, mean, n, low, high };
}

function curveAlone({ xs, ys }: Columns): GroupCurve {
  const none = new Array<null>(xs.length).fill(null);
  const n = new Array<number>(xs.length).fill(1);
  return { xs: Array.from(xs), mean: Array.from(ys), n, low: none, high: none };
}

/** Curve with its y replaced by a moving average. */
export function smoothed(curve: Columns, decay: number): Columns {
  if (decay === 0) return curve;
  const average = new MovingAverage(decay);
  return { xs: curve.xs, ys: Array.from(curve.ys, (y) => average.push(y)) };
}

/** Curve over another x, which `clock` gives by the present one. */
export function overClock(curve: Columns, clock: Columns): Columns {
  if (clock.xs.length === 0) return { xs: [], ys: [] };
  const reader = new CurveReader(clock);
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = 0; i < curve.xs.length; i++) {
    const x = reader.at(curve.xs[i]!);
    if (x === null || (xs.length > 0 && x <= xs.at(-1)!)) continue;
    xs.push(x);
    ys.push(curve.ys[i]!);
  }
  return { xs, ys };
}

/** All x of the curves, thinned out evenly if there are too many. */
function gridOf(curves: readonly Columns[]): number[] {
  const all = new Set<number>();
  for (const { xs } of curves) for (let i = 0; i < xs.length; i++) all.add(xs[i]!);
  const sorted = Float64Array.from(all).sort();
  if (sorted.length <= MAX_POINTS) return [...sorted];
  const last = sorted.length - 1;
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => sorted[Math.round((i * last) / (MAX_POINTS - 1))]!,
  );
}

/** Reads values of a curve at rising x, between its points by linear interpolation. */
class CurveReader {
  private next = 0;

  constructor(private readonly curve: Columns) {}

  /** `null` outside of the curve. */
  at(x: number): number | null {
    const { xs, ys } = this.curve;
    while (this.next < xs.length && xs[this.next]! < x) this.next++;
    if (this.next === xs.length) return null;
    const right = xs[this.next]!;
    if (right === x) return ys[this.next]!;
    if (this.next === 0) return null;
    const left = xs[this.next - 1]!;
    const share = (x - left) / (right - left);
    return ys[this.next - 1]! * (1 - share) + ys[this.next]! * share;
  }
}
