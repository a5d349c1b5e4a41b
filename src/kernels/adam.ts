/**
 * One step of Adam (Kingma & Ba 2015, arXiv:1412.6980) with weight decay added to the gradient
 * (`penalty`), decoupled (`decay` = learning rate · weight decay; AdamW), or none. `stepSize` =
 * learning rate / (1 - β₁ᵗ), `rootCorrection` = 1 / √(1 - β₂ᵗ); `rest` = 1 - β, which float32 would
 * not give precisely.
 */
export function adam(
  parameter: usize,
  gradient: usize,
  firstMoments: usize,
  secondMoments: usize,
  count: usize,
  gradientScale: f32,
  penalty: f32,
  decay: f32,
  stepSize: f32,
  rootCorrection: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
): void {
  const scaleV = f32x4.splat(gradientScale);
  const penaltyV = f32x4.splat(penalty);
  const decayV = f32x4.splat(decay);
  const stepV = f32x4.splat(stepSize);
  const rootV = f32x4.splat(rootCorrection);
  const beta1V = f32x4.splat(beta1);
  const beta2V = f32x4.splat(beta2);
  const rest1V = f32x4.splat(rest1);
  const rest2V = f32x4.splat(rest2);
  const epsilonV = f32x4.splat(epsilon);
  let i: usize = 0;
  const vectors = count & ~3;
  for (; i < vectors; i += 4) {
    const at = i << 2;
    const p = v128.load(parameter + at);
    const g = f32x4.add(f32x4.mul(v128.load(gradient + at), scaleV), f32x4.mul(p, penaltyV));
    const m = f32x4.add(f32x4.mul(v128.load(firstMoments + at), beta1V), f32x4.mul(g, rest1V));
    const v = f32x4.add(
      f32x4.mul(v128.load(secondMoments + at), beta2V),
      f32x4.mul(f32x4.mul(g, g), rest2V),
    );
    v128.store(firstMoments + at, m);
    v128.store(secondMoments + at, v);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), rootV), epsilonV);
    const step = f32x4.div(f32x4.mul(m, stepV), denominator);
    v128.store(parameter + at, f32x4.sub(p, f32x4.add(step, f32x4.mul(p, decayV))));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const p = load<f32>(parameter + at);
    const g = load<f32>(gradient + at) * gradientScale + p * penalty;
    const m = load<f32>(firstMoments + at) * beta1 + g * rest1;
    const v = load<f32>(secondMoments + at) * beta2 + g * g * rest2;
    store<f32>(firstMoments + at, m);
    store<f32>(secondMoments + at, v);
    const denominator = sqrt<f32>(v) * rootCorrection + epsilon;
    store<f32>(parameter + at, p - ((m * stepSize) / denominator + p * decay));
  }
}
