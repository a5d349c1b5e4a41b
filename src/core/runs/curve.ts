import * as z from 'zod';

export interface Point {
  readonly x: number;
  readonly y: number;
}

const pointSchema = z.object({ x: z.number(), y: z.number() });
const columnSchema = z.instanceof(Float64Array);

/** A curve as it crosses to a page: its buckets column by column. */
export const curveSnapshotSchema = z.object({
  maxBuckets: z.int().positive(),
  pointsPerBucket: z.int().positive(),
  first: pointSchema.nullable(),
  last: pointSchema.nullable(),
  buckets: z.object({
    lowX: columnSchema,
    lowY: columnSchema,
    highX: columnSchema,
    highY: columnSchema,
    lastX: columnSchema,
    count: columnSchema,
    sum: columnSchema,
  }),
});
export type CurveSnapshot = z.infer<typeof curveSnapshotSchema>;

type Buckets = CurveSnapshot['buckets'];
const COLUMNS = ['lowX', 'lowY', 'highX', 'highY', 'lastX', 'count', 'sum'] as const;

/**
 * A curve of any length in bounded memory. Points go into buckets of equal count; when the buckets
 * run out, neighbors merge. One push costs constant time on average and allocates nothing, and
 * drawing depends on the number of buckets, not on the length of the run.
 */
export class Curve {
  private size = 0;
  private pointsPerBucket = 1;
  private firstPoint: Point | null = null;
  private lastX = -Infinity;
  private lastY = NaN;

  private readonly maxBuckets: number;
  private readonly buckets: Buckets;

  constructor({ maxBuckets = 1024 }: { readonly maxBuckets?: number } = {}) {
    this.maxBuckets = maxBuckets;
    this.buckets = columnsOf(() => new Float64Array(maxBuckets));
  }

  static restore({ maxBuckets, pointsPerBucket, first, last, buckets }: CurveSnapshot): Curve {
    const curve = new Curve({ maxBuckets });
    curve.pointsPerBucket = pointsPerBucket;
    curve.firstPoint = first;
    if (last !== null) [curve.lastX, curve.lastY] = [last.x, last.y];
    curve.size = buckets.count.length;
    for (const name of COLUMNS) curve.buckets[name].set(buckets[name]);
    return curve;
  }

  snapshot(): CurveSnapshot {
    const { maxBuckets, pointsPerBucket, first, last, size } = this;
    const buckets = columnsOf((name) => this.buckets[name].slice(0, size));
    return { maxBuckets, pointsPerBucket, first, last, buckets };
  }

  get last(): Point | null {
    return this.firstPoint === null ? null : { x: this.lastX, y: this.lastY };
  }

  get first(): Point | null {
    return this.firstPoint;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Steps only grow along a run; a row that repeats an earlier step is ignored. */
  push(x: number, y: number): void {
    if (!Number.isFinite(y) || x <= this.lastX) return;
    this.firstPoint ??= { x, y };
    this.lastX = x;
    this.lastY = y;
    if (this.isLastBucketFull() && this.size === this.maxBuckets) this.halve();
    if (this.isLastBucketFull()) this.open(x, y);
    else this.extend(x, y);
  }

  /**
   * The points to draw, in order of x: all of them while they are few, then the lowest and highest of
   * each bucket, so that a spike survives.
   */
  columns(): { xs: number[]; ys: number[] } {
    const xs: number[] = [];
    const ys: number[] = [];
    const add = (x: number, y: number): void => {
      if (xs.at(-1) === x) return;
      xs.push(x);
      ys.push(y);
    };
    const { lowX, lowY, highX, highY } = this.buckets;
    for (let i = 0; i < this.size; i++) {
      if (lowX[i]! <= highX[i]!) {
        add(lowX[i]!, lowY[i]!);
        add(highX[i]!, highY[i]!);
      } else {
        add(highX[i]!, highY[i]!);
        add(lowX[i]!, lowY[i]!);
      }
    }
    if (this.firstPoint !== null) add(this.lastX, this.lastY);
    return { xs, ys };
  }

  /** The mean of each bucket at its last x: the points themselves while they are few. */
  means(): { xs: number[]; ys: number[] } {
    const { lastX, count, sum } = this.buckets;
    const buckets = Array.from({ length: this.size }, (_, i) => i);
    return { xs: buckets.map((i) => lastX[i]!), ys: buckets.map((i) => sum[i]! / count[i]!) };
  }

  private isLastBucketFull(): boolean {
    return this.size === 0 || this.buckets.count[this.size - 1]! >= this.pointsPerBucket;
  }

  private open(x: number, y: number): void {
    const { lowX, lowY, highX, highY, lastX, count, sum } = this.buckets;
    const i = this.size++;
    lowX[i] = highX[i] = lastX[i] = x;
    lowY[i] = highY[i] = sum[i] = y;
    count[i] = 1;
  }

  private extend(x: number, y: number): void {
    const { lowX, lowY, highX, highY, lastX, count, sum } = this.buckets;
    const i = this.size - 1;
    if (y < lowY[i]!) [lowX[i], lowY[i]] = [x, y];
    if (y > highY[i]!) [highX[i], highY[i]] = [x, y];
    lastX[i] = x;
    count[i]!++;
    sum[i]! += y;
  }

  /** Merges each bucket with its neighbor. */
  private halve(): void {
    const { lowX, lowY, highX, highY, lastX, count, sum } = this.buckets;
    const merged = Math.ceil(this.size / 2);
    for (let i = 0; i < merged; i++) {
      const [a, b] = [2 * i, 2 * i + 1];
      const isPair = b < this.size;
      const low = isPair && lowY[b]! < lowY[a]! ? b : a;
      const high = isPair && highY[b]! > highY[a]! ? b : a;
      [lowX[i], lowY[i]] = [lowX[low]!, lowY[low]!];
      [highX[i], highY[i]] = [highX[high]!, highY[high]!];
      lastX[i] = lastX[isPair ? b : a]!;
      count[i] = count[a]! + (isPair ? count[b]! : 0);
      sum[i] = sum[a]! + (isPair ? sum[b]! : 0);
    }
    this.size = merged;
    this.pointsPerBucket *= 2;
  }
}

function columnsOf(column: (name: keyof Buckets) => Float64Array<ArrayBuffer>): Buckets {
  return {
    lowX: column('lowX'),
    lowY: column('lowY'),
    highX: column('highX'),
    highY: column('highY'),
    lastX: column('lastX'),
    count: column('count'),
    sum: column('sum'),
  };
}

/** Exponential moving average without the pull towards zero at the start (as Adam corrects it). */
export class MovingAverage {
  private sum = 0;
  private weight = 0;

  constructor(private readonly decay: number) {}

  push(value: number): number {
    this.sum = this.decay * this.sum + (1 - this.decay) * value;
    this.weight = this.decay * this.weight + (1 - this.decay);
    return this.sum / this.weight;
  }
}
