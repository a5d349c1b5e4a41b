import type { EventOf, Handlers } from '../protocol/channel.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';

export type Progress = EventOf<DataWorkerSide, 'progress'>;

/** Answers to the data worker's calls; `onProgress` tells the caller how far a job is. */
export function createHandlers(
  _onProgress: (progress: Progress) => void,
): Handlers<DataWorkerSide> {
  return {};
}
