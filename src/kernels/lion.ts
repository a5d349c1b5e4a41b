/**
 * One step of Lion (Chen et al. 2023, arXiv:2302.06675, algorithm 2): as long in every direction,
 * by the sign of β₁ · moment + (1 - β₁) · g; then moment ← β₂ · moment + (1 - β₂) · g. `decay` =
 * learning rate · weight decay, `rest` = 1 - β.
 */
export function lion(
  parameter: usize,
  gradient: usize,
  moments: usize,
  count: usize,
  gradientScale: f32,
  learningRate: f32,
  decay: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
): void {
  const scaleV = f32x4.splat(gradientScale);
  const rateV = f32x4.splat(learningRate);
  const decayV = f32x4.splat(decay);
  const beta1V = f32x4.splat(beta1);
  const beta2V = f32x4.splat(beta2);
  const rest1V = f32x4.splat(rest1);
  const rest2V = f32x4.splat(rest2);
  const zero = f32x4.splat(0);
  let i: usize = 0;
  const vectors = count & ~3;
  for (; i < vectors; i += 4) {
    const at = i << 2;
    const p = v128.load(parameter + at);
    const g = f32x4.mul(v128.load(gradient + at), scaleV);
    const m = v128.load(moments + at);
    const direction = f32x4.add(f32x4.mul(m, beta1V), f32x4.mul(g, rest1V));
    const up = v128.and(f32x4.gt(direction, zero), rateV);
    const down = v128.and(f32x4.lt(direction, zero), rateV);
    const step = f32x4.sub(up, down);
    v128.store(moments + at, f32x4.add(f32x4.mul(m, beta2V), f32x4.mul(g, rest2V)));
    v128.store(parameter + at, f32x4.sub(p, f32x4.add(step, f32x4.mul(p, decayV))));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const p = load<f32>(parameter + at);
    const g = load<f32>(gradient + at) * gradientScale;
    const m = load<f32>(moments + at);
    const direction = m * beta1 + g * rest1;
    const step: f32 = direction > 0 ? learningRate : direction < 0 ? -learningRate : 0;
    store<f32>(moments + at, m * beta2 + g * rest2);
    store<f32>(parameter + at, p - (step + p * decay));
  }
}
