import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Counts the functions that zod compiles, and its reads of `navigator`. */
function watchZod() {
  const seen = { compiled: 0, looks: 0 };
  const navigator = new Proxy(
    {},
    {
      get: () => {
        seen.looks++;
        return undefined;
      },
    },
  );
  vi.stubGlobal('navigator', navigator);
  vi.stubGlobal(
    'Function',
    new Proxy(Function, {
      construct: (target, sources: string[]) => {
        seen.compiled++;
        return new target(...sources);
      },
    }),
  );
  return seen;
}

async function parseSomething(): Promise<unknown> {
  const z = await import('zod');
  return z.object({ a: z.number() }).parse({ a: 1, b: 2 });
}

describe('zod in the extension host', () => {
  it('compiles schemas without looking at navigator', async () => {
    const seen = watchZod();
    await import('../../../src/host/platform/zodInEditor.js');
    expect(await parseSomething()).toEqual({ a: 1 });
    expect(seen).toEqual({ compiled: 1, looks: 0 });
  });
});
