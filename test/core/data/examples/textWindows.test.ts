import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  windowsOf,
  windowsWithMostContext,
} from '../../../../src/core/data/examples/textWindows.js';

describe('windowsOf', () => {
  it('shares the stride between consecutive windows, the last of which ends with the text', () => {
    expect(windowsOf(10, { room: 4, stride: 1 })).toEqual([
      { start: 0, end: 4 },
      { start: 3, end: 7 },
      { start: 6, end: 10 },
    ]);
    expect(windowsOf(9, { room: 4, stride: 0 }).map(({ start }) => start)).toEqual([0, 4, 5]);
    expect(windowsOf(4, { room: 4, stride: 0 })).toEqual([{ start: 0, end: 4 }]);
    // A quarter of eight tokens.
    expect(windowsOf(16, { room: 8, stride: null }).map(({ start }) => start)).toEqual([0, 6, 8]);
  });

  it('covers every token with full windows, whatever the stride', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 400 }),
      room: fc.integer({ min: 1, max: 60 }),
      stride: fc.option(fc.integer({ min: 0, max: 80 })),
    });
    fc.assert(
      fc.property(sizes, ({ count, ...options }) => {
        const windows = windowsOf(count, options);
        const covered = new Set<number>();
        for (const { start, end } of windows) {
          expect(end - start).toBe(Math.min(count, options.room));
          for (let i = start; i < end; i++) covered.add(i);
        }
        expect(covered.size).toBe(count);
        expect(windows.at(-1)!.end).toBe(count);
      }),
    );
  });
});

describe('windowsWithMostContext', () => {
  it('chooses the window in which a token is farthest from both ends', () => {
    const windows = [
      { start: 0, end: 6 },
      { start: 4, end: 10 },
    ];
    expect([...windowsWithMostContext(10, windows)]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  });
});
