import type { WordSuggestion } from '../../../core/predict/wordSuggestion.js';
import { placeIn, type TextBlock } from '../surprisal/textBlocks.js';

/** Most suggestions within as many lines as are in view. */
const MOST_ON_SCREEN = 10;
/** Occurrences from which on an unknown word is one that the text uses. */
const USED = 3;

/** A suggestion at its place in a document. */
export interface PlacedSuggestion extends WordSuggestion {
  readonly from: { readonly line: number; readonly character: number };
  readonly to: { readonly line: number; readonly character: number };
}

/** Places the suggestions of a block, whose offsets are those of its text. */
export function placed(
  block: TextBlock,
  suggestions: readonly WordSuggestion[],
): PlacedSuggestion[] {
  return suggestions.map((suggestion) => ({
    ...suggestion,
    from: placeIn(block, suggestion.start),
    to: placeIn(block, suggestion.end),
  }));
}

/**
 * The suggestions to show: none for an unknown word that the text or the workspace uses several times, and
 * of the others the ten that the model is surest of within the lines of a screen.
 */
export function shownSuggestions(
  suggestions: readonly PlacedSuggestion[],
  {
    screenLines,
    isIgnored,
    countOf,
  }: {
    readonly screenLines: number;
    readonly isIgnored: (suggestion: WordSuggestion) => boolean;
    /** Number of times that a word is used. */
    readonly countOf: (word: string) => number;
  },
): PlacedSuggestion[] {
  const shown: PlacedSuggestion[] = [];
  for (const suggestion of suggestions.toSorted((a, b) => b.margin - a.margin)) {
    if (isIgnored(suggestion)) continue;
    const { word, confusion, from } = suggestion;
    if (confusion === 'misspelled' && countOf(word) >= USED) continue;
    const near = shown.filter((other) => Math.abs(other.from.line - from.line) < screenLines);
    if (near.length < MOST_ON_SCREEN) shown.push(suggestion);
  }
  return shown;
}
