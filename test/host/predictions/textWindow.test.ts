import { describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { CONTEXT_CHARACTERS, windowAt } from '../../../src/host/predictions/textWindow.js';
import { documentOf } from '../../support/documentOf.js';
import { Range } from '../../support/fakeVscode.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

/** Half of a character of two units. */
const HALF = /\p{Surrogate}/u;

/** The windows around some of the words of a text, with what they have in the place of the word. */
function windowsIn(text: string, file = '/text.txt') {
  const document = documentOf(file, text);
  const words = [...text.matchAll(/whale/g)].filter((_, i) => i % 3 === 0);
  return words.map(({ index }) => {
    const start = document.positionAt(index);
    const end = document.positionAt(index + 'whale'.length);
    const range = new Range(start.line, start.character, end.line, end.character);
    const window = windowAt(document, range as unknown as vscode.Range);
    const at = index - window.offset;
    return { ...window, word: window.text.slice(at, at + 'whale'.length) };
  });
}

describe('windowAt', () => {
  it.each([
    ['LF', 'a\nbb\nthe whale\n'],
    ['CRLF', 'a\r\nbb\r\nthe whale\r\n'],
    ['CRLF and blank lines', 'a\r\n\r\nbb\r\n\r\nthe whale swam\r\n\r\n'],
    ['characters of two units', '😀 whale 👩‍👩‍👧‍👦 and 𝒜 whale '],
  ])('has each word where the document has it, with %s', (_, part) => {
    const text = Array.from({ length: 400 }, (_, i) => 'x'.repeat(i % 23) + part).join('');
    for (const file of ['/text.txt', '/text.adoc']) {
      for (const { text: found, offset, word } of windowsIn(text, file)) {
        expect(word).toBe('whale');
        expect(text.slice(offset, offset + found.length)).toBe(found);
        expect(found).not.toMatch(HALF);
        expect(found.length).toBeLessThanOrEqual(2 * CONTEXT_CHARACTERS + 6);
      }
    }
  });
});
