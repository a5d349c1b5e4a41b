import { describe, expect, it } from 'vitest';
import {
  logSumExp,
  normalizerAndEntropy,
  topTokens,
} from '../../../src/core/predict/probabilities.js';
import { windowAround } from '../../../src/core/predict/window.js';
import { wordAt, wordsIn } from '../../../src/core/text/words.js';

describe('words', () => {
  it('finds words in several scripts, not spaces and punctuation', () => {
    const text = "Don't panic: 我喜欢猫。";
    const words = wordsIn(text).map(({ start, end }) => text.slice(start, end));
    expect(words.slice(0, 2)).toEqual(["Don't", 'panic']);
    expect(words.slice(2).join('')).toBe('我喜欢猫');
    expect(words.length).toBeGreaterThan(3);
  });

  it('finds the word at an offset, its end included', () => {
    const text = 'one  two';
    expect(wordAt(text, 1)).toEqual({ start: 0, end: 3 });
    expect(wordAt(text, 3)).toEqual({ start: 0, end: 3 });
    expect(wordAt(text, 4)).toBeNull();
    expect(wordAt(text, 8)).toEqual({ start: 5, end: 8 });
  });

  it('finds a word deep inside a very long line', () => {
    const text = 'word '.repeat(100_000);
    expect(wordAt(text, 250_001)).toEqual({ start: 250_000, end: 250_004 });
  });

  it('finds a long word whole, wherever it is touched, and none in a run without an end', () => {
    const word = 'Pneumono'.repeat(100);
    const text = `the ${word} and`;
    for (const at of [4, 300, 700, 804]) expect(wordAt(text, at)).toEqual({ start: 4, end: 804 });
    expect(wordAt('x'.repeat(20_000), 10_000)).toBeNull();
  });
});

describe('windowAround', () => {
  it('keeps everything that fits', () => {
    expect(windowAround(10, { start: 9, end: 10 }, 10)).toEqual({ start: 0, end: 10 });
  });

  it('centres, and moves inwards at both ends', () => {
    expect(windowAround(100, { start: 50, end: 51 }, 11)).toEqual({ start: 45, end: 56 });
    expect(windowAround(100, { start: 1, end: 2 }, 11)).toEqual({ start: 0, end: 11 });
    expect(windowAround(100, { start: 99, end: 100 }, 11)).toEqual({ start: 89, end: 100 });
  });
});

describe('probabilities', () => {
  it('does not overflow', () => {
    expect(logSumExp(Float32Array.of(1000, 1000))).toBeCloseTo(1000 + Math.LN2, 10);
    expect(logSumExp(Float32Array.of(-1000, -1000))).toBeCloseTo(-1000 + Math.LN2, 10);
  });

  it('agrees with slow exponentials in double precision', () => {
    const logits = Float32Array.from({ length: 2000 }, (_, i) => 20 * Math.sin(i * i) - i / 100);
    const max = Math.max(...logits);
    const shares = Array.from(logits, (logit) => Math.exp(logit - max));
    const sum = shares.reduce((total, share) => total + share, 0);
    const entropy = shares.reduce(
      (total, share) => total - (share / sum) * Math.log(share / sum),
      0,
    );
    const found = normalizerAndEntropy(logits);
    expect(found.normalizer).toBeCloseTo(max + Math.log(sum), 9);
    expect(found.entropy).toBeCloseTo(entropy, 8);
    expect(logSumExp(logits)).toBeCloseTo(max + Math.log(sum), 9);
  });

  it('takes logits of minus infinity as impossible', () => {
    const { normalizer, entropy } = normalizerAndEntropy(Float32Array.of(0, 0, -Infinity));
    expect(normalizer).toBeCloseTo(Math.LN2, 10);
    expect(entropy).toBeCloseTo(Math.LN2, 10);
  });

  it('keeps the lower id first among equals', () => {
    const top = topTokens(Float32Array.of(1, 2, 2, 2), { topK: 2, allowed: (id) => id !== 1 });
    expect(top.map(({ id }) => id)).toEqual([2, 3]);
    expect(top[0]?.probability).toBeCloseTo(Math.exp(2) / (Math.exp(1) + 3 * Math.exp(2)), 10);
  });
});
