import type { DataWorkerResponse } from '../../protocol/dataWorker.js';
import type { ProfileRequest, ProfileSoFar } from '../../protocol/profilePanelMessages.js';
import type { DataClient } from '../platform/dataClient.js';

/** Has data profiled in the data worker; `onSoFar` hears of it about twice a second meanwhile. */
export function profileInWorker(
  dataClient: DataClient,
  { selection, modelFolder }: Omit<ProfileRequest, 'title'>,
  {
    signal,
    onSoFar,
  }: { readonly signal: AbortSignal; readonly onSoFar: (soFar: ProfileSoFar) => void },
): Promise<DataWorkerResponse<'profile'>> {
  return dataClient.follow('profile', { selection, modelFolder }, { signal, onProgress: onSoFar });
}
