/** One step of gradient descent; weight decay is added to the gradient. */
export function sgd(
  parameter: usize,
  gradient: usize,
  count: usize,
  gradientScale: f32,
  learningRate: f32,
  weightDecay: f32,
): void {
  const scaleV = f32x4.splat(gradientScale);
  const rateV = f32x4.splat(learningRate);
  const penaltyV = f32x4.splat(weightDecay);
  let i: usize = 0;
  const vectors = count & ~3;
  for (; i < vectors; i += 4) {
    const at = i << 2;
    const p = v128.load(parameter + at);
    const g = f32x4.add(f32x4.mul(v128.load(gradient + at), scaleV), f32x4.mul(p, penaltyV));
    v128.store(parameter + at, f32x4.sub(p, f32x4.mul(g, rateV)));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const p = load<f32>(parameter + at);
    const g = load<f32>(gradient + at) * gradientScale + p * weightDecay;
    store<f32>(parameter + at, p - g * learningRate);
  }
}

/**
 * With momentum: velocity ← momentum · velocity + g, and a step along velocityShare · velocity +
 * gradientShare · g, which is 1 and 0, or momentum and 1 for Nesterov's.
 */
export function sgdMomentum(
  parameter: usize,
  gradient: usize,
  velocity: usize,
  count: usize,
  gradientScale: f32,
  learningRate: f32,
  weightDecay: f32,
  momentum: f32,
  velocityShare: f32,
  gradientShare: f32,
): void {
  const scaleV = f32x4.splat(gradientScale);
  const rateV = f32x4.splat(learningRate);
  const penaltyV = f32x4.splat(weightDecay);
  const momentumV = f32x4.splat(momentum);
  const velocityShareV = f32x4.splat(velocityShare);
  const gradientShareV = f32x4.splat(gradientShare);
  let i: usize = 0;
  const vectors = count & ~3;
  for (; i < vectors; i += 4) {
    const at = i << 2;
    const p = v128.load(parameter + at);
    const g = f32x4.add(f32x4.mul(v128.load(gradient + at), scaleV), f32x4.mul(p, penaltyV));
    const v = f32x4.add(f32x4.mul(v128.load(velocity + at), momentumV), g);
    v128.store(velocity + at, v);
    const step = f32x4.add(f32x4.mul(v, velocityShareV), f32x4.mul(g, gradientShareV));
    v128.store(parameter + at, f32x4.sub(p, f32x4.mul(step, rateV)));
  }
  for (; i < count; i++) {
    const at = i << 2;
    const p = load<f32>(parameter + at);
    const g = load<f32>(gradient + at) * gradientScale + p * weightDecay;
    const v = load<f32>(velocity + at) * momentum + g;
    store<f32>(velocity + at, v);
    store<f32>(parameter + at, p - (v * velocityShare + g * gradientShare) * learningRate);
  }
}
