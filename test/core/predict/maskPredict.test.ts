import { describe, expect, it } from 'vitest';
import { maskPredict } from '../../../src/core/predict/maskPredict.js';
import { FakeModel, FakeTokenizer, type LogitRule } from './fakeModel.js';

const WORDS = ['one', 'two', 'three', 'four', 'count'];
const tokenizer = new FakeTokenizer(WORDS);
const id = (word: string): number => tokenizer.tokenToId(word)!;

/** A word follows the one before it in the list; without a known neighbor, all are alike. */
const counting: LogitRule = (ids, position, token) => {
  if (token < 5 || token === id('count')) return -9;
  const before = WORDS.indexOf(tokenizer.vocabulary[ids[position - 1]!] ?? '');
  if (ids[position - 1] === id('count')) return token === id('one') ? 9 : 0;
  return before >= 0 && token === id(WORDS[before + 1] ?? '') ? 6 : 0;
};

const text = 'count [MASK] [MASK] [MASK] [MASK]';
const starts = [...text.matchAll(/\[MASK\]/g)].map(({ index }) => index);
const options = { text, starts, iterations: 12, count: 3, temperature: 0.3, topP: 0.9, seed: 2 };

describe('maskPredict', () => {
  it('writes words that follow from each other over its passes', async () => {
    const model = new FakeModel(tokenizer, counting);
    const [best] = await maskPredict(model, options);
    expect(best!.words).toEqual(['one', 'two', 'three', 'four']);
    const [hasty] = await maskPredict(model, { ...options, iterations: 1 });
    expect(hasty!.words).not.toEqual(best!.words);
  });

  it('gives different texts, the best first, and the same for the same seed', async () => {
    const model = new FakeModel(tokenizer, counting);
    const loose = { ...options, temperature: 2, topP: 1, iterations: 3 };
    const found = await maskPredict(model, loose);
    expect(await maskPredict(model, loose)).toEqual(found);
    expect(new Set(found.map(({ words }) => words.join(' '))).size).toBe(found.length);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const { words } of found) {
      expect(words).toHaveLength(4);
      words.forEach((word, i) => {
        expect(word).not.toBe(words[i + 1]);
      });
    }
  });

  it('tells how many passes are done, and stops between them', async () => {
    const model = new FakeModel(tokenizer, counting);
    const signal = { aborted: false };
    const passes: string[] = [];
    const written = maskPredict(model, {
      ...{ ...options, signal },
      onProgress: (done, total) => {
        passes.push(`${done}/${total}`);
        if (done === 3) signal.aborted = true;
      },
    });
    await expect(written).rejects.toMatchObject({ code: 'Cancelled' });
    expect(passes).toEqual(['1/12', '2/12', '3/12']);
  });

  it('writes no word that is never suggested', async () => {
    const model = new FakeModel(tokenizer, counting);
    const loose = { ...options, temperature: 2, topP: 1 };
    const written = async (neverSuggest: readonly string[]) =>
      (await maskPredict(model, { ...loose, neverSuggest })).flatMap(({ words }) => words);
    expect(await written([])).toContain('two');
    expect(await written(['two'])).not.toContain('two');
  });

  it('leaves other masks as context, and gives nothing for masks too far apart', async () => {
    const model = new FakeModel(tokenizer, counting, 12);
    const [part] = await maskPredict(model, { ...options, starts: starts.slice(0, 2) });
    expect(part!.words).toEqual(['one', 'two']);
    const far = `[MASK] ${'count '.repeat(20)}[MASK]`;
    const ends = [0, far.length - 6];
    expect(await maskPredict(model, { ...options, text: far, starts: ends })).toEqual([]);
  });
});
