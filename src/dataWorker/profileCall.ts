import { profileData } from '../node/data/profileData.js';
import type { CancellationSignal, RequestOf, ResponseOf } from '../protocol/channel.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';
import type { ProfileSoFar } from '../protocol/profilePanelMessages.js';
import { abortSignalOf } from './abortSignal.js';

/** Texts that the host hands to a model; more would not be scored in a few seconds. */
const SAMPLE = 200;

/** Answers the `profile` call; `onProfileSoFar` hears of it about twice a second meanwhile. */
export async function answerProfile(
  { job, ...request }: RequestOf<DataWorkerSide, 'profile'>,
  signal: CancellationSignal,
  onProfileSoFar: (soFar: ProfileSoFar) => void,
): Promise<ResponseOf<DataWorkerSide, 'profile'>> {
  let sample: string[] = [];
  const profile = await profileData({
    ...request,
    signal: abortSignalOf(signal),
    onProgress: (progress) => {
      onProfileSoFar({ job, ...progress });
    },
    onSample: (texts) => {
      sample = texts.slice(0, SAMPLE);
    },
  });
  return { profile, sample };
}
