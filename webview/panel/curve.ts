export interface CurveOptions {
  readonly maxBuckets?: number;
  /**
   * What is drawn of a bucket: its lowest and highest point, so that a spike survives, or its
   * mean, which suits a line that is smooth already.
   */
  readonly keep?: 'extremes' | 'mean';
}

/**
 * A curve of any length in bounded memory. Points go into buckets of equal count; when the buckets
 * run out, neighbours merge. One push costs constant time on average, and drawing depends on the
 * number of buckets, not on the length of the run.
 */
export class Curve {
  private buckets: Bucket[] = [];
  private pointsPerBucket = 1;
  private lastPoint: Point | null = null;
  private firstPoint: Point | null = null;

  private readonly maxBuckets: number;
  private readonly keep: 'extremes' | 'mean';

  constructor({ maxBuckets = 1024, keep = 'extremes' }: CurveOptions = {}) {
    this.maxBuckets = maxBuckets;
    this.keep = keep;
  }

  get last(): Point | null {
    return this.lastPoint;
  }

  get first(): Point | null {
    return this.firstPoint;
  }

  get isEmpty(): boolean {
    return this.buckets.length === 0;
  }

  /** Steps only grow along a run; a row that repeats an earlier step is ignored. */
  push(x: number, y: number): void {
    if (!Number.isFinite(y) || (this.lastPoint !== null && x <= this.lastPoint.x)) return;
    const point = { x, y };
    this.firstPoint ??= point;
    this.lastPoint = point;
    const open = this.buckets.at(-1);
    const bucket: Bucket = { low: point, high: point, last: point, count: 1, sum: y };
    if (open !== undefined && open.count < this.pointsPerBucket) {
      absorb(open, bucket);
      return;
    }
    if (this.buckets.length === this.maxBuckets) {
      this.halve();
      const merged = this.buckets.at(-1)!;
      if (merged.count < this.pointsPerBucket) {
        absorb(merged, bucket);
        return;
      }
    }
    this.buckets.push(bucket);
  }

  /** The points to draw, in order of x: all of them while they are few. */
  columns(): { xs: number[]; ys: number[] } {
    const xs: number[] = [];
    const ys: number[] = [];
    const add = ({ x, y }: Point): void => {
      if (xs.at(-1) === x) return;
      xs.push(x);
      ys.push(y);
    };
    for (const { low, high, last, sum, count } of this.buckets) {
      if (this.keep === 'mean') {
        add({ x: last.x, y: sum / count });
        continue;
      }
      add(low.x <= high.x ? low : high);
      add(low.x <= high.x ? high : low);
    }
    if (this.lastPoint !== null) add(this.lastPoint);
    return { xs, ys };
  }

  private halve(): void {
    const merged: Bucket[] = [];
    for (let i = 0; i < this.buckets.length; i += 2) {
      const bucket = this.buckets[i]!;
      const next = this.buckets[i + 1];
      if (next !== undefined) absorb(bucket, next);
      merged.push(bucket);
    }
    this.buckets = merged;
    this.pointsPerBucket *= 2;
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Bucket {
  low: Point;
  high: Point;
  last: Point;
  count: number;
  /** Of the values. */
  sum: number;
}

/** Adds what comes later to a bucket. */
function absorb(bucket: Bucket, later: Bucket): void {
  if (later.low.y < bucket.low.y) bucket.low = later.low;
  if (later.high.y > bucket.high.y) bucket.high = later.high;
  bucket.last = later.last;
  bucket.count += later.count;
  bucket.sum += later.sum;
}

/** Exponential moving average without the pull towards zero at the start (as Adam corrects it). */
export class MovingAverage {
  private sum = 0;
  private weight = 0;

  constructor(private readonly decay = 0.85) {}

  push(value: number): number {
    this.sum = this.decay * this.sum + (1 - this.decay) * value;
    this.weight = this.decay * this.weight + (1 - this.decay);
    return this.sum / this.weight;
  }
}
