import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumbers, parseExactJson } from '../../../src/core/data/exactJson.js';

function rewrite(text: string, cuts: readonly number[]): string {
  const at = cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b);
  const numbers = new ExactNumbers();
  const pieces = [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length));
  return pieces.map((piece) => numbers.push(piece)).join('') + numbers.end();
}

describe('exact JSON', () => {
  it('keeps the digits of integers that numbers would round', () => {
    expect(
      parseExactJson('{"a":1234567890123456701,"b":[-9007199254740993,9007199254740991,1e20]}'),
    ).toEqual({ a: '1234567890123456701', b: ['-9007199254740993', 9007199254740991, 1e20] });
    expect(parseExactJson('12345678901234567890.5')).toBe(Number('12345678901234567890.5'));
  });

  it('reads the numbers that Python writes', () => {
    expect(
      parseExactJson('{"a": NaN, "b": [Infinity, -Infinity], "NaN": "NaN \\" -Infinity"}'),
    ).toEqual({
      a: null,
      b: [Infinity, -Infinity],
      NaN: 'NaN " -Infinity',
    });
    expect(() => parseExactJson('{"a": NaNs}')).toThrow(SyntaxError);
  });

  it('changes nothing else, wherever the text is cut', () => {
    const part = fc.constantFrom(
      '"',
      '\\',
      '\\"',
      '\\\\',
      '12345678901234567',
      'NaN',
      '{',
      ' ',
      'x',
    );
    const text = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 5 }), (json, cuts) => {
        expect(rewrite(json, cuts)).toBe(rewrite(json, []));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify({ value, n: [1.5, -0.25e-7] });
        expect(rewrite(json, [])).toBe(json);
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const size = 2_000_000;
    for (const text of [
      `"${'\\'.repeat(size)}"`,
      '"'.repeat(size),
      '1'.repeat(size),
      '\\"'.repeat(size),
    ]) {
      const started = performance.now();
      rewrite(text, []);
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});
