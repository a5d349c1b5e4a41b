import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerCloze, readCloze } from '../../../scripts/pretraining/cloze.js';
import { FakeModel, FakeTokenizer } from '../../core/predict/fakeModel.js';

const setOf = (name: string): ReturnType<typeof readCloze> =>
  readCloze(path.join(import.meta.dirname, '../../cloze', `${name}.txt`));

describe('the cloze set', () => {
  it('has 75 sentences and more of each kind, with one mask and some words each', () => {
    for (const items of [setOf('everyday'), setOf('technical')]) {
      expect(items.length).toBeGreaterThanOrEqual(75);
      expect(new Set(items.map(({ text }) => text)).size).toBe(items.length);
      for (const { text, accepted } of items) {
        expect(text.split('[MASK]'), text).toHaveLength(2);
        for (const word of accepted) expect(word, text).toMatch(/^[a-z0-9]+$/);
      }
    }
  });

  it('counts an acceptable word by its place among the first five', async () => {
    const tokenizer = new FakeTokenizer(['red', 'green', 'blue', 'pink', 'grey', 'white']);
    const model = new FakeModel(tokenizer, (_ids, _position, token) => -token);
    const item = (...words: string[]) => ({ text: 'A [MASK] one.', accepted: new Set(words) });
    const answers = await answerCloze(model, [item('white'), item('blue', 'grey'), item('red')]);
    expect(answers[0]!.candidates).toEqual(['red', 'green', 'blue', 'pink', 'grey']);
    expect(answers.map(({ rank }) => rank)).toEqual([-1, 2, 0]);
  });
});
