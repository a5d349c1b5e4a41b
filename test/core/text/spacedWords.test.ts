import { expect, it } from 'vitest';
import { joinedWords } from '../../../src/core/text/spacedWords.js';

it('words are joined without spaces in scripts that have none between words', () => {
  expect(joinedWords(['we', 'saw', 'it'])).toBe('we saw it');
  expect(joinedWords(['我们', '今天', '去'])).toBe('我们今天去');
  expect(joinedWords(['用', 'BERT', '预测', '词'])).toBe('用 BERT 预测词');
  expect(joinedWords([])).toBe('');
});
