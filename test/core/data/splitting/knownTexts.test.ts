import { describe, expect, it } from 'vitest';
import { KnownTexts } from '../../../../src/core/data/splitting/knownTexts.js';
import { recordKey } from '../../../../src/core/data/scanLabels.js';

const WORDS = Array.from({ length: 60 }, (_, i) => `word${i}`);
const keyed = (text: string, pair: string | null = null) => ({
  key: recordKey(text, pair),
  text,
  pair,
});

function known(...texts: ReturnType<typeof keyed>[]): KnownTexts {
  const found = new KnownTexts();
  for (const text of texts) found.add(text);
  return found;
}

describe('known texts', () => {
  const text = WORDS.join(' ');
  const changed = [...WORDS.slice(0, -1), 'another'].join(' ');

  it('tells the same content from a near-duplicate and from other texts', () => {
    const texts = known(keyed(text), keyed('something short'));
    expect(texts.overlapOf(keyed(`  ${text.replace(' ', '\n')} `))).toBe('exact');
    expect(texts.overlapOf(keyed(changed))).toBe('near');
    expect(texts.overlapOf(keyed(WORDS.toReversed().join(' ')))).toBeNull();
  });

  it('does not add the texts that are looked up', () => {
    const texts = known(keyed(WORDS.toReversed().join(' ')));
    expect([texts.overlapOf(keyed(text)), texts.overlapOf(keyed(changed))]).toEqual([null, null]);
    expect(texts.overlapOf(keyed(text))).toBeNull();
  });

  it('compares both texts of a pair', () => {
    const texts = known(keyed(text, 'first'));
    expect(texts.overlapOf(keyed(text, 'first'))).toBe('exact');
    expect(texts.overlapOf(keyed(text, 'second'))).toBe('near');
    expect(texts.overlapOf(keyed(text, WORDS.toReversed().join(' ')))).toBeNull();
  });
});
