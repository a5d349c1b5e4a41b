import { describe, expect, it } from 'vitest';
import { predictionChanges } from '../../../src/core/predict/predictionChanges.js';
import { predictWord } from '../../../src/core/predict/predictWord.js';
import { jensenShannonBits } from '../../../src/core/predict/probabilities.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { FakeModel, FakeTokenizer, mixedRule, type LogitRule } from './fakeModel.js';

const TOKENS = ['the', 'cat', 'dog', 'sat', 'on', 'a', 'mat', 'quick', '##s', '##ly', '.'];
const TEXT = 'The cats sat on a mat. A dog quickly sat on the cat.';

/** The same rule with other numbers. */
const otherRule: LogitRule = (ids, position, token) => mixedRule(ids, position + 3, token * 7 + 1);

const softmax = (logits: Float32Array): number[] => {
  const weights = [...logits].map((value) => Math.exp(value));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};

/** Divergence as in a textbook: the entropy of the mean less the mean of the entropies. */
function slowDivergence(first: Float32Array, second: Float32Array): number {
  const [p, q] = [softmax(first), softmax(second)];
  const entropy = (values: readonly number[]): number =>
    -values.reduce((sum, value) => sum + value * Math.log2(value), 0);
  return entropy(p.map((value, i) => (value + q[i]!) / 2)) - (entropy(p) + entropy(q)) / 2;
}

/** Logits of a model at one mask in place of a word, alone in the whole text. */
async function logitsInPlace(model: FakeModel, { start, end }: { start: number; end: number }) {
  const { ids, starts } = model.tokenizer.encode(`${TEXT.slice(0, start)}[MASK]${TEXT.slice(end)}`);
  const framed = model.tokenizer.frame(ids).ids;
  const at = starts.indexOf(start) + 1;
  return model.logitsAt({
    batchSize: 1,
    length: framed.length,
    inputIds: BigInt64Array.from([...framed].map(BigInt)),
    attentionMask: new BigInt64Array(framed.length).fill(1n),
    positions: BigInt64Array.of(BigInt(at)),
  });
}

describe('jensenShannonBits', () => {
  it('is 0 for equal predictions, 1 for those with nothing in common, and the same both ways', () => {
    const [a, b] = [Float32Array.of(0, 1, 2), Float32Array.of(2, 0, -1)];
    expect(jensenShannonBits(a, a)).toBeCloseTo(0, 12);
    expect(jensenShannonBits(a, Float32Array.of(7, 8, 9))).toBeCloseTo(0, 6);
    expect(jensenShannonBits(a, b)).toBeCloseTo(slowDivergence(a, b), 9);
    expect(jensenShannonBits(b, a)).toBeCloseTo(jensenShannonBits(a, b), 9);
    const sure = (id: number) =>
      Float32Array.from({ length: 3 }, (_, i) => (i === id ? 500 : -500));
    expect(jensenShannonBits(sure(0), sure(1))).toBe(1);
  });
});

describe('predictionChanges', () => {
  const tokenizer = new FakeTokenizer(TOKENS);
  const before = new FakeModel(tokenizer, mixedRule);

  it('agrees with a slow comparison of each word alone', async () => {
    // Another object with the same tokens, as of another model folder.
    const after = new FakeModel(new FakeTokenizer(TOKENS), otherRule);
    const words = wordsIn(TEXT);
    const found = await predictionChanges(
      { before, after },
      { text: TEXT, words, isPacked: false },
    );
    expect(found.measure).toBe('jensenShannon');
    expect(found.words).toHaveLength(words.length);
    for (const [i, word] of words.entries()) {
      const change = found.words[i]!;
      expect(change).toMatchObject(word);
      const logits = [await logitsInPlace(before, word), await logitsInPlace(after, word)] as const;
      expect(change.change).toBeCloseTo(slowDivergence(...logits), 6);
      for (const [model, predicted] of [
        [before, change.before],
        [after, change.after],
      ] as const) {
        const slow = (await predictWord(model, { text: TEXT, ...word, topK: 1 }))!;
        expect(predicted.surprisal).toBeCloseTo(slow.word!.surprisal, 4);
        expect(predicted.best!.word).toBe(slow.candidates[0]!.word);
        expect(predicted.best!.probability).toBeCloseTo(slow.candidates[0]!.probability, 6);
      }
    }
  });

  it('finds nothing changed between a model and itself, packed or not', async () => {
    for (const isPacked of [true, false]) {
      const { words } = await predictionChanges(
        { before, after: before },
        { text: TEXT, words: wordsIn(TEXT), isPacked },
      );
      expect(words.every(({ change }) => change < 1e-12)).toBe(true);
      expect(words.every((word) => word.before.surprisal === word.after.surprisal)).toBe(true);
    }
  });

  it('masks several words in one pass if it may', async () => {
    const after = new FakeModel(tokenizer, otherRule, 128);
    const long = Array.from({ length: 20 }, () => TEXT).join(' ');
    await predictionChanges(
      { before, after },
      { text: long, words: wordsIn(long), isPacked: true },
    );
    const rows = after.batches.reduce((sum, { batchSize }) => sum + batchSize, 0);
    expect(rows).toBeLessThan(wordsIn(long).length);
  });

  it('compares surprisals if the models have different tokens', async () => {
    const after = new FakeModel(new FakeTokenizer([...TOKENS].reverse()), mixedRule);
    const { measure, words } = await predictionChanges(
      { before, after },
      { text: TEXT, words: wordsIn(TEXT), isPacked: false },
    );
    expect(measure).toBe('surprisal');
    for (const word of words) {
      expect(word.change).toBe(Math.abs(word.after.surprisal - word.before.surprisal));
    }
  });

  it('leaves out words that one of the models cannot read', async () => {
    const after = new FakeModel(
      new FakeTokenizer(TOKENS.filter((one) => one !== 'dog')),
      mixedRule,
    );
    const { words } = await predictionChanges(
      { before, after },
      { text: TEXT, words: wordsIn(TEXT), isPacked: true },
    );
    expect(words.map(({ start, end }) => TEXT.slice(start, end))).not.toContain('dog');
    expect(words).toHaveLength(wordsIn(TEXT).length - 1);
  });

  it('stops between passes', async () => {
    const request = { text: TEXT, words: wordsIn(TEXT), isPacked: true };
    await expect(
      predictionChanges({ before, after: before }, request, { aborted: true }),
    ).rejects.toMatchObject({ data: { code: 'Cancelled' } });
  });
});
