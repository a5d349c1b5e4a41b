import { describe, expect, it } from 'vitest';
import { emphasize, parseEmphasis } from '../../../scripts/pretraining/emphasis.js';

const DOCUMENTS = Array.from({ length: 200 }, (_, index) => `Document ${index}.\n`);

describe('an emphasis', () => {
  it('names kinds of text and their weights', () => {
    expect([...parseEmphasis('everyday=3,code=0.5')]).toEqual([
      ['everyday', 3],
      ['code', 0.5],
    ]);
  });

  it('is rejected for unknown kinds and for weights that are not above 0', () => {
    expect(() => parseEmphasis('poetry=2')).toThrow('poetry is not one of everyday, reference');
    for (const text of ['code', 'code=', 'code=0', 'code=-1', 'code=often'])
      expect(() => parseEmphasis(text)).toThrow('has no weight above 0');
  });
});

describe('emphasized documents', () => {
  it('are whole documents, repeated one round after another', () => {
    const documents = ['a\n', 'b\n'];
    expect(emphasize(documents, 3)).toEqual(['a\n', 'b\n', 'a\n', 'b\n', 'a\n', 'b\n']);
    expect(emphasize(documents, 1)).toEqual(documents);
  });

  it('are a share of them for a fraction, always the same', () => {
    const half = emphasize(DOCUMENTS, 0.5);
    expect(half.length).toBeGreaterThan(80);
    expect(half.length).toBeLessThan(120);
    expect(new Set(half).size).toBe(half.length);
    expect(emphasize([...DOCUMENTS].reverse(), 0.5).sort()).toEqual([...half].sort());
    const more = emphasize(DOCUMENTS, 2.5);
    expect(more.slice(0, 400)).toEqual([...DOCUMENTS, ...DOCUMENTS]);
    expect(more.slice(400)).toEqual(half);
  });
});
