import { message, type Message } from '../messages/message.js';
import type { RunState } from './schema.js';

/**
 * Notable facts about the end of a finished run: it stopped early, or its model is not that of its
 * last step. Empty if there is nothing notable.
 */
export function endingNotes({
  status,
  step,
  totalSteps,
  modelStep,
}: Pick<RunState, 'status' | 'step' | 'totalSteps' | 'modelStep'>): readonly Message[] {
  if (status !== 'finished') return [];
  return [
    ...(step < totalSteps ? [message('ending.early', { step, totalSteps })] : []),
    ...(modelStep === undefined ? [] : [message('ending.bestModel', { step: modelStep })]),
  ];
}
