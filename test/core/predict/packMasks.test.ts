import { describe, expect, it } from 'vitest';
import { packMasks } from '../../../src/core/predict/packMasks.js';
import { scoreWords } from '../../../src/core/predict/scoreWords.js';
import { wordsIn } from '../../../src/core/text/words.js';
import { FakeModel, FakeTokenizer, type LogitRule } from './fakeModel.js';

const masksOf = (count: number) =>
  Array.from({ length: count }, (_, start) => ({ start, end: start + 1 }));

describe('packMasks', () => {
  it.each([1, 9, 60, 126, 127, 400, 1000])('packs each of %i masks once, far apart', (count) => {
    const rows = packMasks(masksOf(count), { tokenCount: count, room: 126 });
    const packed = rows.flatMap(({ masks }) => masks.map(({ start }) => start));
    expect(packed.toSorted((a, b) => a - b)).toEqual([...Array(count).keys()]);
    for (const { window, masks } of rows) {
      expect(window.end - window.start).toBe(Math.min(count, 126));
      masks.forEach(({ start, end }, i) => {
        expect(start - (masks[i - 1]?.end ?? -Infinity)).toBeGreaterThanOrEqual(8);
        expect(start - window.start).toBeGreaterThanOrEqual(Math.min(16, start));
        expect(window.end - end).toBeGreaterThanOrEqual(Math.min(16, count - end));
      });
    }
  });

  it('takes about as many passes as masks must be apart in a short text, and few more in a long one', () => {
    expect(packMasks(masksOf(100), { tokenCount: 100, room: 126 })).toHaveLength(9);
    expect(packMasks(masksOf(1000), { tokenCount: 1000, room: 126 }).length).toBeLessThan(110);
  });

  it('keeps a mask that is longer than the context it should have', () => {
    const masks = [{ start: 50, end: 170 }];
    const [row, ...others] = packMasks(masks, { tokenCount: 400, room: 126 });
    expect(others).toEqual([]);
    expect(row!.window.start).toBeLessThanOrEqual(50);
  });
});

/** Logits that depend on the four tokens before and after a place and on nothing else. */
const nearRule: LogitRule = (ids, position, token) => {
  let hash = 17 + token * 131;
  for (let at = position - 4; at <= position + 4; at++)
    hash = (hash * 33 + (ids[at] ?? 7)) % 99_991;
  return (hash % 997) / 150;
};

describe('scoreWords with packed masks', () => {
  const tokenizer = new FakeTokenizer(['the', 'cat', 'sat', 'un', '##happy', '##ly', 'dog', 'on']);

  it('gives each word the score it has alone, where far tokens do not matter', async () => {
    const vocabulary = ['the', 'cat', 'sat', 'unhappyly', 'dog', 'on', 'zebra'];
    const text = Array.from({ length: 300 }, (_, i) => vocabulary[(i * i + (i >> 3)) % 7]!).join(
      ' ',
    );
    const words = wordsIn(text);
    const model = () => new FakeModel(tokenizer, nearRule, 128);
    const [one, many] = [model(), model()];
    const alone = await scoreWords(one, { text, words });
    const packed = await scoreWords(many, { text, words, isPacked: true });
    expect(packed.filter(({ surprisal }) => surprisal === null).length).toBeGreaterThan(10);
    packed.forEach(({ surprisal, entropy }, i) => {
      if (surprisal === null) expect(alone[i]!.surprisal).toBeNull();
      else expect(Math.abs(surprisal - alone[i]!.surprisal!)).toBeLessThan(1e-4);
      expect(entropy === null).toBe(surprisal === null);
      expect(Math.abs((entropy ?? 0) - (alone[i]!.entropy ?? 0))).toBeLessThan(1e-4);
    });
    const rowsOf = ({ batches }: FakeModel) =>
      batches.reduce((sum, { batchSize }) => sum + batchSize, 0);
    expect(rowsOf(many)).toBeLessThan(rowsOf(one) / 5);
  });
});
