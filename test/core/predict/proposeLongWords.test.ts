import { describe, expect, it } from 'vitest';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { predictWord } from '../../../src/core/predict/predictWord.js';
import { FakeModel, FakeTokenizer, softmax, type LogitRule } from './fakeModel.js';

const TOKENS = ['the', 'opened', 'gate', 'door', 'cat', '##way', '##al', '##og', '##s'];
const tokenizer = new FakeTokenizer(TOKENS);
const LIST = ['gateway', 'gates', 'cats', 'catalog', 'catways'];
const PRIOR: Record<number, number> = { 2: 0.185, 3: 0.071, 4: 0.022 };
const SPECIAL = ['', '', '', '', ''];

/** Depends on the neighbors, so that pieces are not independent. */
const rule: LogitRule = (ids, position, token) => {
  const left = ids[position - 1] ?? 0;
  const right = ids[position + 1] ?? 0;
  return ((left * 7 + token * 13 + right * 3 + token * left) % 11) / 3;
};
const model = new FakeModel(tokenizer, rule);

/** The definition, word by word: the exact chain rule, over the share of one word, times the prior. */
function reference(before: string, word: string, after: string): number {
  const encode = (text: string): number[] => [...tokenizer.encode(text).ids];
  const [left, right] = [encode(before), encode(after)];
  const vocabulary = [...SPECIAL, ...TOKENS];
  const distribution = (pieces: number[], filled: number, at: number): number[] => {
    const masks = pieces.map((piece, i) => (i < filled ? piece : 4));
    const ids = [2, ...left, ...masks, ...right, 3];
    return softmax(vocabulary.map((_, token) => rule(ids, 1 + left.length + at, token)));
  };
  const chain = (pieces: number[]): number =>
    pieces.reduce((product, id, i) => product * distribution(pieces, i, i)[id]!, 1);
  const pieces = encode(word);
  const share = pieces.slice(1).reduce((product, _, i) => {
    const probabilities = distribution(pieces, 0, i + 1);
    const continuing = probabilities.filter((__, id) => vocabulary[id]!.startsWith('##'));
    return product * continuing.reduce((sum, probability) => sum + probability, 0);
  }, 1);
  const others = LIST.map(encode).filter(({ length }) => length === pieces.length);
  const known = others.reduce((sum, other) => sum + chain(other), 0);
  return (PRIOR[pieces.length]! * chain(pieces)) / Math.max(share, known, 1e-3);
}

describe('words of several pieces', () => {
  it('are candidates for a word, with the probability of the definition', async () => {
    const text = 'the cat opened the door';
    const topK = 20;
    const start = text.indexOf('opened');
    const request = { text, start, end: start + 6, topK, wordLists: [LIST] };
    const found = await predictWord(model, request);
    const long = found!.candidates.filter(({ tokens }) => tokens.length > 1);
    expect(long.map(({ word }) => word).sort()).toEqual([...LIST].sort());
    for (const { word, probability } of long) {
      const expected = reference('the cat', word, 'the door');
      expect(probability).toBeCloseTo(expected, 6);
    }
    const probabilities = found!.candidates.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
  });

  it('are candidates for a mask', async () => {
    const text = 'the [MASK] opened';
    const [fill] = await fillMasks(model, { text, topK: 20, wordLists: [LIST] });
    const gateway = fill!.candidates.find(({ word }) => word === 'gateway');
    expect(gateway!.tokens).toEqual([...tokenizer.encode('gateway').ids]);
    expect(gateway!.probability).toBeCloseTo(reference('the', 'gateway', 'opened'), 6);
  });

  it('are not left out where only the pieces before make a piece probable', async () => {
    const [gate, way] = [tokenizer.tokenToId('gate')!, tokenizer.tokenToId('##way')!];
    const sure = new FakeModel(tokenizer, (ids, position, token) => {
      if (ids[position - 1] === gate) return token === way ? 12 : 0;
      if (ids[position - 1] === 4) return tokenizer.isContinuation(token) ? 6 : 0;
      return ids[position + 1] === 4 && token === gate ? 8 : 0;
    });
    const request = { text: 'the [MASK] opened', topK: 3, wordLists: [LIST] };
    const [fill] = await fillMasks(sure, request);
    expect(fill!.candidates[0]!.word).toBe('gateway');
  });

  it('displace only candidates that are less probable, and leave probabilities as they are', async () => {
    const text = 'the cat opened the door';
    const request = { text, start: 4, end: 7, topK: 3 };
    const plain = await predictWord(model, request);
    const rich = await predictWord(model, { ...request, wordLists: [LIST] });
    const short = rich!.candidates.filter(({ tokens }) => tokens.length === 1);
    expect(short).toEqual(plain!.candidates.slice(0, short.length));
    const least = Math.min(...rich!.candidates.map(({ probability }) => probability));
    for (const { probability } of plain!.candidates.slice(short.length)) {
      expect(probability).toBeLessThanOrEqual(least);
    }
  });

  it('are not proposed where a word continues', async () => {
    const text = 'the gate[MASK] opened';
    const [fill] = await fillMasks(model, { text, topK: 20, wordLists: [LIST] });
    expect(fill!.candidates.every(({ tokens }) => tokens.length === 1)).toBe(true);
  });

  it('share at most the prior of their number of pieces', async () => {
    // Certain of the pieces of one word, and certain that there are two words.
    const [gate, way, door] = ['gate', '##way', 'door'].map((token) => tokenizer.tokenToId(token)!);
    const torn = new FakeModel(tokenizer, (ids, position, token) => {
      if (ids[position - 1] === gate) return token === way ? 20 : 0;
      return token === gate ? 20 : token === door ? 15 : 0;
    });
    const [fill] = await fillMasks(torn, { text: 'the [MASK]', topK: 9, wordLists: [LIST] });
    const found = fill!.candidates.find(({ word }) => word === 'gateway');
    expect(found!.probability).toBeCloseTo(PRIOR[2]!, 3);
  });

  it('need no marks of continuation in Chinese', async () => {
    const characters = new FakeTokenizer(['他', '在', '北', '京']);
    characters.encode = (text) => {
      const found = [...text.matchAll(/\[MASK\]|\p{L}/gu)];
      return {
        ids: Int32Array.from(found, ([token]) => characters.tokenToId(token)!),
        starts: Int32Array.from(found, ({ index }) => index),
        ends: Int32Array.from(found, ({ index, 0: { length } }) => index + length),
        wordIds: Int32Array.from(found.keys()),
      };
    };
    const [north, capital] = ['北', '京'].map((token) => characters.tokenToId(token)!);
    const chinese = new FakeModel(characters, (ids, position, token) =>
      token === (ids[position - 1] === north ? capital : north) ? 5 : 0,
    );
    const text = '他在[MASK]';
    const [fill] = await fillMasks(chinese, { text, topK: 9, wordLists: [['北京']] });
    const certain = Math.exp(5) / (Math.exp(5) + characters.vocabularySize - 1);
    const found = fill!.candidates.find(({ word }) => word === '北京');
    expect(found!.probability).toBeCloseTo(certain ** 2, 6);
  });

  it('appear once when several lists have them', async () => {
    const request = { text: 'the [MASK] opened', topK: 20, wordLists: [LIST, ['gateway']] };
    const [fill] = await fillMasks(model, request);
    expect(fill!.candidates.filter(({ word }) => word === 'gateway')).toHaveLength(1);
  });
});
