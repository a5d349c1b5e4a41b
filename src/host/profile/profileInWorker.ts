import type { DataWorkerResponse } from '../../protocol/dataWorker.js';
import type { ProfileRequest, ProfileSoFar } from '../../protocol/profilePanelMessages.js';
import type { DataClient } from '../platform/dataClient.js';

/** Profiles data in the data worker; `onSoFar` receives the profile so far about twice a second. */
export function profileInWorker(
  dataClient: DataClient,
  request: Omit<ProfileRequest, 'title'>,
  {
    signal,
    onSoFar,
  }: { readonly signal: AbortSignal; readonly onSoFar: (soFar: ProfileSoFar) => void },
): Promise<DataWorkerResponse<'profile'>> {
  return dataClient.follow('profile', request, { signal, onProgress: onSoFar });
}
