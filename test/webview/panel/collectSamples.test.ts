import { describe, expect, it } from 'vitest';
import type { SampleRow } from '../../../src/core/runs/schema.js';
import { collectSamples } from '../../../webview/panel/collectSamples.js';

const TEXT = 'The captain looked at the whale and said nothing.';

function row(step: number, probability: number, text = TEXT): SampleRow {
  const mask = (original: string) => {
    const start = text.indexOf(original);
    return {
      start,
      end: start + original.length,
      original,
      originalProbability: probability,
      candidates: ['Sea', 'sky', original, 'man'].map((word, i) => ({
        word,
        probability: 0.4 - i / 10,
      })),
    };
  };
  return {
    step,
    answered: [],
    sentences: [{ text, file: 'a.txt', masks: [mask('captain'), mask('whale')] }],
  };
}

describe('collectSamples', () => {
  it('has no predictions of now until a second evaluation', () => {
    expect(collectSamples(null, null)).toEqual([]);
    const [sample] = collectSamples(row(0, 0.1), row(0, 0.1));
    expect(sample!.before.originalProbability).toBe(0.1);
    expect(sample!.now).toBeNull();
  });

  it('pairs each masked place with itself later', () => {
    const views = collectSamples(row(0, 0.1), row(50, 0.6));
    expect(views.map(({ original }) => original)).toEqual(['captain', 'whale']);
    expect(views.map(({ now }) => now?.originalProbability)).toEqual([0.6, 0.6]);
  });

  it('does not pair sentences that differ', () => {
    const [sample] = collectSamples(row(0, 0.1), row(50, 0.6, `${TEXT} More.`));
    expect(sample!.now).toBeNull();
  });

  it('marks its own mask, the other masks, and adds up to the sentence', () => {
    const [, whale] = collectSamples(row(0, 0.1), null);
    expect(whale!.segments.map(({ kind, text }) => [kind, text])).toEqual([
      ['text', 'The '],
      ['gap', 'captain'],
      ['text', ' looked at the '],
      ['mask', 'whale'],
      ['text', ' and said nothing.'],
    ]);
  });

  it('keeps the top candidates and knows the original among them', () => {
    const [captain] = collectSamples(row(0, 0.1), null);
    expect(captain!.before.candidates.map(({ word, isOriginal }) => [word, isOriginal])).toEqual([
      ['Sea', false],
      ['sky', false],
      ['captain', true],
    ]);
  });

  it('cuts a long sentence between words, with the mask inside', () => {
    const filler = 'lorem ipsum dolor sit amet '.repeat(20);
    const long = `${filler}the captain and the whale ${filler}end`;
    const [captain] = collectSamples(row(0, 0.1, long), null);
    const shown = captain!.segments.map(({ text }) => text).join('');
    expect(shown.length).toBeLessThan(230);
    expect(shown).toMatch(/^…\w+ /);
    expect(shown).toMatch(/ \w+…$/);
    const words = new Set(long.split(' '));
    expect(
      shown
        .replaceAll('…', '')
        .split(' ')
        .every((word) => words.has(word)),
    ).toBe(true);
    expect(captain!.segments.filter(({ kind }) => kind === 'mask')).toHaveLength(1);
  });
});
