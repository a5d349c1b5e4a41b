/**
 * Share of the words of ordinary text in a model's own language that it splits into four pieces or
 * more. A vocabulary twice as large splits about half as many.
 */
export function usualOverSplit(vocabularySize: number): number {
  return Math.min(0.05, 160 / Math.max(1, vocabularySize));
}
