import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { DataWorkerResponse } from '../../protocol/dataWorker.js';
import type { ProfileRequest, ProfileSoFar } from '../../protocol/profilePanelMessages.js';
import type { DataClient } from '../platform/dataClient.js';

/** Has data profiled in the data worker; `onSoFar` hears of it about twice a second meanwhile. */
export async function profileInWorker(
  dataClient: DataClient,
  request: ProfileRequest,
  options: {
    readonly signal: AbortSignal;
    readonly onSoFar: (soFar: ProfileSoFar) => void;
  },
): Promise<DataWorkerResponse<'profile'>> {
  const { signal, onSoFar } = options;
  const job = randomUUID();
  const subscription = dataClient.on('profileSoFar', (soFar) => {
    if (soFar.job === job && !signal.aborted) onSoFar(soFar);
  });
  try {
    return await dataClient.call('profile', { ...request, exclude: excludedFiles(), job }, signal);
  } finally {
    subscription.dispose();
  }
}

/** Globs of `files.exclude` that are switched on. */
function excludedFiles(): string[] {
  const setting = vscode.workspace
    .getConfiguration('files')
    .get<Record<string, unknown>>('exclude');
  return Object.entries(setting ?? {}).flatMap(([glob, value]) => (value === true ? [glob] : []));
}
