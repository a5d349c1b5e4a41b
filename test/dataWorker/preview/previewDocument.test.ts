import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paragraphsOf } from '../../../src/core/data/paragraphs.js';
import { PreviewDocument } from '../../../src/dataWorker/preview/previewDocument.js';
import type { TextChange } from '../../../src/protocol/preview.js';

const LONG_LINE = `${'word '.repeat(4000)}\n`;
const piece = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.constantFrom('a', ' ', '\n', '\n\n', '\r\n', '\r', '```\n', '~~~\n'),
  },
  { weight: 5, arbitrary: fc.constantFrom('😀', '\ud83d', '# one\n\n', '```\na\n\nb\n```\n') },
  { weight: 1, arbitrary: fc.constant(LONG_LINE.repeat(5)) },
);
const anyText = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));
const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), piece);

const outline = ({ paragraphs, starts }: PreviewDocument) =>
  paragraphs.map(({ text, isFenced }, i) => [starts[i], isFenced, text]);
const split = (text: string, fences: boolean) =>
  paragraphsOf(text, { fences }).map((passage) => [passage.start, passage.isFenced, passage.text]);

/** Changes at fractions of a text, each within the text that the one before leaves. */
function changesOf(text: string, edits: readonly [number, number, string][]) {
  let length = text.length;
  return edits.map(([place, size, inserted]): TextChange => {
    const offset = Math.floor(place * length);
    const removed = Math.min(size, length - offset);
    length += inserted.length - removed;
    return { offset, length: removed, text: inserted };
  });
}

describe('a previewed document', () => {
  it('has after any edits the paragraphs of its text', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 5 }),
        fc.boolean(),
        (start, rounds, fences) => {
          let document = PreviewDocument.of(start, { fences });
          expect(outline(document)).toEqual(split(start, fences));
          for (const edits of rounds) {
            const changes = changesOf(document.text, edits);
            const expected = changes.reduce((text, { offset, length, text: inserted }) => {
              return text.slice(0, offset) + inserted + text.slice(offset + length);
            }, document.text);
            document = document.edit(changes)!;
            expect(document.text).toBe(expected);
            expect(outline(document)).toEqual(split(expected, fences));
          }
        },
      ),
      { seed: 5, numRuns: 400 },
    );
  });

  it('keeps the paragraphs that an edit does not touch', () => {
    const text = Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\n\n');
    const before = PreviewDocument.of(text, { fences: true });
    const offset = text.indexOf('line 1500');
    const after = before.edit([{ offset, length: 4, text: 'word' }])!;
    const kept = after.paragraphs.filter((paragraph) => before.paragraphs.includes(paragraph));
    expect(after.paragraphs).toHaveLength(3000);
    expect(kept.length).toBeGreaterThanOrEqual(2998);
  });

  it('refuses a change outside of the text', () => {
    const document = PreviewDocument.of('one', { fences: false });
    expect(document.edit([{ offset: 2, length: 2, text: '' }])).toBeNull();
  });

  it('finds the paragraphs that touch a stretch', () => {
    const document = PreviewDocument.of('one\n\ntwo\n\nthree', { fences: false });
    const within = (start: number, end: number) => {
      const { first, last } = document.within({ start, end });
      return document.paragraphs.slice(first, last).map(({ text }) => text);
    };
    expect(within(0, 100)).toEqual(['one', 'two', 'three']);
    expect(within(2, 6)).toEqual(['one', 'two']);
    expect(within(3, 5)).toEqual([]);
    expect(within(7, 11)).toEqual(['two', 'three']);
    expect(within(100, 200)).toEqual([]);
    expect([0, 3, 4, 5, 99].map((offset) => document.indexAt(offset))).toEqual([0, 0, 0, 1, 2]);
  });
});
