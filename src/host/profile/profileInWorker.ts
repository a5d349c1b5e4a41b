import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { DataProfile } from '../../core/data/profile.js';
import { warningsBeforeTraining } from '../../core/data/profileWarnings.js';
import { toAppErrorData } from '../../core/errors.js';
import type { DataWorkerResponse } from '../../protocol/dataWorker.js';
import type { ProfileRequest, ProfileSoFar } from '../../protocol/profile.js';
import type { DataClient } from '../data/dataClient.js';

/** Has data profiled in the data worker; `onSoFar` hears of it about twice a second meanwhile. */
export async function profileInWorker(
  client: DataClient,
  request: ProfileRequest,
  options: {
    readonly signal: AbortSignal;
    readonly onSoFar: (soFar: ProfileSoFar) => void;
  },
): Promise<DataWorkerResponse<'profile'>> {
  const { signal, onSoFar } = options;
  const job = randomUUID();
  const subscription = client.on('profileSoFar', (soFar) => {
    if (soFar.job === job && !signal.aborted) onSoFar(soFar);
  });
  try {
    return await client.call('profile', { ...request, exclude: excludedFiles(), job }, signal);
  } finally {
    subscription.dispose();
  }
}

/** Looking before a run starts must not keep the person waiting. */
const BRIEF_MILLISECONDS = 2000;

/**
 * The worst that can be told of data in two seconds, in words, for whoever is about to train on it;
 * null where there is nothing to say, or where the run itself will say what is the matter.
 */
export async function worstWarning(
  client: DataClient,
  request: ProfileRequest,
): Promise<string | null> {
  let latest: DataProfile | null = null;
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, BRIEF_MILLISECONDS);
  try {
    const { profile } = await profileInWorker(client, request, {
      signal: controller.signal,
      onSoFar: ({ profile: soFar }) => {
        latest = soFar;
      },
    });
    latest = profile;
  } catch (thrown) {
    if (toAppErrorData(thrown).code !== 'Cancelled') return null;
  } finally {
    clearTimeout(timer);
  }
  return latest === null ? null : (warningsBeforeTraining(latest)[0] ?? null);
}

/** Globs of `files.exclude` that are switched on. */
function excludedFiles(): string[] {
  const setting = vscode.workspace
    .getConfiguration('files')
    .get<Record<string, unknown>>('exclude');
  return Object.entries(setting ?? {}).flatMap(([glob, value]) => (value === true ? [glob] : []));
}
