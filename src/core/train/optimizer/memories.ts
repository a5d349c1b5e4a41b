import { inputError, type AppError } from '../../errors.js';
import { problem } from '../../messages/message.js';
import type { KernelMemory, Kernels } from './kernels.js';
import type { ParameterPlace } from './optimizers.js';

/** Memory request for one parameter. */
export interface PlaceRequest {
  readonly name: string;
  readonly dims: readonly number[];
  /** Sizes of the optimizer's arrays in floats, by name; empty for parameters that are not trained. */
  readonly stateSizes: Readonly<Record<string, number>>;
  /** False for frozen parameters, which take only their values. */
  readonly gradient: boolean;
}

/** A parameter, its gradient and the optimizer's state of it, all zero at first, in one memory. */
export interface AllocatedPlace {
  readonly memory: KernelMemory;
  readonly place: Omit<ParameterPlace, 'gradient'> & { readonly gradient: number | null };
  readonly views: {
    readonly parameter: Float32Array;
    readonly gradient: Float32Array | null;
    readonly state: Readonly<Record<string, Float32Array>>;
  };
}

/** WebAssembly's 4 GiB less the page of the kernels' own. */
const LIMIT_BYTES = 2 ** 32 - 65536;
/** Of every array, in bytes: a cache line. */
const ALIGNMENT = 64;

/**
 * Lays places over as few memories of at most `limitBytes` as their order allows; a place never
 * straddles two. In a memory come first all parameters in the order of the requests, then all
 * gradients, then the state.
 *
 * @throws AppError `UserInput` where memory cannot be had, or one place is beyond the limit.
 */
export function allocatePlaces(
  kernels: Kernels,
  requests: readonly PlaceRequest[],
  { limitBytes = LIMIT_BYTES }: { readonly limitBytes?: number } = {},
): AllocatedPlace[] {
  const groups: PlaceRequest[][] = [];
  let used = Infinity;
  for (const request of requests) {
    const bytes = bytesOf(request);
    if (bytes > limitBytes) throw tooLarge(request.name, bytes, limitBytes);
    if (used + bytes > limitBytes) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)!.push(request);
    used += bytes;
  }
  const total = requests.reduce((sum, request) => sum + bytesOf(request), 0);
  return groups.flatMap((group) => {
    const bytes = group.reduce((sum, request) => sum + bytesOf(request), 0);
    return layOut(createMemory(kernels, bytes, total), group);
  });
}

function layOut(memory: KernelMemory, requests: readonly PlaceRequest[]): AllocatedPlace[] {
  let next = memory.base;
  const take = (count: number): Float32Array => {
    const view = new Float32Array(memory.buffer, next, count);
    next += alignedBytes(count);
    return view;
  };
  const parameters = requests.map(({ dims }) => take(countOf(dims)));
  const gradients = requests.map(({ dims, gradient }) => (gradient ? take(countOf(dims)) : null));
  return requests.map(({ dims, stateSizes }, i) => {
    const parameter = parameters[i]!;
    const gradient = gradients[i] ?? null;
    const state = mapValues(stateSizes, take);
    return {
      memory,
      place: {
        dims,
        count: parameter.length,
        parameter: parameter.byteOffset,
        gradient: gradient === null ? null : gradient.byteOffset,
        state: mapValues(state, ({ byteOffset }) => byteOffset),
      },
      views: { parameter, gradient, state },
    };
  });
}

function createMemory(kernels: Kernels, bytes: number, total: number): KernelMemory {
  try {
    return kernels.createMemory(bytes);
  } catch (cause) {
    const needed = { bytes: total };
    throw inputError(problem('training.outOfMemory', { needed }), { cause });
  }
}

function tooLarge(name: string, bytes: number, limitBytes: number): AppError {
  return inputError(
    problem('training.parameterTooLarge', {
      name,
      needed: { bytes },
      limit: { bytes: limitBytes },
    }),
  );
}

function bytesOf({ dims, stateSizes, gradient }: PlaceRequest): number {
  return Object.values(stateSizes).reduce(
    (sum, size) => sum + alignedBytes(size),
    (gradient ? 2 : 1) * alignedBytes(countOf(dims)),
  );
}

function alignedBytes(count: number): number {
  return Math.ceil((4 * count) / ALIGNMENT) * ALIGNMENT;
}

function countOf(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
