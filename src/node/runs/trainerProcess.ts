import { childEnvironment } from './childEnvironment.js';

/** Program of the trainer. */
export interface LaunchOptions {
  /** `dist/trainer.js`. */
  readonly trainerPath: string;
  /** `process.execPath`: Node, or Electron run as Node. */
  readonly execPath: string;
}

/**
 * Makes glibc keep freed memory. It otherwise returns each big activation to the kernel and faults
 * it in again: with these a BERT-base step takes 0.7 of the time. A high threshold for mmap would
 * not do: before 2.35, glibc ignores one above 32 MB, and the other setting fixes it at 128 KB.
 */
export const KEEP_FREED_MEMORY = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '68719476736',
};

/** The environment of a trainer process. */
export function trainerEnvironment(
  base: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): NodeJS.ProcessEnv {
  return { ...childEnvironment(base), ...(platform === 'linux' && KEEP_FREED_MEMORY) };
}
