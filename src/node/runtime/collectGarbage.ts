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

/**
 * Makes the garbage collector run before the heap of this process has grown by half, or by another
 * percentage of what is in use; V8's own choice is up to 300. By default, the garbage of a pass over
 * many small files reaches several times what is in use before V8 frees it.
 */
export function keepHeapSmall(growthPercent = 50): void {
  v8.setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}

/** Growth of the heap of a process that answers many small calls. */
const SETTLED_GROWTH_PERCENT = 20;

/**
 * Collects the garbage of loading, and keeps the heap small from now on. Without a first collection,
 * the heap of a process that loads much and then needs little grows for thousands of calls.
 */
export function settleHeap(): void {
  keepHeapSmall(SETTLED_GROWTH_PERCENT);
  collectGarbage();
}
