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

/** Growth of the heap over what is in use, in percent, at which V8 collects; its own choice is up to 300. */
const HEAP_GROWTH_PERCENT = 50;

/**
 * Makes the garbage collector run before the heap of this process has grown by half. By default, the
 * garbage of a pass over many small files reaches several times what is in use before V8 frees it.
 */
export function keepHeapSmall(): void {
  v8.setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
}
