import { describe, expect, it } from 'vitest';
import { longWordsOf, PIECE_COUNTS, spellLongWords } from '../../../src/core/predict/longWords.js';
import { placeAt } from '../../../src/core/predict/place.js';
import { FakeTokenizer } from './fakeModel.js';

const tokenizer = new FakeTokenizer(['a', 'gate', '##way', '##s', 'cat', '##al', '##og', '##ue']);
const WORDS = ['gateways', 'cat', 'catalog', 'gateway', 'zebra', 'cats', 'catalogue', 'gateway'];

describe('spellLongWords', () => {
  it('keeps the words of two to four pieces, each once, sorted by their pieces', () => {
    const found = spellLongWords(tokenizer, WORDS, '');
    expect(found.map(({ pieces, words }) => [pieces, words])).toEqual([
      [2, ['gateway', 'cats']],
      [3, ['gateways', 'catalog']],
      [4, ['catalogue']],
    ]);
  });

  it('spells words as their place does', () => {
    const place = placeAt(tokenizer, 'The [MASK].', 4);
    for (const { pieces, words, ids } of spellLongWords(tokenizer, WORDS, place.context!)) {
      words.forEach((word, i) => {
        expect(ids.slice(i * pieces, (i + 1) * pieces)).toEqual(place.spell(word));
      });
    }
  });

  it('has an entry for each number of pieces when there are no words', () => {
    const found = spellLongWords(tokenizer, [], '');
    expect(found.map(({ pieces }) => pieces)).toEqual([...PIECE_COUNTS]);
  });

  it('spells long lists in parts without losing words', () => {
    const many = Array.from({ length: 4500 }, (_, i) => `x${i}`);
    const [two] = spellLongWords(tokenizer, [...many, 'gateway'], '');
    expect(two!.words).toEqual(['gateway']);
  });
});

describe('longWordsOf', () => {
  it('spells a list once per context', () => {
    const words = ['gateway'];
    expect(longWordsOf(tokenizer, words, '')).toBe(longWordsOf(tokenizer, words, ''));
    expect(longWordsOf(tokenizer, words, 'a ')).not.toBe(longWordsOf(tokenizer, words, ''));
  });
});
