import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLearningRate,
  formatLoss,
  formatPerplexity,
  formatProbability,
  formatShare,
  groupThousands,
  joinSentences,
  shortenMiddle,
} from '../../src/core/format.js';

describe('numbers for a person', () => {
  it.each([
    [0, '0 s'],
    [0.3, '<1 s'],
    [0.5, '1 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [80, '1 min 20 s'],
    [599, '9 min 59 s'],
    [601, '10 min'],
    [3599, '1 h'],
    [7500, '2 h 5 min'],
    [90_000, '1 d 1 h'],
    [null, '–'],
  ])('writes %s seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [3.14159, '3.14'],
    [47.94, '47.9'],
    [12_345.6, '12,346'],
    [3.2e9, '3.2e9'],
    [Infinity, '∞'],
    [undefined, '–'],
    [NaN, '–'],
  ])('writes a perplexity of %s as %s', (value, text) => {
    expect(formatPerplexity(value)).toBe(text);
  });

  it.each([
    [0, '0%'],
    [0.0004, '<0.1%'],
    [0.1234, '12.3%'],
    [0.99951, '>99.9%'],
    [1, '100%'],
  ])('never rounds a share of %s to none or all: %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it.each([
    [0, '0%'],
    [0.0000001, '<0.001%'],
    [0.000123, '0.012%'],
    [0.00996, '1.0%'],
    [0.42, '42.0%'],
  ])('keeps two digits of a probability of %s: %s', (probability, text) => {
    expect(formatProbability(probability)).toBe(text);
  });

  it('writes losses, rates, sizes and counts', () => {
    expect(formatLoss(2.30258)).toBe('2.303');
    expect(formatLearningRate(0.0005)).toBe('5.0e-4');
    expect(formatLearningRate(0)).toBe('0');
    expect(groupThousands(1234567.8)).toBe('1,234,568');
    expect(formatBytes(999)).toBe('999 bytes');
    expect(formatBytes(1_234_567)).toBe('1.2 MB');
    expect(formatBytes(999_999)).toBe('1.0 MB');
    expect(formatBytes(123_400)).toBe('123 kB');
    expect(formatCount(1, 'file')).toBe('1 file');
    expect(formatCount(2000, 'file')).toBe('2,000 files');
  });
});

describe('joinSentences', () => {
  it('ends the first sentence where it has no end', () => {
    expect(joinSentences('a/config.json: the file is missing', 'Copy it.')).toBe(
      'a/config.json: the file is missing. Copy it.',
    );
    expect(joinSentences('The disk is full.', 'Free some space.')).toBe(
      'The disk is full. Free some space.',
    );
    expect(joinSentences('Cancelled', '')).toBe('Cancelled');
  });

  it('joins any number of sentences, but for empty ones', () => {
    expect(joinSentences('One.', '', 'Two', 'Three.')).toBe('One. Two. Three.');
    expect(joinSentences('一。', '二。', '三。')).toBe('一。二。三。');
    expect(joinSentences()).toBe('');
  });

  it('adds neither a period nor a space after full-width punctuation', () => {
    expect(joinSentences('磁盘已满。', '请释放空间。')).toBe('磁盘已满。请释放空间。');
    expect(joinSentences('是否指“rate”？', '请更改。')).toBe('是否指“rate”？请更改。');
  });
});

describe('shortenMiddle', () => {
  it('keeps both ends of a text, in whole characters', () => {
    expect(shortenMiddle('notes-mlm', 9)).toBe('notes-mlm');
    expect(shortenMiddle('notes-mlm · step 240', 11)).toBe('notes…p 240');
    expect(shortenMiddle('😀😀😀😀😀😀', 5)).toBe('😀😀…😀😀');
  });
});
