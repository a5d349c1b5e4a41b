import { describe, expect, it } from 'vitest';
import { drawParts, type ShiftedRow } from '../../../../scripts/studies/shifted/splitRows.js';

const WORDS = [
  'amber',
  'birch',
  'cedar',
  'daisy',
  'elder',
  'fern',
  'gorse',
  'hazel',
  'iris',
  'juniper',
];

/** A text that shares no three words in a row with that of another number. */
function text(number: number): string {
  return Array.from({ length: 12 }, (_, i) => `${WORDS[(number + i) % 10]}${number}`).join(' ');
}

function rows(source: string, numbers: readonly number[]): ShiftedRow[] {
  return numbers.map((number) => ({
    ...{ text: text(number), label: number % 2 === 0 ? 'even' : 'odd' },
    ...{ source, id: String(number) },
  }));
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

const idsOf = (found: readonly ShiftedRow[] | undefined): string[] =>
  (found ?? []).map(({ source, id }) => `${source} ${id}`).sort();

describe('drawParts', () => {
  it('draws the same parts again, and others under another name', () => {
    const draw = (name: string): string[] =>
      idsOf(
        drawParts([{ rows: rows('a', range(0, 50)), parts: [{ name: 'test', count: 10 }] }], {
          name,
        }).parts.get('test'),
      );
    expect(draw('one')).toHaveLength(10);
    expect(draw('one')).toEqual(draw('one'));
    expect(draw('one')).not.toEqual(draw('two'));
  });

  it('keeps near-duplicates in one part and leaves out those of an earlier pool', () => {
    const pool = [...rows('a', range(0, 20)), ...rows('again', range(0, 20))];
    const { parts, dropped } = drawParts(
      [
        { rows: pool, parts: [{ name: 'test', count: 10 }, { name: 'train' }] },
        { rows: rows('b', range(15, 30)), parts: [{ name: 'shift' }] },
      ],
      { name: 'duplicates' },
    );
    expect(dropped).toBe(5);
    expect(idsOf(parts.get('shift'))).toEqual(idsOf(rows('b', range(20, 30))));
    const groups = (name: string): Set<number> =>
      new Set(parts.get(name)!.map(({ group }) => group));
    expect(parts.get('test')).toHaveLength(10);
    expect(parts.get('train')).toHaveLength(30);
    for (const group of groups('test')) expect(groups('train')).not.toContain(group);
  });

  it('draws as many rows of each label for a balanced part', () => {
    const { parts } = drawParts(
      [
        {
          rows: [...rows('a', range(0, 10)), ...rows('a', [11, 13, 15, 17, 19, 21])],
          parts: [{ name: 'dev', count: 8, isBalanced: true }, { name: 'rest' }],
        },
      ],
      { name: 'balanced' },
    );
    const labels = parts.get('dev')!.map(({ label }) => label);
    expect(labels.sort()).toEqual([
      ...Array<string>(4).fill('even'),
      ...Array<string>(4).fill('odd'),
    ]);
    expect(parts.get('rest')).toHaveLength(8);
  });
});
