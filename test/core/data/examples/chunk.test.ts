import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument, contentKey } from '../../../../src/core/data/examples/chunk.js';
import { referenceTokenizer } from '../../../support/referenceTokenizers.js';
import { SAMPLE_PROSE, sampleTokenizer as tokenizer } from '../sampleTokenizer.js';

const chunk = (text: string, maxLength: number) =>
  chunkDocument(tokenizer, { file: 'a.txt', text }, { maxLength });

const words = fc.array(
  fc.constantFrom(
    'sail',
    'circulation',
    'world.',
    'sea!"',
    'the',
    '\n\n',
    '\n',
    'ж',
    '[MASK]',
    'ago,',
  ),
  { maxLength: 200 },
);

/** Number of tokens of each word. */
function lengthsOf(wordIds: Int32Array): number[] {
  const counts = new Map<number, number>();
  for (const word of wordIds) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts.values()];
}

describe('chunkDocument', () => {
  it('fills every sequence but the last where it may cut between any two words', () => {
    const text = SAMPLE_PROSE.repeat(4);
    const cut = (at: 'words' | 'sentences') =>
      chunkDocument(tokenizer, { file: 'a.txt', text }, { maxLength: 40, cut: at });
    const filled = cut('words');
    const longestWord = Math.max(...filled.flatMap(({ wordIds }) => lengthsOf(wordIds)));
    for (const { ids } of filled.slice(0, -1)) expect(ids.length).toBeGreaterThan(38 - longestWord);
    expect(filled.length).toBeLessThan(cut('sentences').length);
    expect(filled.flatMap(({ ids }) => [...ids])).toEqual([...tokenizer.encode(text).ids]);
  });

  it('cuts every token of the text into order, none twice, none over the length', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 40 }), (parts, maxLength) => {
        const text = parts.join(' ');
        const whole = tokenizer.encode(text);
        const examples = chunk(text, maxLength);
        for (const { ids, wordIds, start, end, key } of examples) {
          expect(ids.length).toBeGreaterThan(0);
          expect(ids.length).toBeLessThanOrEqual(maxLength - 2);
          expect(wordIds.length).toBe(ids.length);
          expect(key).toBe(contentKey(text.slice(start, end)));
          // The stretch alone gives the same tokens: offsets are true.
          expect(tokenizer.encode(text.slice(start, end)).ids).toEqual(ids);
        }
        const kept = examples.flatMap(({ ids }) => [...ids]);
        const known = (id: number) => !tokenizer.isSpecial(id);
        expect(kept.filter(known)).toEqual([...whole.ids].filter(known));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it.each(['roberta', 'euroBert', 'xlmRoberta', 'mmBert'] as const)(
    'leaves room for the special tokens of %s and loses none of its own',
    (model) => {
      const other = referenceTokenizer(model);
      const examples = chunkDocument(
        other,
        { file: 'a.txt', text: SAMPLE_PROSE },
        { maxLength: 24 },
      );
      const { ids, wordIds } = other.encode(SAMPLE_PROSE);
      expect(examples.flatMap((example) => [...example.ids])).toEqual([...ids]);
      expect(examples.length).toBeGreaterThan(3);
      let at = 0;
      for (const example of examples) {
        expect(other.frame(example.ids).ids.length).toBeLessThanOrEqual(24);
        at += example.ids.length;
        if (at < ids.length) expect(wordIds[at]).not.toBe(wordIds[at - 1]);
      }
    },
  );

  it('never parts the pieces of a word', () => {
    const text = 'circulation regulating '.repeat(60);
    for (const { ids } of chunk(text, 20)) expect(tokenizer.isContinuation(ids[0]!)).toBe(false);
  });

  it('ends at a paragraph where there is one in the last quarter, else at a sentence', () => {
    const one = `${'the '.repeat(17)}the.`;
    const ends = (text: string) => chunk(text, 24).map(({ start, end }) => text.slice(start, end));
    expect(ends(`${one}\n\nthe. the the the the`)[0]).toBe(one);
    expect(ends(`${one} the the the the the`)[0]).toBe(one);
  });

  it('gives the same key to the same words however they are wrapped', () => {
    expect(contentKey('the  sea\nthe world')).toBe(contentKey(' the sea the world\n'));
    expect(contentKey('the sea')).not.toBe(contentKey('the see'));
    expect(contentKey('')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has nothing to say about empty text or text of unknown characters', () => {
    expect(chunk('', 16)).toEqual([]);
    expect(chunk(' \n\n ', 16)).toEqual([]);
    expect(chunk('ж ж ж', 16)).toEqual([]);
    expect(chunk(SAMPLE_PROSE, 128).length).toBeGreaterThan(0);
  });

  it('does not depend on other documents', () => {
    const alone = chunk(SAMPLE_PROSE, 32);
    chunk('the world '.repeat(300), 32);
    expect(chunk(SAMPLE_PROSE, 32)).toEqual(alone);
  });
});
