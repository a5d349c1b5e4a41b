import type { RandomKey } from '../../random.js';
import type { MaskingPolicy } from '../policy/policy.js';

/**
 * Share of the text that is masked at random at a point of training: the policy's rate, or the
 * point on the line that its schedule draws.
 *
 * @param progress share of the training steps done, 0 to 1
 */
export function rateAt({ rate, schedule }: MaskingPolicy, progress: number): number {
  if (schedule === null) return rate;
  const at = Math.min(1, Math.max(0, progress));
  return schedule.from + (schedule.to - schedule.from) * at;
}

/** The highest rate that training reaches. */
export function highestRate({ rate, schedule }: MaskingPolicy): number {
  return schedule === null ? rate : Math.max(schedule.from, schedule.to);
}

/**
 * What a draw for training is named by: dynamic policies mask anew each epoch (Liu et al. 2019,
 * arXiv:1907.11692), static ones always in the same way (Devlin et al. 2019).
 */
export function drawKeys(
  { dynamic }: MaskingPolicy,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): RandomKey[] {
  return ['train', seed, dynamic ? epoch : 0];
}
