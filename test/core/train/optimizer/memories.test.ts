import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../../../src/core/train/optimizer/kernels.js';
import type {
  AllocatedPlace,
  PlaceRequest,
} from '../../../../src/core/train/optimizer/memories.js';
import { allocatePlaces } from '../../../../src/core/train/optimizer/memories.js';
import { testKernels } from '../../../support/kernels.js';
import { inEnglish } from '../../../support/inEnglish.js';

/** Rounded to cache lines: 1280, 64 and 576 bytes an array. */
const REQUESTS: PlaceRequest[] = [
  { name: 'table', dims: [20, 16], gradient: true, stateSizes: { rows: 20, columns: 16 } },
  { name: 'bias', dims: [3], gradient: true, stateSizes: { moments: 3 } },
  { name: 'frozen', dims: [20, 16], gradient: false, stateSizes: {} },
  { name: 'weight', dims: [7, 20], gradient: true, stateSizes: { first: 140, second: 140 } },
];

function viewsOf({ views }: AllocatedPlace): Float32Array[] {
  const { parameter, gradient, state } = views;
  return [parameter, ...(gradient === null ? [] : [gradient]), ...Object.values(state)];
}

/** The error that a call must throw. */
function userInput(call: () => unknown): { message: string; remedy: string } {
  try {
    call();
  } catch (error) {
    return inEnglish(error, 'UserInput');
  }
  throw new Error('no error was thrown');
}

describe('places of parameters', () => {
  it.each([
    { limitBytes: undefined, memories: 1 },
    { limitBytes: 2 * 1280 + 128 + 64, memories: 3 },
    { limitBytes: 2 * 1280 + 128 + 64 + 3 * 64, memories: 3 },
    { limitBytes: 3 * 1280 + 128 + 64 + 3 * 64, memories: 2 },
  ])('take $memories memories with a limit of $limitBytes bytes', async (task) => {
    const { limitBytes, memories } = task;
    const options = limitBytes === undefined ? {} : { limitBytes };
    const places = allocatePlaces(await testKernels(), REQUESTS, options);
    expect(new Set(places.map(({ memory }) => memory)).size).toBe(memories);
    for (const place of places) {
      for (const { buffer } of viewsOf(place)) expect(buffer).toBe(place.memory.buffer);
    }
  });

  it('have arrays of the sizes asked for, each to itself on a cache line', async () => {
    const limitBytes = 3000;
    const places = allocatePlaces(await testKernels(), REQUESTS, { limitBytes });
    places.forEach((allocated, i) => {
      const { place, views } = allocated;
      const { dims, gradient, stateSizes } = REQUESTS[i]!;
      const count = dims.reduce((a, b) => a * b, 1);
      expect(place).toMatchObject({ dims, count, parameter: views.parameter.byteOffset });
      expect(views.parameter.length).toBe(count);
      expect(views.gradient?.length).toBe(gradient ? count : undefined);
      expect(place.gradient).toBe(views.gradient?.byteOffset ?? null);
      const lengths = Object.entries(views.state).map(([name, view]) => {
        expect(place.state[name]).toBe(view.byteOffset);
        return [name, view.length];
      });
      expect(Object.fromEntries(lengths)).toEqual(stateSizes);
    });
    const views = places.flatMap(viewsOf);
    for (const view of views) expect(view.byteOffset % 64).toBe(0);
    views.forEach((view, i) => view.fill(i + 1));
    views.forEach((view, i) => {
      expect(view.every((value) => value === i + 1)).toBe(true);
    });
  });

  it('lie behind what the kernels keep for themselves', async () => {
    for (const { memory, views } of allocatePlaces(await testKernels(), REQUESTS)) {
      expect(views.parameter.byteOffset).toBeGreaterThanOrEqual(memory.base);
    }
  });

  it('have all parameters of a memory in a row, in order', async () => {
    const places = allocatePlaces(await testKernels(), REQUESTS);
    const starts = places.map(({ place }) => place.parameter - places[0]!.memory.base);
    expect(starts).toEqual([0, 1280, 1344, 2624]);
  });

  it('can be worked on beyond 2 GiB', async () => {
    const large = { name: 'large', dims: [2 ** 29 + 16], gradient: false, stateSizes: {} };
    const [, last] = allocatePlaces(await testKernels(), [large, REQUESTS[1]!]);
    const { memory, place, views } = last!;
    expect(place.parameter).toBeGreaterThan(2 ** 31);
    views.gradient!.set([1, 2, 4]);
    memory.add(place.parameter, place.gradient!, place.count);
    expect([...views.parameter]).toEqual([1, 2, 4]);
    expect(memory.squaredNorm(place.parameter, place.count)).toBe(21);
  });

  it('say what one parameter needs that does not fit', async () => {
    const kernels = await testKernels();
    const embedding = { ...REQUESTS[0]!, name: 'embedding', dims: [500_000, 1024] };
    const { message, remedy } = userInput(() =>
      allocatePlaces(kernels, [embedding], { limitBytes: 2 ** 30 }),
    );
    expect(message).toBe(
      'Parameter embedding needs 4.1 GB with its gradient and optimizer state. The limit for one parameter is 1.1 GB.',
    );
    expect(remedy).toContain('adafactor');
  });

  it('say what is needed in all where memory cannot be had', () => {
    const kernels: Kernels = {
      createMemory: () => {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      },
    };
    const requests = [0, 1, 2].map((i) => ({
      name: `layer ${i}`,
      dims: [2 ** 18, 2 ** 10],
      gradient: true,
      stateSizes: { moments: 2 ** 28 },
    }));
    const { message, remedy } = userInput(() => allocatePlaces(kernels, requests));
    expect(message).toContain('9.7 GB');
    expect(remedy).toContain('LoRA');
  });
});
