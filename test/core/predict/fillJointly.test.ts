import { describe, expect, it } from 'vitest';
import { fillJointly } from '../../../src/core/predict/fillJointly.js';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { FakeModel, FakeTokenizer, mixedRule, softmax, type LogitRule } from './fakeModel.js';

const WORDS = ['new', 'york', 'los', 'angeles', 'in', 'city', 'big'];
const SPECIAL = 5;
const tokenizer = new FakeTokenizer(WORDS);
const id = (word: string): number => tokenizer.tokenToId(word)!;
const VOCABULARY = tokenizer.vocabularySize;

function startsOf(text: string): number[] {
  return [...text.matchAll(/\[MASK\]/g)].map(({ index }) => index);
}

/** Probability of words filled in an order, each computed the plainest way. */
function chainRule(
  rule: LogitRule,
  text: string,
  words: readonly string[],
  order: readonly number[],
) {
  const ids = [2, ...tokenizer.encode(text).ids, 3];
  const positions = [...ids.keys()].filter((i) => ids[i] === 4);
  return order.reduce((product, mask) => {
    const position = positions[mask]!;
    const logits = Array.from({ length: VOCABULARY }, (_, token) => rule(ids, position, token));
    ids[position] = id(words[mask]!);
    return product * softmax(logits)[id(words[mask]!)]!;
  }, 1);
}

/** Two cities of two words: "new" and "angeles" are the best of their places, but not together. */
const cities: LogitRule = (ids, position, token) => {
  const [left, right] = [ids[position - 1], ids[position + 1]];
  const isFirst = left === id('in');
  if (isFirst && right === 4) return token === id('new') ? 3.1 : token === id('los') ? 3 : -2;
  if (isFirst) {
    const fits = right === id('york') ? 'new' : 'los';
    return token === id(fits) ? 4 : -2;
  }
  if (left === 4) return token === id('angeles') ? 3 : token === id('york') ? 2.9 : -2;
  const fits = left === id('new') ? 'york' : 'angeles';
  return token === id(fits) ? 4 : -2;
};

describe('fillJointly', () => {
  it('fills words that fit each other, which marginal predictions do not', async () => {
    const model = new FakeModel(tokenizer, cities);
    const text = 'in [MASK] [MASK] city';
    const marginal = await fillMasks(model, { text, topK: 1 });
    expect(marginal.map(({ candidates }) => candidates[0]!.word)).toEqual(['new', 'angeles']);
    const [first, second] = await fillJointly(model, { text, starts: startsOf(text), topK: 2 });
    expect(first!.words).toEqual(['new', 'york']);
    expect(second!.words).toEqual(['los', 'angeles']);
  });

  it.each([
    'big [MASK] in [MASK]',
    '[MASK] city [MASK] big [MASK] in',
    '[MASK] [MASK] in [MASK] [MASK]',
  ])('scores by the chain rule in the order it tells: %s', async (text) => {
    const model = new FakeModel(tokenizer, mixedRule);
    const starts = startsOf(text);
    const fills = await fillJointly(model, { text, starts, topK: 8 });
    expect(fills).toHaveLength(8);
    for (const { words, order, probability } of fills) {
      expect([...order].sort()).toEqual([...starts.keys()]);
      const expected = chainRule(mixedRule, text, words, order);
      expect(Math.abs(probability / expected - 1)).toBeLessThan(1e-5);
    }
    const scores = fills.map(({ probability }) => probability);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(fills.map(({ words }) => words.join(' '))).size).toBe(8);
  });

  it('fills the surest mask first', async () => {
    const sure: LogitRule = (ids, position, token) =>
      ids[position + 1] === 3 && token === id('york') ? 9 : token - SPECIAL === 1 ? 0.1 : 0;
    const model = new FakeModel(tokenizer, sure);
    const text = 'in [MASK] [MASK]';
    const [fill] = await fillJointly(model, { text, starts: startsOf(text), topK: 1 });
    expect(fill!.order).toEqual([1, 0]);
  });

  it('never ends below what the search without the sweep finds', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'big [MASK] in [MASK]';
    const [found] = await fillJointly(model, { text, starts: startsOf(text), topK: 1 });
    // Greedy: the surest mask first, then the other.
    const greedy = [0, 1].map((first) => {
      const ids = [2, ...tokenizer.encode(text).ids, 3];
      const positions = [...ids.keys()].filter((i) => ids[i] === 4);
      let product = 1;
      for (const mask of [first, 1 - first]) {
        const logits = Array.from({ length: VOCABULARY }, (_, token) =>
          mixedRule(ids, positions[mask]!, token),
        );
        const probabilities = softmax(logits);
        const best = WORDS.map(id).reduce((a, b) =>
          probabilities[b]! > probabilities[a]! ? b : a,
        );
        ids[positions[mask]!] = best;
        product *= probabilities[best]!;
      }
      return product;
    });
    expect(found!.probability).toBeGreaterThanOrEqual(Math.min(...greedy) - 1e-9);
  });

  it('finds by the sweep the word that fits the words filled after it', async () => {
    // "new" is the tenth best word while both are masked, below what the beam keeps, but only "new" is
    // followed by "york" for sure.
    const words = ['big', ...Array.from({ length: 9 }, (_, i) => `w${i}`), 'new', 'york'];
    const own = new FakeTokenizer(words);
    const [big, fits, york] = ['big', 'new', 'york'].map((word) => own.tokenToId(word)!);
    const rule: LogitRule = (ids, position, token) => {
      const isFirst = position === 1;
      if (isFirst && ids[2] === york) return token === fits ? 9 : 0;
      if (isFirst) return token === big ? 1.5 : token === fits ? 0.9 : token === york ? 0 : 1;
      return token === york ? (ids[1] === fits ? 9 : 0.1) : 0;
    };
    const model = new FakeModel(own, rule);
    const text = '[MASK] [MASK]';
    const [fill] = await fillJointly(model, { text, starts: startsOf(text), topK: 1 });
    expect(fill!.words).toEqual(['new', 'york']);
    expect(fill!.order).toEqual([0, 1]);
  });

  it('leaves other masks as context and gives nothing for masks too far apart', async () => {
    const model = new FakeModel(tokenizer, mixedRule, 12);
    const near = 'in [MASK] [MASK] big [MASK]';
    const [fill] = await fillJointly(model, { text: near, starts: [3, 10], topK: 1 });
    expect(fill!.words).toHaveLength(2);
    const far = `[MASK] ${'big '.repeat(20)}[MASK]`;
    expect(await fillJointly(model, { text: far, starts: startsOf(far), topK: 1 })).toEqual([]);
  });

  it('stops when it is canceled', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'big [MASK] in [MASK]';
    const request = { text, starts: startsOf(text), topK: 1 };
    await expect(fillJointly(model, request, { aborted: true })).rejects.toMatchObject({
      data: { code: 'Cancelled' },
    });
  });
});
