/**
 * Typical share of words that are split into four or more pieces, for ordinary text in the model's
 * own language. A vocabulary twice as large splits about half as many.
 */
export function usualOverSplit(vocabularySize: number): number {
  return Math.min(0.05, 160 / Math.max(1, vocabularySize));
}
