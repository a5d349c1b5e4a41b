import { message, type Message } from '../messages/message.js';
import type { RunState } from './schema.js';
import { verdictMessage } from './runVerdict.js';

/**
 * Notable facts about the end of a finished run: its model falls short, it stopped early, or its model
 * is not that of its last step. Empty if there is nothing notable.
 */
export function endingNotes({
  status,
  step,
  totalSteps,
  modelStep,
  verdict,
}: Pick<RunState, 'status' | 'step' | 'totalSteps' | 'modelStep' | 'verdict'>): readonly Message[] {
  if (status !== 'finished') return [];
  const shortfall = verdictMessage(verdict);
  return [
    ...(shortfall === null ? [] : [shortfall]),
    ...(step < totalSteps ? [message('ending.early', { step, totalSteps })] : []),
    ...(modelStep === undefined ? [] : [message('ending.bestModel', { step: modelStep })]),
  ];
}
