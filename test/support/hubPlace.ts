import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { parseModelReference } from '../../src/core/hub/repository.js';
import { downloadModel, type DownloadedModel } from '../../src/node/hub/downloadModel.js';
import { remoteModel } from '../../src/node/hub/hubApi.js';
import { HubClient, type HubClientOptions } from '../../src/node/hub/hubClient.js';
import type { HubSettings } from '../../src/node/hub/hubSettings.js';
import { inspectRemote } from '../../src/node/hub/inspectRemote.js';
import type { ModelDownload } from '../../src/node/hub/downloadModel.js';
import { HubServer } from './hubServer.js';
import { writeTinyModel } from './tinyModel.js';

export const TEXT = 'The quick brown fox jumps over the lazy dog. It was the best of times.';

/** A server with one model, and an empty cache, for each test. */
export interface HubPlace {
  readonly server: HubServer;
  readonly folder: string;
  /** Folder of the model that is served as `acme/tiny`. */
  readonly source: string;
  readonly cache: string;
}

export function useHub(): () => HubPlace {
  let place: HubPlace | undefined;
  beforeEach(async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-hub-'));
    const source = path.join(folder, 'source');
    await writeTinyModel(source, TEXT);
    const server = await HubServer.start();
    server.addFolder('acme/tiny', source, { pipeline: 'fill-mask', license: 'apache-2.0' });
    place = { server, folder, source, cache: path.join(folder, 'cache') };
  });
  afterEach(async () => {
    await place?.server.stop();
    if (place) fs.rmSync(place.folder, { recursive: true, force: true });
    place = undefined;
  });
  return () => place!;
}

export function settingsOf(
  { server, cache }: HubPlace,
  more: Partial<HubSettings> = {},
): HubSettings {
  return { endpoint: server.endpoint, cacheFolder: cache, token: null, isOffline: false, ...more };
}

/** A client that does not wait between attempts, and the seconds that it would have waited. */
export function clientOf(
  place: HubPlace,
  {
    settings,
    ...options
  }: { settings?: Partial<HubSettings> } & Omit<Partial<HubClientOptions>, 'settings'> = {},
): { readonly client: HubClient; readonly waited: number[] } {
  const waited: number[] = [];
  const pause = (seconds: number): Promise<void> => {
    waited.push(seconds);
    return Promise.resolve();
  };
  const client = new HubClient({ settings: settingsOf(place, settings), pause, ...options });
  return { client, waited };
}

/** Downloads a model as the command does. */
export async function add(
  client: HubClient,
  name: string,
  options: Partial<ModelDownload> = {},
): Promise<DownloadedModel> {
  const model = await remoteModel(client, parseModelReference(name), { signal: options.signal });
  const { needed } = await inspectRemote(client, model);
  return downloadModel({ client, model, needed, ...options });
}
