import { describe, expect, it } from 'vitest';
import {
  excessAt,
  excessOf,
  excessScaleOf,
  SCALE_PERCENTILES,
} from '../../../src/core/predict/excessScale.js';
import { pseudoPerplexity } from '../../../src/core/predict/pseudoPerplexity.js';
import { scoreWords } from '../../../src/core/predict/scoreWords.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { FakeModel, FakeTokenizer, mixedRule } from './fakeModel.js';

/** Draws from an exponential distribution, evenly spread. */
const exponential = (count: number, scale: number): number[] =>
  Array.from({ length: count }, (_, i) => -scale * Math.log(1 - (i + 0.5) / count));

describe('a scale of excess surprisal', () => {
  it('has the percentiles of a known distribution, also beyond its last quantile', () => {
    const scale = excessScaleOf(exponential(4000, 3))!;
    expect(scale.words).toBe(4000);
    for (const percentile of [...SCALE_PERCENTILES, 55, 91, 96.5, 98.7, 99.5, 99.9]) {
      const expected = -3 * Math.log(1 - percentile / 100);
      expect(Math.abs(excessAt(scale, percentile) - expected)).toBeLessThan(0.15);
    }
    expect(excessAt(scale, 99)).toBe(scale.quantiles.at(-1));
  });

  it('rises with the percentile', () => {
    const scale = excessScaleOf(exponential(500, 3))!;
    const excesses = Array.from({ length: 4990 }, (_, i) => excessAt(scale, 50 + i / 100));
    expect(excesses).toEqual(excesses.toSorted((a, b) => a - b));
  });

  it('is not made of few words, and can be of equal ones', () => {
    expect(excessScaleOf(exponential(299, 3))).toBeNull();
    const flat = excessScaleOf(Array<number>(300).fill(2))!;
    expect(excessAt(flat, 99.9)).toBe(2);
  });
});

/**
 * Surprisal and entropy in bits of a word, one slow pass per token, by the definitions; the
 * model frames its rows and computes logits in float32.
 */
function slowly(rule: typeof mixedRule, ids: number[], word: { start: number; end: number }) {
  const size = tokenizer.vocabularySize;
  let [surprisal, entropy] = [0, 0];
  for (let piece = word.start; piece < word.end; piece++) {
    const masked = ids.map((id, at) =>
      at >= piece && at < word.end ? tokenizer.special.mask : id,
    );
    const logits = Array.from({ length: size }, (_, id) =>
      Math.fround(rule([2, ...masked, 3], piece + 1, id)),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const probabilities = logits.map((logit) => Math.exp(logit) / total);
    surprisal -= Math.log2(probabilities[ids[piece]!]!);
    entropy -= probabilities.reduce((sum, p) => sum + p * Math.log2(p), 0);
  }
  return { surprisal, entropy };
}

const tokenizer = new FakeTokenizer(['the', 'cat', 'sat', 'un', '##happy', '##ly', 'dog']);

describe('excess surprisal and pseudo-perplexity', () => {
  it('agree with a slow computation by their definitions', async () => {
    const text = 'the unhappyly cat sat zebra dog';
    const scored = await scoreWords(new FakeModel(tokenizer, mixedRule), {
      text,
      words: wordsIn(text),
    });
    const encoding = tokenizer.encode(text);
    const ids = [...encoding.ids];
    const expected = wordsIn(text).map((word) => {
      const start = [...encoding.starts].findIndex((at) => at >= word.start);
      const end = [...encoding.ends].findLastIndex((at) => at <= word.end) + 1;
      return text.slice(word.start, word.end) === 'zebra'
        ? null
        : slowly(mixedRule, ids, { start, end });
    });
    scored.forEach((word, i) => {
      const one = expected[i];
      if (one == null) expect(excessOf(word)).toBeNull();
      else expect(Math.abs(excessOf(word)! - (one.surprisal - one.entropy))).toBeLessThan(1e-4);
    });
    const known = expected.filter((one) => one !== null);
    expect(known).toHaveLength(5);
    const product = known.reduce((sum, { surprisal }) => sum * 2 ** surprisal, 1);
    const found = pseudoPerplexity(scored)!;
    expect(found.words).toBe(5);
    expect(Math.abs(found.perplexity / product ** (1 / 5) - 1)).toBeLessThan(1e-4);
  });

  it('is null for a text without a word that the model reads', () => {
    expect(pseudoPerplexity([{ start: 0, end: 1, surprisal: null, entropy: null }])).toBeNull();
    expect(pseudoPerplexity([])).toBeNull();
  });
});
