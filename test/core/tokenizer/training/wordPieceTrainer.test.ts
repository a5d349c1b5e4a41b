import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTokenizer } from '../../../../src/core/tokenizer/definition/parseTokenizer.js';
import { trainWordPiece } from '../../../../src/core/tokenizer/training/wordPieceTrainer.js';

const vocabularyOf = (json: object) =>
  (json as { model: { vocab: Record<string, number> } }).model.vocab;
/** JSON objects list digits first, whatever their ids. */
const inIdOrder = (vocabulary: Record<string, number>) =>
  Object.keys(vocabulary).sort((a, b) => vocabulary[a]! - vocabulary[b]!);
const options = { vocabularySize: 400, minFrequency: 2, lowercase: true };

/** The textbook algorithm, which recounts everything before each merge. */
function slowMerges(text: string, merges: number): string[] {
  const words = new Map<string, number>();
  for (const word of text.split(' ')) words.set(word, (words.get(word) ?? 0) + 1);
  const spelled = [...words].map(([word, count]) => ({
    count,
    symbols: Array.from(word).map((letter, i) => (i === 0 ? letter : `##${letter}`)),
  }));
  const found: string[] = [];
  while (found.length < merges) {
    const pairs = new Map<string, number>();
    for (const { symbols, count } of spelled) {
      symbols.slice(1).forEach((right, i) => {
        const pair = `${symbols[i]!} ${right}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      });
    }
    const ranked = [...pairs].sort(([, a], [, b]) => b - a);
    if (ranked.length < 2 || ranked[0]![1] === ranked[1]![1]) break; // Ties have other rules.
    const [left, right] = ranked[0]![0].split(' ') as [string, string];
    const merged = left + right.slice(2);
    found.push(merged);
    for (const word of spelled) {
      for (let i = 0; i + 1 < word.symbols.length; i++) {
        if (word.symbols[i] === left && word.symbols[i + 1] === right) {
          word.symbols.splice(i, 2, merged);
        }
      }
    }
  }
  return found;
}

describe('trainWordPiece', () => {
  it('puts special tokens first, then characters, then merges', () => {
    const vocabulary = vocabularyOf(trainWordPiece(['low lower lowest low low'], options));
    const tokens = inIdOrder(vocabulary);
    expect(tokens.slice(0, 5)).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
    expect(tokens.map((token) => vocabulary[token])).toEqual([...tokens.keys()]);
    expect(tokens).toContain('low');
    expect(tokens.indexOf('low')).toBeGreaterThan(tokens.indexOf('##z'));
    expect(tokens).not.toContain('L');
  });

  it('merges as the textbook algorithm does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 7 }), {
          minLength: 5,
          maxLength: 60,
        }),
        (words) => {
          const expected = slowMerges(words.join(' '), 20);
          const tokens = inIdOrder(
            vocabularyOf(trainWordPiece([words.join(' ')], { ...options, minFrequency: 1 })),
          );
          const merges = tokens.filter(
            (token) => token.replace('##', '').length > 1 && !token.startsWith('['),
          );
          // A token may come about in two ways: it is listed once.
          expect(merges.slice(0, new Set(expected).size)).toEqual([...new Set(expected)]);
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('is deterministic, bounded in size and sees words across texts', () => {
    const texts = ['alpha beta gamma', 'alphabet beta', 'gamma alpha'];
    const once = trainWordPiece(texts, options);
    expect(trainWordPiece(texts, options)).toEqual(once);
    expect(Object.keys(vocabularyOf(once)).length).toBeLessThanOrEqual(400);
    expect(vocabularyOf(once)).toHaveProperty('alpha');
    expect(vocabularyOf(once)).not.toHaveProperty('alphabet');
  });

  it('spells any ASCII word, and leaves out the rarest characters beyond the limit', () => {
    const json = trainWordPiece(['привет привет', 'ж'], { ...options, alphabetSize: 110 });
    const tokenizer = parseTokenizer(json);
    for (const text of ['Quartz-Glyph_42!', 'x += {y: [1]};', '~`|\\^']) {
      expect([...tokenizer.encode(text).ids]).not.toContain(tokenizer.special.unknown);
    }
    const few = parseTokenizer(
      trainWordPiece(['привет привет', 'ж'], { ...options, alphabetSize: 1 }),
    );
    expect([...few.encode('привет').ids]).toEqual([few.special.unknown]);
    expect([...tokenizer.encode('привет').ids]).not.toContain(tokenizer.special.unknown);
  });

  it('keeps case when asked to', () => {
    const vocabulary = vocabularyOf(trainWordPiece(['Ab Ab Ab'], { ...options, lowercase: false }));
    expect(vocabulary).toHaveProperty('Ab');
    expect(vocabulary).not.toHaveProperty('ab');
  });
});
