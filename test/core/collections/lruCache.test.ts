import { describe, expect, it } from 'vitest';
import { LruCache } from '../../../src/core/collections/lruCache.js';

describe('LruCache', () => {
  it('counts entries unless told their sizes, and forgets the one used longest ago', () => {
    const cache = new LruCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
  });

  it('never holds more than its capacity, and forgets no more than it must', () => {
    const cache = new LruCache<number, string>(10, ({ length }) => length);
    for (let key = 0; key < 100; key++) {
      cache.set(key, 'x'.repeat(1 + (key % 5)));
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    cache.set(-1, 'x'.repeat(10));
    expect(cache.size).toBe(10);
    cache.set(-2, 'x');
    expect([cache.size, cache.get(-1), cache.get(-2)]).toEqual([1, undefined, 'x']);
  });

  it('keeps what there is when something larger than all of it comes', () => {
    const cache = new LruCache<string, string>(3, ({ length }) => length);
    cache.set('small', 'ab');
    cache.set('large', 'abcd');
    expect([cache.get('small'), cache.get('large'), cache.size]).toEqual(['ab', undefined, 2]);
  });

  it('accounts for entries that are replaced or deleted', () => {
    const cache = new LruCache<string, string>(10, ({ length }) => length);
    cache.set('a', 'abcdef');
    cache.set('a', 'ab');
    expect(cache.size).toBe(2);
    cache.delete('a');
    cache.delete('a');
    expect(cache.size).toBe(0);
  });
});
