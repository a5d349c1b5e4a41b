/** Sum of squares. Blocks are added up in float32 lanes, blocks among each other in float64. */
export function squaredNorm(x: usize, count: usize): f64 {
  let total: f64 = 0;
  let i: usize = 0;
  const vectors = count & ~15;
  while (i < vectors) {
    const blockEnd = min<usize>(i + 4096, vectors);
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (; i < blockEnd; i += 16) {
      const at = x + (i << 2);
      const p = v128.load(at);
      const q = v128.load(at, 16);
      const r = v128.load(at, 32);
      const s = v128.load(at, 48);
      a = f32x4.add(a, f32x4.mul(p, p));
      b = f32x4.add(b, f32x4.mul(q, q));
      c = f32x4.add(c, f32x4.mul(r, r));
      d = f32x4.add(d, f32x4.mul(s, s));
    }
    total += sumOf(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  for (; i < count; i++) {
    const value = load<f32>(x + (i << 2)) as f64;
    total += value * value;
  }
  return total;
}

/** to += from */
export function add(to: usize, from: usize, count: usize): void {
  let i: usize = 0;
  const vectors = count & ~7;
  for (; i < vectors; i += 8) {
    const x = to + (i << 2);
    const y = from + (i << 2);
    v128.store(x, f32x4.add(v128.load(x), v128.load(y)));
    v128.store(x, f32x4.add(v128.load(x, 16), v128.load(y, 16)), 16);
  }
  for (; i < count; i++) {
    const x = to + (i << 2);
    store<f32>(x, load<f32>(x) + load<f32>(from + (i << 2)));
  }
}

/** x *= factor */
export function scale(x: usize, count: usize, factor: f32): void {
  const factorV = f32x4.splat(factor);
  let i: usize = 0;
  const vectors = count & ~7;
  for (; i < vectors; i += 8) {
    const at = x + (i << 2);
    v128.store(at, f32x4.mul(v128.load(at), factorV));
    v128.store(at, f32x4.mul(v128.load(at, 16), factorV), 16);
  }
  for (; i < count; i++) {
    const at = x + (i << 2);
    store<f32>(at, load<f32>(at) * factor);
  }
}

/** Of the four lanes. */
export function sumOf(lanes: v128): f64 {
  return (
    (f32x4.extract_lane(lanes, 0) as f64) +
    (f32x4.extract_lane(lanes, 1) as f64) +
    (f32x4.extract_lane(lanes, 2) as f64) +
    (f32x4.extract_lane(lanes, 3) as f64)
  );
}
