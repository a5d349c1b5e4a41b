import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { predictWord } from '../../../src/core/predict/predictWord.js';
import { scoreWords } from '../../../src/core/predict/scoreWords.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { FakeModel, FakeTokenizer, mixedRule, softmax } from './fakeModel.js';

const TOKENS = ['the', 'cat', 'sat', 'on', 'mat', 'un', '##happy', '##ly', ',', '.', 'dog', '7'];
const tokenizer = new FakeTokenizer(TOKENS);
const id = (token: string): number => tokenizer.tokenToId(token)!;
const MASK = tokenizer.special.mask;

/** Row probabilities for the given ids (without [CLS] and [SEP]) at a position. */
function probabilities(ids: number[], position: number): number[] {
  const row = [2, ...ids, 3];
  // The model computes in float32.
  return softmax(
    tokenizer.vocabulary.map((_, token) => Math.fround(mixedRule(row, position + 1, token))),
  );
}

describe('predictWord', () => {
  it('scores a word of one token as the masked row says, and ranks it among words', async () => {
    const text = 'The cat sat.';
    const result = await predictWord(new FakeModel(tokenizer, mixedRule), {
      text,
      start: 4,
      end: 7,
      topK: 3,
    });
    const expected = probabilities([id('the'), MASK, id('sat'), id('.')], 1);
    expect(result?.word).toMatchObject({ text: 'cat', pieces: 1 });
    expect(result?.word?.probability).toBeCloseTo(expected[id('cat')]!, 10);
    expect(result?.word?.surprisal).toBeCloseTo(-Math.log2(expected[id('cat')]!), 10);
    const words = ['the', 'cat', 'sat', 'on', 'mat', 'un', 'dog', '7'].sort(
      (a, b) => expected[id(b)]! - expected[id(a)]!,
    );
    expect(result?.candidates.map((c) => c.word)).toEqual(words.slice(0, 3));
    expect(result?.candidates[0]?.probability).toBeCloseTo(expected[id(words[0]!)]!, 10);
    expect(result?.word?.rank).toBe(words.indexOf('cat') + 1);
  });

  it('scores a word of several tokens left to right with its later pieces masked', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'the unhappyly dog';
    const result = await predictWord(model, { text, start: 4, end: 13, topK: 2 });
    const [un, happy, ly] = [id('un'), id('##happy'), id('##ly')];
    const [the, dog] = [id('the'), id('dog')];
    const expected =
      probabilities([the, MASK, MASK, MASK, dog], 1)[un]! *
      probabilities([the, un, MASK, MASK, dog], 2)[happy]! *
      probabilities([the, un, happy, MASK, dog], 3)[ly]!;
    expect(result?.word?.pieces).toBe(3);
    expect(result?.word?.probability).toBeCloseTo(expected, 10);
    const single = probabilities([the, MASK, dog], 1);
    const best = result!.candidates[0]!;
    expect(best.probability).toBeCloseTo(single[id(best.word)]!, 10);
    expect(model.batches).toHaveLength(1);
  });

  it('masks words that share a token together, and says so', async () => {
    const chinese = new FakeTokenizer(['我在北京', '##学习', '##工作', '我们']);
    const text = '我在北京学习';
    const read = (start: number) =>
      predictWord(new FakeModel(chinese, mixedRule), { text, start, end: start + 2, topK: 1 });
    expect(await read(2)).toMatchObject({ start: 0, end: 4, word: { text: '我在北京' } });
    expect(await read(4)).toMatchObject({ start: 4, end: 6, word: { text: '学习' } });
  });

  it('has no score for a word outside the vocabulary, but still candidates', async () => {
    const result = await predictWord(new FakeModel(tokenizer, mixedRule), {
      text: 'the zebra sat',
      start: 4,
      end: 9,
      topK: 2,
    });
    expect(result?.word).toBeNull();
    expect(result?.candidates).toHaveLength(2);
  });

  it('keeps to the length of the model, with the word in the middle', async () => {
    const model = new FakeModel(tokenizer, mixedRule, 9);
    const text = `${'cat '.repeat(40)}dog ${'mat '.repeat(40)}`;
    await predictWord(model, { text, start: 160, end: 163, topK: 1 });
    const [batch] = model.batches;
    expect(Array.from(batch!.inputIds, Number)).toEqual([
      2,
      ...[id('cat'), id('cat'), id('cat')],
      MASK,
      ...[id('mat'), id('mat'), id('mat')],
      3,
    ]);
  });

  it('tells how many tokens it read if the paragraph has more', async () => {
    const model = new FakeModel(tokenizer, mixedRule, 9);
    const read = async (text: string): Promise<number | null> => {
      const start = text.indexOf('dog');
      const found = await predictWord(model, { text, start, end: start + 3, topK: 1 });
      return found!.contextTokens;
    };
    expect(await read('cat cat dog mat mat')).toBeNull();
    expect(await read(`${'cat '.repeat(20)}\n\ncat dog mat\n\n${'mat '.repeat(20)}`)).toBeNull();
    expect(await read(`${'cat '.repeat(20)}dog mat`)).toBe(7);
    expect(await read(`cat dog ${'mat '.repeat(20)}`)).toBe(7);
  });

  it('says when it is little more than guessing', async () => {
    const many = new FakeTokenizer(Array.from({ length: 60 }, (_, i) => `w${i}`));
    const request = { text: 'w1 w2', start: 0, end: 2, topK: 1 };
    const flat = await predictWord(new FakeModel(many, () => 1), request);
    const sure = await predictWord(
      new FakeModel(many, (_ids, _position, token) => (token === 9 ? 900 : 0)),
      request,
    );
    expect(flat?.lowConfidence).toBe(true);
    expect(sure?.lowConfidence).toBe(false);
    expect(sure?.candidates[0]?.probability).toBe(1);
  });

  it('is null where no token stands and stops when cancelled', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    expect(await predictWord(model, { text: 'cat   dog', start: 4, end: 5, topK: 1 })).toBeNull();
    const cancelled = predictWord(
      model,
      { text: 'cat', start: 0, end: 3, topK: 1 },
      { aborted: true },
    );
    await expect(cancelled).rejects.toBeInstanceOf(AppError);
    expect(model.batches).toHaveLength(0);
  });
});

describe('fillMasks', () => {
  it('fills several masks of one text from one row, with words', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const fills = await fillMasks(model, { text: 'the [MASK] sat [MASK]', topK: 20 });
    const row = [id('the'), MASK, id('sat'), MASK];
    expect(fills.map(({ start, end }) => [start, end])).toEqual([
      [4, 10],
      [15, 21],
    ]);
    expect(model.batches).toHaveLength(1);
    expect(model.batches[0]!.batchSize).toBe(1);
    for (const [at, fill] of fills.entries()) {
      const expected = probabilities(row, at === 0 ? 1 : 3);
      expect(fill.candidates.map((c) => c.word).sort()).toEqual(
        TOKENS.filter((token) => /^[\p{L}\p{N}]/u.test(token)).sort(),
      );
      for (const candidate of fill.candidates) {
        expect(candidate.probability).toBeCloseTo(expected[id(candidate.word)]!, 10);
      }
    }
  });

  it('offers word pieces only where the mask touches a word', async () => {
    const fills = await fillMasks(
      new FakeModel(tokenizer, (_ids, _position, token) => (token === id('##happy') ? 9 : 0)),
      { text: 'un[MASK] [MASK]', topK: 1 },
    );
    expect(fills[0]?.candidates[0]?.word).toBe('happy');
    expect(fills[1]?.candidates[0]?.word).not.toBe('happy');
  });

  it('offers word pieces behind a letter whose accent is written apart', async () => {
    const favorite = (_ids: unknown, _position: unknown, token: number): number =>
      token === id('##happy') ? 9 : 0;
    const [fill] = await fillMasks(new FakeModel(tokenizer, favorite), {
      text: 'une\u0301[MASK]',
      topK: 1,
    });
    expect(fill?.candidates[0]?.word).toBe('happy');
  });

  it('scores target words of one and of several tokens, and says which it cannot spell', async () => {
    const [fill] = await fillMasks(new FakeModel(tokenizer, mixedRule), {
      text: 'the [MASK] dog',
      topK: 1,
      targets: ['cat', 'unhappy', 'zebra'],
    });
    const [the, dog, un, happy] = [id('the'), id('dog'), id('un'), id('##happy')];
    const [cat, unhappy, zebra] = fill!.targets;
    expect(cat?.probability).toBeCloseTo(probabilities([the, MASK, dog], 1)[id('cat')]!, 10);
    expect(unhappy?.probability).toBeCloseTo(
      probabilities([the, MASK, MASK, dog], 1)[un]! *
        probabilities([the, un, MASK, dog], 2)[happy]!,
      12,
    );
    expect(zebra).toEqual({ word: 'zebra', probability: null, tokens: [] });
  });

  it('cuts a long text around each mask', async () => {
    const model = new FakeModel(tokenizer, mixedRule, 8);
    const text = `[MASK] ${'cat '.repeat(30)}[MASK]`;
    const fills = await fillMasks(model, { text, topK: 1 });
    expect(fills).toHaveLength(2);
    expect(model.batches[0]!.length).toBe(8);
    expect(model.batches[0]!.batchSize).toBe(2);
  });
});

describe('scoreWords', () => {
  it('gives each word the surprisal that predictWord gives it', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'The unhappyly cat, zebra sat on the mat.';
    const words = wordsIn(text);
    const scores = await scoreWords(model, { text, words });
    expect(scores).toHaveLength(7 + 1);
    for (const score of scores) {
      const single = await predictWord(model, {
        text,
        start: score.start,
        end: score.end,
        topK: 1,
      });
      if (single?.word == null) expect(score.surprisal).toBeNull();
      else expect(score.surprisal).toBeCloseTo(single.word.surprisal, 9);
    }
    expect(scores.filter((score) => score.surprisal === null)).toHaveLength(1);
  });

  it('reads words that share a token once, and gives each its score', async () => {
    const chinese = new FakeTokenizer(['我在北京', '##学习']);
    const model = new FakeModel(chinese, mixedRule);
    const words = [
      [0, 1],
      [1, 2],
      [2, 4],
      [4, 6],
    ].map(([start = 0, end = 0]) => ({ start, end }));
    const scores = await scoreWords(model, { text: '我在北京学习', words });
    expect(model.batches.map(({ batchSize }) => batchSize)).toEqual([2]);
    const [first, second, third, last] = scores.map(({ surprisal }) => surprisal);
    expect(first).toBeGreaterThan(0);
    expect([second, third]).toEqual([first, first]);
    expect(last).not.toBe(first);
  });

  it('splits a page into several passes', async () => {
    const model = new FakeModel(tokenizer, mixedRule);
    const text = 'the cat sat on the mat. '.repeat(20);
    await scoreWords(model, { text, words: wordsIn(text) });
    expect(model.batches.length).toBeGreaterThan(1);
    for (const batch of model.batches) {
      expect(batch.batchSize * batch.length).toBeLessThanOrEqual(2048);
    }
  });
});
