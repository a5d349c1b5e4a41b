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

it('takes marks for parts of the letters before them', () => {
  const text = 'A re\u0301sume\u0301 in Hindi: नमस्ते दुनिया.';
  expect([...candidateWords(text)]).toEqual(['re\u0301sume\u0301', 'Hindi', 'नमस्ते', 'दुनिया']);
  expect(usesOfWord('resume\u0301 resume', 'resume')).toBe(1);
});

it('gives no word of more units than requests may have', () => {
  expect([...candidateWords(`${'𝕤'.repeat(20)} ${'𝕤'.repeat(21)} sea`)]).toEqual([
    '𝕤'.repeat(20),
    'sea',
  ]);
});

it('counts each use in a long text', () => {
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(10_000);
  expect(usesOfWord(text, 'quick')).toBe(10_000);
  expect(usesOfWord(text, 'quickly')).toBe(0);
});
