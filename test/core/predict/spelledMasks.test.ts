import { describe, expect, it } from 'vitest';
import {
  maskTokensIn,
  masksIn,
  MOST_TARGETS,
  spellMasks,
} from '../../../src/core/predict/spelledMasks.js';

const found = (text: string): string[] =>
  masksIn(text).map(({ start, end }) => text.slice(start, end));

describe('masksIn', () => {
  it('finds the mask tokens of all families in any case, and blanks', () => {
    const text = 'a [MASK] b <mask> c <|mask|> [mask]\n<MASK> (____) d ___.';
    expect(found(text)).toEqual([
      ...['[MASK]', '<mask>', '<|mask|>', '[mask]', '<MASK>', '____', '___'],
    ]);
  });

  it.each([
    ['names with underscores', 'a __init__ b my___name ___bold___ é___ e\u0301___'],
    ['rules', 'a\n___\n  ________  \nb'],
    ['rules with CRLF', 'a\r\n\t____\r\nb'],
    ['lines to sign on', 'Name: ______________________'],
    ['two underscores', 'a __ b'],
    ['other brackets', '[masks] <masked> [ mask ]'],
  ])('finds none in %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('finds a blank behind a rule, and on a line with words', () => {
    expect(found('____\n\nThe ____ is\n____ big')).toEqual(['____', '____']);
  });

  it('finds the own token of a model', () => {
    expect(masksIn('a [M*SK] b', '[M*SK]')).toEqual([{ start: 2, end: 8, targets: [] }]);
    expect(masksIn('a [M*SK] b')).toEqual([]);
  });

  it.each([
    ['[MASK:fox|dog|cat]', ['fox', 'dog', 'cat']],
    ['[mask: red fox | dog |dog||]', ['red fox', 'dog']],
    ['[MASK:one]', ['one']],
    ['[MASK:|]', []],
  ])('reads the words that %s lists', (written, targets) => {
    const text = `The ${written} ran.`;
    expect(masksIn(text)).toEqual([{ start: 4, end: 4 + written.length, targets }]);
  });

  it('bounds the words that a mask lists, and does not look for its end in other lines', () => {
    const many = Array.from({ length: MOST_TARGETS + 5 }, (_, i) => `w${i}`);
    expect(masksIn(`[MASK:${many.join('|')}]`)[0]!.targets).toEqual(many.slice(0, MOST_TARGETS));
    expect(found('[MASK:fox\n|dog]')).toEqual([]);
    expect(found(`[MASK:${'a'.repeat(2000)}]`)).toEqual([]);
  });
});

describe('maskTokensIn', () => {
  it('finds tokens alone, as other tools understand them', () => {
    const text = 'a <mask> b [mask] c <|mask|> d [M*SK] e ____ [MASK:a|b]';
    const tokens = maskTokensIn(text, '[M*SK]').map(({ start, end }) => text.slice(start, end));
    expect(tokens).toEqual(['<mask>', '[mask]', '<|mask|>', '[M*SK]']);
  });
});

describe('spellMasks', () => {
  it('spells every mask as the model does, and leaves the rest', () => {
    const text = 'The ____ saw [mask], <mask> and [MASK:a|b].';
    const { text: spelled, masks } = spellMasks(text, masksIn(text), '<m>');
    expect(spelled).toBe('The <m> saw <m>, <m> and <m>.');
    expect(masks.map(({ start, end }) => spelled.slice(start, end))).toEqual(
      Array<string>(4).fill('<m>'),
    );
    expect(spellMasks('no mask', [], '<m>')).toEqual({ text: 'no mask', masks: [] });
  });
});
