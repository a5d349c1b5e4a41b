import { groupThousands } from '../format.js';
import type { RunState } from './schema.js';

/**
 * What is worth knowing of how a finished run ended: that it stopped early, and that its model is not
 * that of its last step. Null where it went the usual way.
 */
export function endingText({
  status,
  step,
  totalSteps,
  modelStep,
}: Pick<RunState, 'status' | 'step' | 'totalSteps' | 'modelStep'>): string | null {
  if (status !== 'finished') return null;
  const parts = [
    ...(step < totalSteps
      ? [`stopped early at step ${groupThousands(step)} of ${groupThousands(totalSteps)}`]
      : []),
    ...(modelStep === undefined
      ? []
      : [`left its best model, that of step ${groupThousands(modelStep)}`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
