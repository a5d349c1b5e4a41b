import { childEnvironment } from './childEnvironment.js';

/** Program of the trainer. */
export interface LaunchOptions {
  /** `dist/trainer.js`. */
  readonly trainerPath: string;
  /** `process.execPath`: Node, or Electron run as Node. */
  readonly execPath: string;
}

/** The environment of a trainer process. */
export function trainerEnvironment(
  base: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): NodeJS.ProcessEnv {
  const environment = childEnvironment(base);
  if (platform === 'linux') {
    // glibc otherwise returns each big activation to the kernel and faults it in again: with
    // these a BERT-base step takes 0.7 of the time.
    environment['MALLOC_MMAP_THRESHOLD_'] = '4294967296';
    environment['MALLOC_TRIM_THRESHOLD_'] = '68719476736';
  }
  return environment;
}
