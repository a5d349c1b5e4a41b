import os from 'node:os';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { HUB } from '../../core/hub/hubUrls.js';
import { problem } from '../../core/messages/message.js';
import { readTextSync } from '../files/regularFile.js';

/** Address, cache and token of the hub. */
export interface HubSettings {
  /** Origin and path of the hub or a mirror, without a slash at the end. */
  readonly endpoint: string;
  /** Folder of the cache that Python's tools share. */
  readonly cacheFolder: string;
  readonly token: string | null;
  /** Whether nothing may be requested. */
  readonly isOffline: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const TRUE = /^(?:1|on|yes|true)$/i;
const MAX_TOKEN_BYTES = 4096;

/**
 * Reads the settings that `huggingface_hub` reads: `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`,
 * `XDG_CACHE_HOME`, `HF_TOKEN`, `HF_TOKEN_PATH` and `HF_HUB_OFFLINE`. Throws `UserInput` for an
 * endpoint that is not an address.
 */
export function hubSettings(
  environment: Environment = process.env,
  home: string = os.homedir(),
): HubSettings {
  const value = (...names: string[]): string | undefined =>
    names.map((name) => environment[name]?.trim()).find((one) => one !== undefined && one !== '');
  const folder = (text: string): string => path.resolve(text.replace(/^~(?=$|[\\/])/, home));
  const caches = value('XDG_CACHE_HOME') ?? path.join(home, '.cache');
  const hubHome = folder(value('HF_HOME') ?? path.join(caches, 'huggingface'));
  const cacheFolder = value('HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE');
  return {
    endpoint: endpointOf(value('HF_ENDPOINT') ?? HUB),
    cacheFolder: cacheFolder === undefined ? path.join(hubHome, 'hub') : folder(cacheFolder),
    token:
      value('HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN') ??
      tokenIn(folder(value('HF_TOKEN_PATH') ?? path.join(hubHome, 'token'))),
    isOffline: [environment['HF_HUB_OFFLINE'], environment['TRANSFORMERS_OFFLINE']].some(
      (one) => one !== undefined && TRUE.test(one.trim()),
    ),
  };
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isServer = url !== null && /^https?:$/.test(url.protocol) && url.username === '';
  if (!isServer || url.search !== '' || url.hash !== '') {
    throw inputError(problem('hub.invalidEndpoint', { endpoint: text }));
  }
  return url.href.replace(/\/+$/, '');
}

function tokenIn(file: string): string | null {
  try {
    const [line = ''] = readTextSync(file, MAX_TOKEN_BYTES).trim().split(/\s/);
    return line === '' ? null : line;
  } catch {
    // Most people have no token.
    return null;
  }
}
