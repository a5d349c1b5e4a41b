import v8 from 'node:v8';
import vm from 'node:vm';

/**
 * Has what is no longer used freed now. V8 frees late, and knows nothing of the memory that ONNX
 * Runtime is about to take: without this, both are held at once. Takes some tens of milliseconds.
 */
export function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  // A runtime built without it goes on with what it has.
  const collect = vm.runInNewContext('globalThis.gc') as (() => void) | undefined;
  v8.setFlagsFromString('--no-expose-gc');
  collect?.();
}
