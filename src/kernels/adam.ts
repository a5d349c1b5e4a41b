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
