import type { Problem } from '../messages/message.js';

/** Whether a problem is that labels are imbalanced, which class weights answer. */
export function isImbalance({ id }: Problem): boolean {
  return id === 'profile.labelImbalance';
}
