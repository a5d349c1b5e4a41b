import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { maskingPolicySchema } from '../../../../src/core/masking/policy/policy.js';
import {
  decidePlace,
  decideWord,
  setSeed,
} from '../../../../src/host/masking/policies/editPolicy.js';

const POLICY = `{
  // What we agreed on in spring.
  "version": 1,
  "seed": 3, // a lucky one
  "always": ["whale", "Ship"],
  "never": [
    { "words": ["sea"] },
    { "pattern": "[0-9]+" }
  ]
}
`;
const valueOf = (text: string) => maskingPolicySchema.parse(parse(text));

describe('decideWord', () => {
  it('adds to a list on one line as one would type it, and touches nothing else', () => {
    const changed = decideWord(POLICY, 'harpoon', 'always');
    expect(changed).toBe(POLICY.replace('"Ship"]', '"Ship", "harpoon"]'));
  });

  it('keeps a word once, in whatever case it is written', () => {
    expect(decideWord(POLICY, 'SHIP', 'always')).toBe(POLICY);
    expect(decideWord(POLICY, 'Sea', 'never')).toBe(POLICY);
  });

  it('takes the word out of the other list, and the entry that it leaves empty', () => {
    const always = valueOf(decideWord(POLICY, 'sea', 'always'));
    expect(always.always).toEqual(['whale', 'Ship', 'sea']);
    expect(always.never).toEqual([{ pattern: '[0-9]+' }]);
    const never = valueOf(decideWord(POLICY, 'ship', 'never'));
    expect(never.always).toEqual(['whale']);
    expect(never.never[0]).toEqual({ words: ['sea', 'ship'] });
  });

  it('makes the lists that are not there, with comments kept', () => {
    const bare = '{\n\t// tabs\n\t"version": 1\n}\n';
    const changed = decideWord(decideWord(bare, 'a', 'never'), 'b', 'always');
    expect(valueOf(changed)).toMatchObject({ never: [{ words: ['a'] }], always: ['b'] });
    expect(changed).toBe(
      '{\n\t// tabs\n\t"version": 1,\n\t"never": [{ "words": ["a"] }],\n\t"always": ["b"]\n}\n',
    );
  });

  it('leaves comments with what they are about, and commas as they are', () => {
    const text = '{\n  "version": 1, // one\n  "always": [\n    "a", // first\n  ], // listed\n}\n';
    const changed = decideWord(decideWord(text, 'b', 'always'), 'c', 'never');
    expect(changed).toBe(
      '{\n  "version": 1, // one\n  "always": [\n    "a", // first\n    "b",\n  ], // listed\n  "never": [{ "words": ["c"] }],\n}\n',
    );
  });

  it('fills a list that is empty, and a policy on one line', () => {
    expect(decideWord('{ "version": 1, "always": [] }', 'a', 'always')).toBe(
      '{ "version": 1, "always": ["a"] }',
    );
    expect(decideWord('{ "version": 1 }', 'a', 'never')).toBe(
      '{ "version": 1, "never": [{ "words": ["a"] }] }',
    );
  });

  it('adds to a list of several lines on a line of its own', () => {
    const text = '{\r\n  "version": 1,\r\n  "always": [\r\n    "a"\r\n  ]\r\n}\r\n';
    expect(decideWord(text, 'b', 'always')).toBe(text.replace('"a"', '"a",\r\n    "b"'));
  });
});

describe('decidePlace', () => {
  const place = { file: 'notes.md', text: 'white whale', before: 'the ', after: ' again' };

  it('puts a rule for selected places first, and adds to it the next time', () => {
    const withRule = POLICY.replace(
      '"seed"',
      '"rules": [{ "name": "n", "words": ["n"] }],\n  "seed"',
    );
    const once = decidePlace(withRule, place, 'always');
    expect(valueOf(once).rules[0]).toMatchObject({ name: 'selected places', places: [place] });
    const other = { ...place, before: 'a ' };
    const twice = decidePlace(decidePlace(once, other, 'always'), place, 'always');
    expect(valueOf(twice).rules.map(({ places }) => places?.length)).toEqual([2, undefined]);
    expect(twice).toContain('// What we agreed on in spring.');
  });

  it('makes the list of rules where there is none', () => {
    expect(valueOf(decidePlace(POLICY, place, 'always')).rules).toHaveLength(1);
  });

  it('adds an entry of never', () => {
    const { never } = valueOf(decidePlace(POLICY, place, 'never'));
    expect(never).toHaveLength(3);
    expect(never[2]).toEqual({ places: [place] });
  });
});

describe('setSeed', () => {
  it('changes the number alone', () => {
    expect(setSeed(POLICY, 12)).toBe(POLICY.replace('"seed": 3', '"seed": 12'));
  });
});

describe('a file that holds no policy yet', () => {
  it.each(['', '\n', '// To be written.\n'])('gets one: %j', (text) => {
    const changed = decideWord(text, 'whale', 'always');
    expect(valueOf(changed)).toMatchObject({ version: 1, always: ['whale'] });
    expect(changed).toContain(text.trim());
    expect(valueOf(decideWord(text, 'whale', 'never')).never).toEqual([{ words: ['whale'] }]);
    expect(valueOf(setSeed(text, 4)).seed).toBe(4);
  });
});
