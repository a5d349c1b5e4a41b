import { describe, expect, it } from 'vitest';
import { nearDuplicateGroups } from '../../../../src/core/data/splitting/nearDuplicateGroups.js';

/** A text that shares no three words in a row with that of another number. */
function text(number: number): string {
  return Array.from({ length: 12 }, (_, i) => `word${i}of${number}`).join(' ');
}

describe('nearDuplicateGroups', () => {
  it('joins texts that differ in case and punctuation, and names a group by its first text', () => {
    const texts = [text(1), text(2), `${text(1).toUpperCase()}!`, text(3), text(1)];
    expect(nearDuplicateGroups(texts)).toEqual([0, 1, 0, 3, 0]);
  });

  it('joins texts of a group, and through them their near-duplicates', () => {
    const texts = [text(1), text(2), text(3), `${text(2)}!`, text(4)];
    expect(nearDuplicateGroups(texts, [null, 'a', 'a', null, null])).toEqual([0, 1, 1, 1, 4]);
    expect(nearDuplicateGroups(texts, ['b', null, null, 'b', 'b'])).toEqual([0, 0, 2, 0, 0]);
  });
});
