import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { isUncased } from '../../../src/core/predict/isUncased.js';
import { unreadIn } from '../../../src/core/predict/unreadText.js';
import type { Tokenizer } from '../../../src/core/tokenizer/tokenizer.js';
import { loadTokenizer } from '../../../src/node/tokenizers/loadTokenizer.js';

const english = await loadTokenizer(
  path.join(import.meta.dirname, '../../..', BUNDLED_MODEL_FOLDER),
);

/** A vocabulary of words, each of which is one token; other words are unknown. */
function vocabulary(words: readonly string[]): Tokenizer {
  const tokens = ['[UNK]', '[MASK]', ...words];
  return {
    vocabularySize: tokens.length,
    special: { mask: 1 },
    isSpecial: (id: number) => id < 2,
    readable: (id: number) => tokens[id] ?? '',
  } as unknown as Tokenizer;
}
const words = (count: number, of: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => of(i));
const letters = (from: number, count: number) => (i: number) =>
  String.fromCodePoint(from + (i % count), from + (Math.floor(i / count) % count));
const latin = words(20_000, (i) => `word${letters(0x61, 26)(i)}`);

const unreadOf = (tokenizer: Tokenizer, text: string, ids: Int32Array) =>
  unreadIn({ tokenizer }, { text, ids, paragraph: text });

const scriptIn = async (tokenizer: Tokenizer, text: string) =>
  (await unreadOf(tokenizer, text, Int32Array.of(2, 3)))?.script ?? null;

describe('text that a model never read', () => {
  it.each([
    ['鲸', 'Han'],
    ['天气', 'Han'],
    ['шторм', 'Cyrillic'],
    ['λόγος', 'Greek'],
    ['בית', 'Hebrew'],
    ['さくら', 'Hiragana'],
    ['ทะเล', 'Thai'],
  ])('is %s for the bundled English model', async (word, script) => {
    expect(await unreadOf(english, word, english.encode(word).ids)).toEqual({
      script,
      language: null,
    });
  });

  it.each(['storm', 'naïve', 'Straße', '1984', 'iPhone15'])(
    'is not %s for the bundled English model',
    async (word) => {
      expect(await unreadOf(english, word, english.encode(word).ids)).toBeNull();
    },
  );

  it('is text in bytes, whatever its script', async () => {
    const runes = 'ᚠᚢᚦᚨᚱᚲ ᚷᚹᚺᚾᛁ';
    expect(await unreadOf(english, runes, english.encode(runes).ids)).toEqual({
      script: null,
      language: null,
    });
  });

  it('is not English with an emoji or a name in it', async () => {
    const text = 'the captain 🐋 of the ship met Ахав';
    expect(await unreadOf(english, 'captain', english.encode(text).ids)).toBeNull();
  });

  it('is decided by words in the vocabulary, not by its single letters', async () => {
    const cyrillic = words(60, (i) => String.fromCodePoint(0x430 + (i % 32)));
    expect(await scriptIn(vocabulary([...latin, ...cyrillic]), 'шторм')).toBe('Cyrillic');
    const russian = words(900, letters(0x430, 32));
    expect(await scriptIn(vocabulary([...latin, ...russian]), 'шторм')).toBeNull();
  });

  it('needs thousands of Chinese characters in a large vocabulary to count as read', async () => {
    const han = (count: number) => words(count, (i) => String.fromCodePoint(0x4e00 + i));
    expect(await scriptIn(vocabulary([...latin, ...han(700)]), '鲸')).toBe('Han');
    expect(await scriptIn(vocabulary([...latin, ...han(7000)]), '鲸')).toBeNull();
    const chinese = words(3000, (i) => String.fromCodePoint(0x4e00 + i));
    expect(await scriptIn(vocabulary(chinese), '鲸')).toBeNull();
  });

  it('is not decided for a vocabulary of letters or bytes', async () => {
    const protein = vocabulary(Array.from('ACDEFGHIKLMNPQRSTVWY'));
    expect(await unreadOf(protein, 'шторм', Int32Array.of(0, 0))).toBeNull();
    const syllables = words(2500, (i) => String.fromCodePoint(0x3041 + (i % 80)));
    expect(await scriptIn(vocabulary(syllables), 'さくら')).toBeNull();
  });
});

it('the bundled model is uncased', () => {
  expect(isUncased(english)).toBe(true);
});
