/** Value of a function, whose gradient is written into `gradient`. */
export type ValueAndGradient = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  readonly iterations: number;
  /** Largest component of the gradient at which the search ends. */
  readonly tolerance: number;
}

const HISTORY = 10;
const SUFFICIENT_DECREASE = 1e-4;
const SHORTEST_STEP = 1e-10;

/**
 * Minimizes a smooth convex function from zero by L-BFGS with backtracking (Nocedal & Wright 2006,
 * algorithm 7.5).
 */
export function minimize(
  size: number,
  f: ValueAndGradient,
  { iterations, tolerance }: MinimizeOptions,
): Float64Array {
  let x = new Float64Array(size);
  let gradient = new Float64Array(size);
  let value = f(x, gradient);
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (gradient.every((slope) => Math.abs(slope) <= tolerance)) break;
    const direction = descent(gradient, pairs);
    const slope = dot(direction, gradient);
    let step = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    let nextValue = Infinity;
    while (step > SHORTEST_STEP) {
      for (let i = 0; i < size; i++) next[i] = x[i]! + step * direction[i]!;
      nextValue = f(next, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * step * slope) break;
      step /= 2;
    }
    if (!(nextValue < value)) break;
    const s = next.map((entry, i) => entry - x[i]!);
    const y = nextGradient.map((entry, i) => entry - gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 0) pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > HISTORY) pairs.shift();
    [x, gradient, value] = [next, nextGradient, nextValue];
  }
  return x;
}

/** −H g by the two-loop recursion over the last steps. */
function descent(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.slice();
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    addScaled(q, y, -alpha);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    q.forEach((entry, i) => (q[i] = entry * scale));
  }
  pairs.forEach(({ s, y, rho }, i) => {
    addScaled(q, s, alphas[i]! - rho * dot(y, q));
  });
  return q.map((entry) => -entry);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * source[i]!;
}
