import { profileForTraining } from '../node/preparation/profileForTraining.js';
import type { CancellationSignal } from '../core/ports.js';
import type { RequestOf, ResponseOf } from '../protocol/channel.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';
import type { ProfileSoFar } from '../protocol/profilePanelMessages.js';
import { abortSignalOf } from './abortSignal.js';

/** Number of texts that the host has a model score, which takes a few seconds. */
const SAMPLE = 200;

/** Answers the `profile` call, and reports the profile so far about twice a second. */
export async function answerProfile(
  request: RequestOf<DataWorkerSide, 'profile'>,
  signal: CancellationSignal,
  report: (soFar: ProfileSoFar) => void,
): Promise<ResponseOf<DataWorkerSide, 'profile'>> {
  let sample: string[] = [];
  const profile = await profileForTraining({
    ...request,
    signal: abortSignalOf(signal),
    onProgress: report,
    onSample: (texts) => {
      sample = texts.slice(0, SAMPLE);
    },
  });
  return { profile, sample };
}
