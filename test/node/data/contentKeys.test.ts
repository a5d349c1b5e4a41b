import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentKey } from '../../../src/core/data/examples/chunk.js';
import { fastContentKey } from '../../../src/node/data/contentKeys.js';

describe('fastContentKey', () => {
  it("is core's key of any text", () => {
    const white = fc.constantFrom(
      ' ',
      '  ',
      '\n',
      '\r\n',
      '\t',
      '\u00a0',
      '\u3000',
      '\ufeff',
      '\u0085',
    );
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('the', 'sea', '🐋', 'é'));
    fc.assert(
      fc.property(fc.array(fc.oneof(white, word)), (parts) => {
        const text = parts.join('');
        expect(fastContentKey(text)).toBe(contentKey(text));
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('does not tell foldings of white space apart', () => {
    expect(fastContentKey(' the  sea\n')).toBe(fastContentKey('the\tsea'));
    expect(fastContentKey('the sea')).not.toBe(fastContentKey('these a'));
  });
});
