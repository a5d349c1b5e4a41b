import v8 from 'node:v8';
import vm from 'node:vm';

/**
 * Runs the garbage collector. V8 frees memory late and does not know about the memory that ONNX
 * Runtime is about to allocate; without this, both are held at once. Takes tens of milliseconds.
 */
export function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  // Undefined in a runtime that was built without it.
  const collect = vm.runInNewContext('globalThis.gc') as (() => void) | undefined;
  v8.setFlagsFromString('--no-expose-gc');
  collect?.();
}
