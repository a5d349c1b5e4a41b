import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dependencies } from '../../../package.json';

/** Hash of the sources of the passes, put here by the build; absent where there was none. */
declare const PASSES_VERSION: string | undefined;

/** `null` outside of a build: passes may change between two runs. */
const BUILT_VERSION = typeof PASSES_VERSION === 'undefined' ? null : PASSES_VERSION;

/** Name of a verdict on a form of the graph of a model. */
export function verdictKey(of: { readonly sha256: string; readonly form: object }): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}

export interface VerdictOptions {
  /** Default: the folder for caches of the user. */
  readonly folder?: string;
  /** Version of the passes. `null`: nothing is remembered. */
  readonly version?: string | null;
}

/**
 * Comparisons of imported graphs with their files that found no difference, as empty files, so that
 * a second one costs nothing. A folder that cannot be written to only costs time.
 */
export class Verdicts {
  private readonly folder: string | null;

  constructor({ folder = cacheFolder(), version = BUILT_VERSION }: VerdictOptions = {}) {
    const versions = [version, dependencies['onnxruntime-node'], process.arch].join('-');
    this.folder = version === null ? null : path.join(folder, 'verified', versions);
  }

  has(key: string): boolean {
    return this.folder !== null && fs.existsSync(path.join(this.folder, key));
  }

  add(key: string): void {
    if (this.folder === null) return;
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      fs.writeFileSync(path.join(this.folder, key), '');
    } catch {
      // Compared again the next time.
    }
  }
}

/** `masklab` in the folder for caches that the system has. */
function cacheFolder(): string {
  const { env, platform } = process;
  const home = os.homedir();
  const base =
    platform === 'win32'
      ? (env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Caches')
        : (env['XDG_CACHE_HOME'] ?? path.join(home, '.cache'));
  return path.join(base, 'masklab');
}
