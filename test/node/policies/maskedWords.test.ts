import { describe, expect, it } from 'vitest';
import { maskedWords } from '../../../src/node/policies/maskedWords.js';
import { FakeTokenizer } from '../../core/predict/fakeModel.js';

const TEXT = 'the captain saw 17 ships near the harbor';
const tokenizer = new FakeTokenizer([
  'the',
  'cap',
  '##tain',
  'saw',
  '17',
  'ships',
  'near',
  'harbor',
]);

const chosen = async (policy: object, seed = 1): Promise<string[]> => {
  const source = {
    text: JSON.stringify({ version: 1, ...policy }),
    file: '/a/b.mask.json',
    workspaceFolder: '/a',
  };
  const words = await maskedWords(TEXT, { policy: source, tokenizer, seed });
  return words.map(({ start, end }) => TEXT.slice(start, end));
};

describe('maskedWords', () => {
  it('are the whole words that a policy masks, without numbers', async () => {
    expect(await chosen({ rate: 0.99, unit: 'token' })).toEqual([
      ...['the', 'captain', 'saw', 'ships', 'near', 'the', 'harbor'],
    ]);
    const listed = { rate: 0, rules: [{ name: 'a', words: ['captain', 'harbor'] }] };
    expect(await chosen(listed)).toEqual(['captain', 'harbor']);
  });

  it('depend on the seed', async () => {
    const policy = { rate: 0.3, unit: 'word' };
    const draws = await Promise.all([1, 2, 3, 4].map((seed) => chosen(policy, seed)));
    expect(await chosen(policy, 1)).toEqual(draws[0]);
    expect(new Set(draws.map((words) => words.join(' '))).size).toBeGreaterThan(1);
    for (const words of draws) expect(words.length).toBeGreaterThan(0);
  });

  it('fail for a policy that cannot be read', async () => {
    await expect(chosen({ rate: 7 })).rejects.toMatchObject({ data: { code: 'Data' } });
  });
});
