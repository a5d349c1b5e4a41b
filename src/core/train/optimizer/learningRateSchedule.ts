import type { TrainingSpec } from '../../runs/schema.js';

/**
 * Learning rate of the step after `step` finished ones: linear warm-up over the first
 * `warmupFraction` of `totalSteps`, then linear, cosine or polynomial decay to 0, or
 * constant.
 */
export function learningRateAt(
  step: number,
  options: {
    readonly peak: number;
    readonly totalSteps: number;
    readonly warmupFraction: number;
    readonly schedule: TrainingSpec['schedule'];
    readonly power?: number;
  },
): number {
  const { peak, totalSteps, warmupFraction, schedule, power = 2 } = options;
  const warmup = Math.round(totalSteps * warmupFraction);
  if (step < warmup) return (peak * (step + 1)) / warmup;
  const progress = (step - warmup) / Math.max(1, totalSteps - warmup);
  switch (schedule) {
    case 'polynomial':
      return peak * Math.max(0, 1 - progress) ** power;
    case 'constant':
      return peak;
    case 'linear':
      return peak * Math.max(0, 1 - progress);
    case 'cosine':
      return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
  }
}
