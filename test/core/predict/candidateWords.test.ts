import { expect, it } from 'vitest';
import { candidateWords, usesOfWord } from '../../../src/core/predict/candidateWords.js';

const TEXT =
  'The cat sat. Concat cats cat_x cat9 (cat), cat’s "cat"\r\ncat 𝒜cat cat𝒜 9cat écat caté chat cat';

it.each(['cat', 'cats', 'chat', 'écat', 'Concat', 'dog'])(
  'counts the uses of %s as a list of all words would',
  (word) => {
    const all = [...candidateWords(TEXT)].filter((other) => other === word);
    expect(usesOfWord(TEXT, word)).toBe(all.length);
  },
);

it('counts each use in a long text', () => {
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(10_000);
  expect(usesOfWord(text, 'quick')).toBe(10_000);
  expect(usesOfWord(text, 'quickly')).toBe(0);
});
