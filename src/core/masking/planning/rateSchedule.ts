import type { RandomKey } from '../../random.js';
import type { MaskingPolicy } from '../policy/policy.js';

/**
 * Mask rate of random masking at a point of training: the rate of the policy, or the value of its
 * linear schedule.
 *
 * @param progress completed fraction of the training steps, between 0 and 1
 */
export function rateAt({ rate, schedule }: MaskingPolicy, progress: number): number {
  if (schedule === null) return rate;
  const at = Math.min(1, Math.max(0, progress));
  return schedule.from + (schedule.to - schedule.from) * at;
}

/** Highest mask rate during training. */
export function highestRate({ rate, schedule }: MaskingPolicy): number {
  return schedule === null ? rate : Math.max(schedule.from, schedule.to);
}

/**
 * Keys of the random draws in training: dynamic policies draw new masks in each epoch (Liu et al.
 * 2019, arXiv:1907.11692), static ones draw once (Devlin et al. 2019).
 */
export function drawKeys(
  { dynamic }: MaskingPolicy,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): RandomKey[] {
  return ['train', seed, dynamic ? epoch : 0];
}
