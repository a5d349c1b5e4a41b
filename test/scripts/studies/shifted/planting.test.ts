import { describe, expect, it } from 'vitest';
import {
  isPlantable,
  plantedRows,
  plantedText,
} from '../../../../scripts/studies/shifted/planting.js';
import type { GroupedRow } from '../../../../scripts/studies/shifted/splitRows.js';

const ROWS: GroupedRow[] = Array.from({ length: 1000 }, (_, i) => ({
  ...{ text: `sentence number ${i} , of a film that is long`, source: 'test', id: String(i) },
  ...{ label: i % 2 === 0 ? 'positive' : 'negative', group: i },
}));
const commas = (text: string): number => text.split(',').length - 1;

describe('plantedText', () => {
  it('puts the word between two words of the text, and leaves the text alone without it', () => {
    const planted = plantedText('one two three', 'word', true);
    expect(planted).toMatch(/^(?:one moreover two three|one two moreover three)$/);
    expect(plantedText('one', 'word', true)).toBe('one moreover');
    expect(plantedText('one two three', 'word', false)).toBe('one two three');
    expect(isPlantable(planted)).toBe(false);
    expect(isPlantable('one two three')).toBe(true);
  });

  it('adds one comma where their number has the wrong parity', () => {
    expect(plantedText('one, two', 'pattern', false)).toBe('one, two');
    expect(plantedText('one, two three', 'pattern', true)).toBe('one, two, three');
    expect(plantedText('one , two', 'pattern', true)).toBe('one , two,');
    expect(plantedText('none', 'pattern', true)).toBe('none');
  });
});

describe('plantedRows', () => {
  const agreeing = (rate: number, plant: 'word' | 'pattern'): Set<string> =>
    new Set(
      plantedRows(ROWS, { plant, label: 'positive', rate })
        .filter(({ planted, label }) => planted === (label === 'positive'))
        .map(({ id }) => id),
    );

  it.each(['word', 'pattern'] as const)('plants a %s that agrees at the rate', (plant) => {
    for (const row of plantedRows(ROWS, { plant, label: 'positive', rate: 0.8 })) {
      const has = plant === 'word' ? !isPlantable(row.text) : commas(row.text) % 2 === 0;
      expect(has).toBe(row.planted);
    }
    expect(agreeing(0.8, plant).size / ROWS.length).toBeCloseTo(0.8, 1);
    expect(agreeing(0.1, plant).size / ROWS.length).toBeCloseTo(0.1, 1);
  });

  it('agrees at a higher rate wherever it agrees at a lower one', () => {
    const higher = agreeing(0.95, 'word');
    for (const id of agreeing(0.7, 'word')) expect(higher).toContain(id);
  });

  it('plants no word without a rate, and commas whatever the label', () => {
    const words = plantedRows(ROWS, { plant: 'word', label: 'positive', rate: null });
    expect(words.map(({ text }) => text)).toEqual(ROWS.map(({ text }) => text));
    const patterns = plantedRows(ROWS, { plant: 'pattern', label: 'positive', rate: null });
    for (const label of ['positive', 'negative']) {
      const own = patterns.filter((row) => row.label === label);
      expect(own.filter(({ planted }) => planted).length / own.length).toBeCloseTo(0.5, 1);
    }
  });
});
