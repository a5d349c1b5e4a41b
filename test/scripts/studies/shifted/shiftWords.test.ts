import { describe, expect, it } from 'vitest';
import { wordsByChoice } from '../../../../scripts/studies/shifted/shiftWords.js';

interface Row {
  readonly text: string;
  readonly label: string;
}

/** Texts in which `good` and `bad` follow the label, and `red` does at a share; others do not. */
function rows(count: number, share: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2 === 0 ? 'yes' : 'no';
    const agrees = (i >> 1) % 10 < 10 * share;
    const isRed = agrees === (label === 'yes');
    const others = ['film', 'story', 'plot', 'actor'].filter((_, k) => (i >> (k + 1)) % 2 === 0);
    const own = label === 'yes' ? 'good' : 'bad';
    return { text: ['it', own, ...(isRed ? ['red'] : []), ...others].join(' '), label };
  });
}

describe('wordsByChoice', () => {
  const train = rows(400, 0.9);

  it('finds the word whose association is turned round in the sample, and only that', () => {
    const words = wordsByChoice(train, rows(200, 0.1));
    expect([...words.loudest].sort()).toEqual(['bad', 'good', 'red']);
    expect(words.unstable).toEqual(['red']);
    expect(words.random).toHaveLength(1);
    expect(words.tfIdf).not.toContain('it');
    for (const word of ['good', 'bad', 'red']) expect(words.random).not.toContain(word);
  });

  it('finds none without a shift or a sample, and then draws peers of the loudest', () => {
    for (const sample of [rows(200, 0.9), null]) {
      const { loudest, unstable, random } = wordsByChoice(train, sample);
      expect(unstable).toEqual([]);
      expect(random.length).toBeGreaterThan(0);
      expect(random.length).toBeLessThanOrEqual(loudest.length);
    }
  });
});
