import { describe, expect, it } from 'vitest';
import { RefusedFile } from '../../src/core/fileProblem.js';
import { DEEPEST_JSON, parseJsonText } from '../../src/core/jsonText.js';

const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('parseJsonText', () => {
  it.each([
    ['lists', lists],
    ['objects', objects],
  ])('refuses %s that are nested too deeply, and only those', (_what, nested) => {
    const deep = nested(DEEPEST_JSON);
    expect(JSON.stringify(parseJsonText(deep))).toBe(deep);
    for (const depth of [DEEPEST_JSON + 1, 6000, 1_000_000]) {
      expect(() => parseJsonText(nested(depth))).toThrow(RefusedFile);
    }
    expect(() => parseJsonText('['.repeat(1_000_000))).toThrow(RefusedFile);
  });

  it('does not count brackets in strings, and ends strings where JSON does', () => {
    const brackets = '['.repeat(1000);
    const values = [brackets, `"${brackets}`, `\\${brackets}`, `\\"${brackets}\\`, 'x"\\\\"'];
    for (const value of [...values, values]) {
      expect(parseJsonText(JSON.stringify(value))).toEqual(value);
    }
    expect(() => parseJsonText(`["\\\\",${lists(DEEPEST_JSON)}]`)).toThrow(RefusedFile);
    expect(parseJsonText(`[${Array(5000).fill('[{}]').join()}]`)).toHaveLength(5000);
  });

  it('leaves what is not JSON to the parser', () => {
    expect(() => parseJsonText('{')).toThrow(SyntaxError);
    expect(() => parseJsonText(`"${'['.repeat(1000)}`)).toThrow(SyntaxError);
  });
});
