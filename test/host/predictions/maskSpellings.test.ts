import { describe, expect, it } from 'vitest';
import type { ModelClient } from '../../../src/host/models/modelClient.js';
import { maskTokenOf, masksIn, spellMasks } from '../../../src/host/predictions/maskSpellings.js';
import type { TextRange } from '../../../src/core/text/words.js';
import type { ResponseOf } from '../../../src/protocol/channel.js';
import type { ModelServerSide } from '../../../src/protocol/modelServer.js';

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
    ['names with underscores', 'a __init__ b my___name ___bold___ é___'],
    ['rules', 'a\n___\n  ________  \nb'],
    ['lines to sign on', 'Name: ______________________'],
    ['two underscores', 'a __ b'],
    ['other brackets', '[masks] <masked> [ mask ]'],
  ])('finds none in %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('spellMasks', () => {
  it('spells every mask as the model does, and keeps the place of the one in question', () => {
    const text = 'The ____ saw [mask] and <mask>.';
    const start = text.indexOf('[mask]');
    const spelled = spellMasks(text, start, '<mask>');
    expect(spelled.text).toBe('The <mask> saw <mask> and <mask>.');
    expect(spelled.text.slice(0, spelled.within.start)).toBe('The <mask> saw ');
    expect(spelled.text.slice(spelled.within.start, spelled.within.end)).toBe('<mask>');
    const wordsOf = (from: string, ranges: readonly TextRange[]): string[] =>
      ranges.map((range) => from.slice(range.start, range.end));
    expect(wordsOf(text, spelled.written)).toEqual(['____', '[mask]', '<mask>']);
    expect(wordsOf(spelled.text, spelled.masks)).toEqual(['<mask>', '<mask>', '<mask>']);
  });
});

describe('maskTokenOf', () => {
  it('follows a model that changes in its folder', async () => {
    let described = describedAs({ kind: 'masked-lm', maskToken: '[MASK]' });
    const modelClient = { call: () => Promise.resolve(described) } as unknown as ModelClient;
    const { signal } = new AbortController();
    const ask = () => maskTokenOf(modelClient, '/model', { lane: 'visible', signal });
    expect(await ask()).toBe('[MASK]');
    described = describedAs({ kind: 'masked-lm', maskToken: '<mask>' });
    expect(await ask()).toBe('<mask>');
    described = describedAs({ kind: 'labels', labels: ['a', 'b'] });
    expect(await ask()).toBeNull();
  });
});

const describedAs = (
  kind: { kind: 'masked-lm'; maskToken: string } | { kind: 'labels'; labels: string[] },
): ResponseOf<ModelServerSide, 'describeModel'> => ({
  ...{ folder: '/model', name: 'model', family: 'bert' },
  ...{ parameterCount: 1, vocabularySize: 9, maxLength: 8, ...kind },
});
