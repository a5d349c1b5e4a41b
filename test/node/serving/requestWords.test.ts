import { describe, expect, it, vi } from 'vitest';
import { spellLongWords } from '../../../src/core/predict/longWords.js';
import { RequestWords } from '../../../src/node/serving/requestWords.js';
import { FakeTokenizer } from '../../core/predict/fakeModel.js';

/** A tokenizer that notes what it encodes. */
class NotingTokenizer extends FakeTokenizer {
  readonly texts: string[] = [];

  constructor() {
    super(['gate', '##way', '##s', 'cat', '##al', '##og', '##a', '##b', '##c']);
  }

  override encode(text: string) {
    this.texts.push(text);
    return super.encode(text);
  }
}

const WORDS = ['catalog', 'gateway', 'gateways', 'zebra'];
/** 512 words of the letters a and b. */
const MANY = Array.from(
  { length: 512 },
  (_, i) => `cat${i.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')}`,
);

const start = () =>
  new RequestWords({
    warn: (message) => {
      throw new Error(message);
    },
  });

describe('RequestWords', () => {
  it('spells the new words of a list alone, and none in another order', () => {
    const tokenizer = new NotingTokenizer();
    const words = start();
    const first = words.forRequest(WORDS);
    expect(first.longWords(tokenizer, '')).toEqual(
      spellLongWords(new NotingTokenizer(), WORDS, ''),
    );
    expect(first.isWhole).toBe(true);
    tokenizer.texts.length = 0;
    const turned = words.forRequest(WORDS.toReversed()).longWords(tokenizer, '');
    expect(turned).toEqual(first.longWords(tokenizer, ''));
    expect(tokenizer.texts).toEqual([]);
    const more = [...WORDS, 'cats'].sort();
    const second = words.forRequest(more).longWords(tokenizer, '');
    expect(second).toEqual(spellLongWords(new NotingTokenizer(), more, ''));
    expect(tokenizer.texts.map((text) => text.trim())).toEqual(['cats']);
  });

  it('spells many words behind the answer that first asks for them', async () => {
    const tokenizer = new NotingTokenizer();
    const words = start();
    words.forRequest(WORDS).longWords(tokenizer, '');
    const all = [...WORDS, ...MANY].sort();
    const first = words.forRequest(all);
    expect(first.longWords(tokenizer, '')).toEqual(
      spellLongWords(new NotingTokenizer(), WORDS, ''),
    );
    expect(first.isWhole).toBe(false);
    first.prepare();
    await vi.waitFor(() => {
      const next = words.forRequest(all);
      expect(next.longWords(tokenizer, '')).toEqual(spellLongWords(new NotingTokenizer(), all, ''));
      expect(next.isWhole).toBe(true);
    });
  });

  it('spells words for each context and tokenizer', () => {
    const words = start();
    const [first, second] = [new NotingTokenizer(), new NotingTokenizer()];
    for (const [tokenizer, context] of [
      [first, ''],
      [second, ''],
      [second, 'a '],
    ] as const) {
      tokenizer.texts.length = 0;
      words.forRequest(WORDS).longWords(tokenizer, context);
      expect(tokenizer.texts).toHaveLength(1);
    }
  });
});
