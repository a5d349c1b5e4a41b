import fc from 'fast-check';
import { AlignedText } from '../../../src/core/text/alignedText.js';
import { cleanText } from '../../../src/core/cleaning/cleanText.js';
import type { CleaningStep } from '../../../src/core/cleaning/steps.js';
import { MIXED_LINES } from '../tokenizer/mixedText.js';

export const cleaned = (text: string, ...steps: CleaningStep[]): string =>
  cleanText(AlignedText.of(text), steps).text;

/** Errors in the places of a text that came from `source`; empty if all are right. */
export function misplaced(text: AlignedText, source: string): string[] {
  const wrong: string[] = [];
  for (let unit = 0; unit < text.length; unit++) {
    const [start, end] = [text.startOf(unit), text.endOf(unit)];
    if (start < 0 || end > source.length || start >= end) wrong.push(`${unit}: ${start}–${end}`);
    if (unit === 0) continue;
    const [before, beforeEnd] = [text.startOf(unit - 1), text.endOf(unit - 1)];
    if (start < before || end < beforeEnd) wrong.push(`${unit}: ${start}–${end} not in order`);
  }
  return wrong;
}

/** Units that share a part of what they stand for, but not all, with the unit before. */
export function overlapping(text: AlignedText): number[] {
  return Array.from({ length: text.length }, (_, unit) => unit).filter((unit) => {
    if (unit === 0 || text.startOf(unit) >= text.endOf(unit - 1)) return false;
    const isSame = text.startOf(unit) === text.startOf(unit - 1);
    return !isSame || text.endOf(unit) !== text.endOf(unit - 1);
  });
}

/** Units that are not the unit of the source that they stand for. */
export function respelled(text: AlignedText, source: string): number[] {
  return Array.from({ length: text.length }, (_, unit) => unit).filter(
    (unit) =>
      source[text.startOf(unit)] !== text.text[unit] || text.endOf(unit) !== text.startOf(unit) + 1,
  );
}

/** Text that has something for the steps to do: pieces of what they look for among any characters. */
export function textsWith(pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.constantFrom(...MIXED_LINES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(' ', '\n', '\n\n', '\t', 'a', 'word', '.', '日本', 'é'),
    },
  );
  return fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
}
