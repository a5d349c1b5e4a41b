import { describe, expect, it } from 'vitest';
import { afterSource, unreadSource } from '../../../src/core/predict/afterSource.js';
import { fillJointly } from '../../../src/core/predict/fillJointly.js';
import { fillMasks } from '../../../src/core/predict/fillMasks.js';
import { FakeModel, FakeTokenizer, type LogitRule } from './fakeModel.js';

const WORDS = ['the', 'sea', 'das', 'meer', 'haus', 'house'];
const tokenizer = new FakeTokenizer(WORDS);
const id = (word: string): number => tokenizer.tokenToId(word)!;

/** Translates the first noun of the source. */
const translating: LogitRule = (ids, _position, token) => {
  if (token < 5) return -9;
  if (ids.includes(id('sea'))) return token === id('meer') ? 9 : 0;
  return token === id('haus') ? 9 : 0;
};

describe('a text after its source', () => {
  it('is read as the second of a pair, in the second segment', async () => {
    const model = new FakeModel(tokenizer, translating);
    const request = { text: 'das [MASK]', topK: 1 };
    const [alone] = await fillMasks(model, request);
    expect(alone!.candidates[0]!.word).toBe('haus');
    const [paired] = await fillMasks(afterSource(model, 'the sea'), request);
    expect(paired!.candidates[0]!.word).toBe('meer');
    const batch = model.batches.at(-1)!;
    const { cls, sep, mask } = tokenizer.special;
    const read = [cls, id('the'), id('sea'), sep, id('das'), mask, sep];
    expect([...batch.inputIds].map(Number)).toEqual(read);
    expect([...batch.tokenTypeIds!].map(Number)).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect([...batch.positions].map(Number)).toEqual([5]);
    expect([...model.batches[0]!.tokenTypeIds!].map(Number)).toEqual([0, 0, 0, 0]);
  });

  it('has its masks filled together, too', async () => {
    const model = new FakeModel(tokenizer, translating);
    const request = { text: '[MASK] [MASK]', starts: [0, 7], topK: 1 };
    const [fill] = await fillJointly(afterSource(model, 'the sea'), request);
    expect(fill!.words).toContain('meer');
  });

  it('fits the model beside a long source', async () => {
    const model = new FakeModel(tokenizer, translating, 24);
    const text = `das [MASK] ${'das '.repeat(30)}`;
    await fillMasks(afterSource(model, 'the sea '.repeat(40)), { text, topK: 1 });
    const { length, inputIds } = model.batches[0]!;
    expect(length).toBeLessThanOrEqual(24);
    expect([...inputIds].map(Number)).toContain(tokenizer.special.mask);
  });

  it('is not predicted from a source in a language that the model never read', async () => {
    const foreignLanguage = (text: string) => Promise.resolve(text.startsWith('das') ? 'de' : null);
    const model = Object.assign(new FakeModel(tokenizer, translating), { foreignLanguage });
    expect(await unreadSource(model, 'das meer')).toEqual({ script: null, language: 'de' });
    expect(await unreadSource(model, 'the sea')).toBeNull();
  });
});
