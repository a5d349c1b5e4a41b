import { describe, expect, it } from 'vitest';
import { generateVariations } from '../../../src/core/predict/variations.js';
import { FakeModel, FakeTokenizer, softmax, type LogitRule } from './fakeModel.js';

const WORDS = ['the', 'red', 'blue', 'ship', 'sky', 'sank', 'fell', 'and', 'rare'];
const tokenizer = new FakeTokenizer([...WORDS, 'ra', '##re']);
const id = (word: string): number => tokenizer.tokenToId(word)!;

/** "red" goes with "ship", "blue" with "sky"; other words are improbable everywhere. */
const rule: LogitRule = (ids, position, token) => {
  const pairs: readonly (readonly [string, string])[] = [
    ['red', 'ship'],
    ['blue', 'sky'],
  ];
  for (const [color, thing] of pairs) {
    if (token === id(color)) return ids[position + 1] === id(thing) ? 8 : 4;
    if (token === id(thing)) return ids[position - 1] === id(color) ? 8 : 4;
  }
  return -4;
};

const TEXT = 'the red ship sank';
const words = [
  { start: 4, end: 7 },
  { start: 8, end: 12 },
];
const options = { text: TEXT, words, count: 4, temperature: 1, topP: 0.95, sweeps: 4, seed: 1 };

describe('generateVariations', () => {
  it('replaces words by others that fit each other', async () => {
    const { found } = await generateVariations(new FakeModel(tokenizer, rule), options);
    expect(found.map((each) => each.words.join(' '))).toContain('blue sky');
    // The text itself is left out.
    expect(found.map((each) => each.words.join(' '))).not.toContain('red ship');
  });

  it('writes the pronoun of uncased models with a capital letter in English', async () => {
    const wordsOf = new FakeTokenizer(['the', 'ship', 'that', 'we', 'i', 'saw']);
    const likesI: LogitRule = (_, __, token) => (wordsOf.vocabulary[token] === 'i' ? 8 : -4);
    const { found } = await generateVariations(new FakeModel(wordsOf, likesI), {
      ...options,
      ...{ text: 'the ship that we saw', words: [{ start: 14, end: 16 }] },
    });
    expect(found[0]!.words).toEqual(['I']);
  });

  it('computes fluency as the mean log-probability of each word given all others', async () => {
    const { found, original } = await generateVariations(new FakeModel(tokenizer, rule), options);
    const ids = (text: string) => [2, ...tokenizer.encode(text).ids, 3];
    const fluency = (text: string): number => {
      const whole = ids(text);
      const scores = [2, 3].map((position) => {
        const masked = whole.map((token, i) => (i === position ? 4 : token));
        const logits = Array.from({ length: tokenizer.vocabularySize }, (_, token) =>
          rule(masked, position, token),
        );
        return Math.log(softmax(logits)[whole[position]!]!);
      });
      return (scores[0]! + scores[1]!) / 2;
    };
    expect(original).toBeCloseTo(fluency(TEXT), 5);
    for (const { words: each, fluency: told } of found) {
      expect(told).toBeCloseTo(fluency(`the ${each.join(' ')} sank`), 5);
      expect(told).toBeGreaterThanOrEqual(original - 1);
    }
    const told = found.map((each) => each.fluency);
    expect(told).toEqual([...told].sort((a, b) => b - a));
  });

  it('gives the same for the same seed, and different variations', async () => {
    const model = new FakeModel(tokenizer, (_ids, _position, token) => (token < 5 ? -9 : 0));
    const again = () => generateVariations(model, { ...options, count: 6 });
    const first = await again();
    expect(await again()).toEqual(first);
    const texts = first.found.map((each) => each.words.join(' '));
    expect(texts).toHaveLength(6);
    expect(new Set(texts).size).toBe(6);
  });

  it('draws no word that is never suggested', async () => {
    const model = new FakeModel(tokenizer, rule);
    const { found } = await generateVariations(model, { ...options, neverSuggest: ['sky'] });
    expect(found.flatMap((each) => each.words)).not.toContain('sky');
  });

  it('leaves out what is less fluent than the text', async () => {
    // The words of the text are by far the best; what a high temperature draws beside them is not.
    const sure: LogitRule = (_ids, position, token) =>
      token === id(position === 2 ? 'red' : 'ship') ? 5 : token < 5 ? -9 : 0;
    const model = new FakeModel(tokenizer, sure);
    const { found } = await generateVariations(model, { ...options, temperature: 5, topP: 1 });
    expect(found).toEqual([]);
  });

  it('draws each sentence alone, keeps capitals, and replaces words of several pieces', async () => {
    const text = 'Red ship sank. the rare sky fell.';
    const chosen = [
      { start: 0, end: 3 },
      { start: 19, end: 23 },
    ];
    const pieces = new FakeTokenizer([
      'the',
      'red',
      'blue',
      'ship',
      'sky',
      'sank',
      'fell',
      'ra',
      '##re',
    ]);
    const model = new FakeModel(pieces, (_ids, _position, token) =>
      token === pieces.tokenToId('blue') || token === pieces.tokenToId('red') ? 3 : -3,
    );
    const { found } = await generateVariations(model, { ...options, text, words: chosen });
    expect(found.length).toBeGreaterThan(0);
    for (const { words: each } of found) {
      expect(each).toHaveLength(2);
      expect(each[0]).toMatch(/^[A-Z]/);
    }
    expect(found.map((each) => each.words[0])).toContain('Blue');
  });

  it('stops when it is canceled', async () => {
    const model = new FakeModel(tokenizer, rule);
    await expect(
      generateVariations(model, { ...options, signal: { aborted: true } }),
    ).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});
