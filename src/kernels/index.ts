// SIMD kernels over one linear memory that the caller lays out. Offsets and sizes are in bytes and
// elements; all arrays are float32, 16-byte aligned, and may end in a partial vector.

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
    const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    total +=
      (f32x4.extract_lane(sum, 0) as f64) +
      (f32x4.extract_lane(sum, 1) as f64) +
      (f32x4.extract_lane(sum, 2) as f64) +
      (f32x4.extract_lane(sum, 3) as f64);
  }
  for (; i < count; i++) {
    const value = load<f32>(x + (i << 2)) as f64;
    total += value * value;
  }
  return total;
}

/**
 * One AdamW step on `count` parameters. `decay` = 1 - learningRate * weightDecay, `stepSize` =
 * learningRate / (1 - beta1^t), `rootCorrection` = 1 / sqrt(1 - beta2^t).
 */
export function adamw(
  parameters: usize,
  gradients: usize,
  firstMoments: usize,
  secondMoments: usize,
  count: usize,
  gradientScale: f32,
  decay: f32,
  stepSize: f32,
  rootCorrection: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const scaleV = f32x4.splat(gradientScale);
  const decayV = f32x4.splat(decay);
  const stepV = f32x4.splat(stepSize);
  const rootV = f32x4.splat(rootCorrection);
  const beta1V = f32x4.splat(beta1);
  const beta2V = f32x4.splat(beta2);
  const rest1V = f32x4.splat(1 - beta1);
  const rest2V = f32x4.splat(1 - beta2);
  const epsilonV = f32x4.splat(epsilon);
  let i: usize = 0;
  const vectors = count & ~3;
  for (; i < vectors; i += 4) {
    const at = i << 2;
    const g = f32x4.mul(v128.load(gradients + at), scaleV);
    const m = f32x4.add(f32x4.mul(v128.load(firstMoments + at), beta1V), f32x4.mul(g, rest1V));
    const v = f32x4.add(
      f32x4.mul(v128.load(secondMoments + at), beta2V),
      f32x4.mul(f32x4.mul(g, g), rest2V),
    );
    v128.store(firstMoments + at, m);
    v128.store(secondMoments + at, v);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), rootV), epsilonV);
    const p = f32x4.mul(v128.load(parameters + at), decayV);
    v128.store(parameters + at, f32x4.sub(p, f32x4.div(f32x4.mul(m, stepV), denominator)));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const g = load<f32>(gradients + at) * gradientScale;
    const m = load<f32>(firstMoments + at) * beta1 + g * (1 - beta1);
    const v = load<f32>(secondMoments + at) * beta2 + g * g * (1 - beta2);
    store<f32>(firstMoments + at, m);
    store<f32>(secondMoments + at, v);
    const denominator = sqrt<f32>(v) * rootCorrection + epsilon;
    const p = load<f32>(parameters + at) * decay;
    store<f32>(parameters + at, p - (m * stepSize) / denominator);
  }
}
