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
const KEEP_FREED_MEMORY = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '68719476736',
};

/**
 * Makes glibc join free memory at once. For aligned memory, as ONNX Runtime asks for, glibc before
 * 2.39 allocates more and frees the rest, a chunk of less than 128 bytes. If a small allocation gets
 * that chunk, the memory is too small for the same tensor in the next step, and new memory is faulted
 * in: 5% of a BERT-base step (sourceware.org/bugzilla/show_bug.cgi?id=30723).
 */
const JOIN_FREED_MEMORY = 'glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0';

/** The environment of a trainer process. */
export function trainerEnvironment(
  base: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): NodeJS.ProcessEnv {
  const environment = childEnvironment(base);
  if (platform !== 'linux') return environment;
  const { GLIBC_TUNABLES: tunables = '' } = environment;
  return {
    ...environment,
    ...KEEP_FREED_MEMORY,
    GLIBC_TUNABLES: tunables === '' ? JOIN_FREED_MEMORY : `${tunables}:${JOIN_FREED_MEMORY}`,
  };
}
