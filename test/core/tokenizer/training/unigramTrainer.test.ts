import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import { parseTokenizer } from '../../../../src/core/tokenizer/definition/parseTokenizer.js';
import { PieceLattice } from '../../../../src/core/tokenizer/training/pieceLattice.js';
import { seedPieces } from '../../../../src/core/tokenizer/training/seedPieces.js';
import { finished } from '../../../../src/core/tokenizer/training/training.js';
import { unigramTraining } from '../../../../src/core/tokenizer/training/unigramTrainer.js';

const PIECES = ['a', 'b', 'ab', 'ba', 'aba', 'bb'];
const SCORES = [-1.5, -2, -1.8, -2.5, -3, -2.2];

/** Every way to part a word, with its log-probability. */
function partings(word: string): { pieces: number[]; score: number }[] {
  if (word === '') return [{ pieces: [], score: 0 }];
  return PIECES.flatMap((piece, i) =>
    word.startsWith(piece)
      ? partings(word.slice(piece.length)).map(({ pieces, score }) => ({
          pieces: [i, ...pieces],
          score: score + SCORES[i]!,
        }))
      : [],
  );
}

const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 8 });

describe('PieceLattice', () => {
  const lattice = new PieceLattice(PIECES, Float64Array.from(SCORES));

  it('sums over all ways to part a word', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 9 }), (text, count) => {
        const all = partings(text);
        const total = Math.log(all.reduce((sum, { score }) => sum + Math.exp(score), 0));
        const expected = new Float64Array(PIECES.length);
        expect(lattice.addExpected(text, count, expected)).toBeCloseTo(total, 9);
        PIECES.forEach((_, i) => {
          const mean = all.reduce((sum, { pieces, score }) => {
            const times = pieces.filter((piece) => piece === i).length;
            return sum + times * Math.exp(score - total);
          }, 0);
          expect(expected[i]).toBeCloseTo(count * mean, 9);
        });
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('finds the best of them, with and without the word as a whole', () => {
    fc.assert(
      fc.property(word, (text) => {
        const all = partings(text);
        const best = (ways: readonly { score: number }[]): number =>
          ways.reduce((most, { score }) => Math.max(most, score), -Infinity);
        expect(lattice.best(text)!.score).toBeCloseTo(best(all), 9);
        const others = all.filter(({ pieces }) => pieces.length > 1);
        const without = lattice.best(text, { without: true });
        if (others.length === 0) expect(without).toBeNull();
        else expect(without!.score).toBeCloseTo(best(others), 9);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe('seedPieces', () => {
  it('has all characters, and substrings that are more than parts of longer ones', () => {
    const words = new Map([
      ['whale', 3],
      ['whaling', 2],
      ['sailing', 1],
      ['once', 1],
    ]);
    const { pieces, weights } = seedPieces(words, { maxLength: 16, limit: 100, minFrequency: 2 });
    const weightOf = (piece: string): number | undefined => weights[pieces.indexOf(piece)];
    for (const character of 'whalesigonc') expect(pieces).toContain(character);
    expect(weightOf('whal')).toBe(4 * 5);
    expect(weightOf('whale')).toBe(5 * 3);
    expect(weightOf('ling')).toBe(4 * 3);
    // Always followed by the same letter, rare, or in one word only.
    for (const piece of ['wha', 'lin', 'once', 'sailing', 'hale']) {
      expect(pieces).not.toContain(piece);
    }
  });

  it('keeps to the longest piece and the most pieces', () => {
    const words = new Map([['abcdefgh', 5]]);
    const short = seedPieces(words, { maxLength: 4, limit: 100, minFrequency: 2 }).pieces;
    expect(short.every((piece) => piece.length <= 4)).toBe(true);
    const few = seedPieces(new Map([['aaaa', 5]]), { maxLength: 16, limit: 1, minFrequency: 2 });
    expect(few.pieces).toEqual(['a', 'aa']);
  });
});

describe('unigramTraining', () => {
  const counts = (words: Record<string, number>) => ({
    words: new Map(Object.entries(words)),
    total: 0,
    dropped: 0,
    dropThreshold: 0,
  });
  const options = { vocabularySize: 40, minFrequency: 2, lowercase: false };

  it('learns frequent words and spells the rest in parts, every time in the same way', () => {
    const words = counts({ '▁whale': 50, '▁whaling': 20, '▁sailing': 20, '▁sail': 30, '▁xyz': 1 });
    const json = finished(unigramTraining(words, options));
    expect(finished(unigramTraining(words, options))).toEqual(json);
    const tokenizer = parseTokenizer(json);
    const tokens = (text: string): string[] =>
      [...tokenizer.encode(text).ids].map((id) => tokenizer.idToToken(id));
    expect(tokens('whale sail')).toEqual(['▁whale', '▁sail']);
    expect(tokens('zyx')).toEqual(['▁', 'z', 'y', 'x']);
    expect(tokenizer.vocabularySize).toBeLessThanOrEqual(40);
    const { vocab } = (json as { model: { vocab: [string, number][] } }).model;
    const scores = vocab.slice(5).map(([, score]) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    const mass = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    expect(mass).toBeGreaterThan(0.8);
    expect(mass).toBeLessThan(1.01);
  });

  it('knows no more characters than it is to, and parts words at the others', () => {
    const words = counts({ '▁ab': 9, '▁abΩab': 5 });
    const json = finished(unigramTraining(words, { ...options, alphabetSize: 3 }));
    const tokenizer = parseTokenizer(json);
    expect([...tokenizer.encode('Ω').ids]).toContain(tokenizer.special.unknown);
    expect([...tokenizer.encode('ab').ids]).toHaveLength(1);
  });

  it('refuses a size that characters alone fill', () => {
    const words = counts({ '▁abcdefghijklmnopqrst': 3, '▁bc': 2 });
    expect(() =>
      finished(unigramTraining(words, { ...options, vocabularySize: 12, alphabetSize: 30 })),
    ).toThrow(AppError);
  });
});
