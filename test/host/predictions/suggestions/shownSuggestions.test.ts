import { describe, expect, it } from 'vitest';
import {
  placed,
  shownSuggestions,
  type PlacedSuggestion,
} from '../../../../src/host/predictions/suggestions/shownSuggestions.js';

const suggestionAt = (line: number, margin: number, word = 'there'): PlacedSuggestion => ({
  ...{ start: 0, end: 5, word, replacement: 'their', confusion: 'confused' },
  ...{ margin, probability: 0.5, from: { line, character: 0 }, to: { line, character: 5 } },
});
const options = { screenLines: 30, isIgnored: () => false, countOf: () => 0 };

describe('shownSuggestions', () => {
  it('are at most ten within the lines of a screen, those of the largest margins', () => {
    const all = Array.from({ length: 60 }, (_, line) => suggestionAt(line, line));
    const shown = shownSuggestions(all, options);
    for (let first = 0; first <= 30; first++) {
      const inView = shown.filter(({ from }) => from.line >= first && from.line < first + 30);
      expect(inView.length).toBeLessThanOrEqual(10);
    }
    expect(shown.slice(0, 10).map(({ margin }) => margin)).toEqual([
      ...[59, 58, 57, 56, 55, 54, 53, 52, 51, 50],
    ]);
  });

  it('leave out what is ignored, and unknown words that the text uses', () => {
    const unknown = { ...suggestionAt(1, 9, 'mbox'), confusion: 'misspelled' as const };
    const all = [suggestionAt(0, 9), unknown];
    expect(shownSuggestions(all, { ...options, countOf: () => 3 })).toEqual([all[0]]);
    const isIgnored = ({ word }: { word: string }): boolean => word === 'there';
    expect(shownSuggestions(all, { ...options, isIgnored })).toEqual([unknown]);
  });
});

describe('placed', () => {
  it('has lines and characters in the document', () => {
    const block = { line: 3, character: 0, lastLine: 4, text: 'one\nthere two' };
    const [found] = placed(block, [{ ...suggestionAt(0, 1), start: 4, end: 9 }]);
    expect(found).toMatchObject({ from: { line: 4, character: 0 }, to: { line: 4, character: 5 } });
  });
});
