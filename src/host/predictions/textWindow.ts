import type * as vscode from 'vscode';
import { proseIn } from './documentProse.js';

/** Part of a document that provides enough context for a model. */
export interface TextWindow {
  readonly text: string;
  /** UTF-16 offset of `text` in the document. */
  readonly offset: number;
}

/** Characters of context on each side, more than a model with 512 tokens can use. */
export const CONTEXT_CHARACTERS = 1500;

interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/**
 * Extends [startLine, endLine] by whole lines within `CONTEXT_CHARACTERS` on each side. Reads only
 * these lines, regardless of the document length.
 */
export function linesAround(
  document: Lines,
  startLine: number,
  endLine: number,
): { readonly first: number; readonly last: number } {
  const reach = (from: number, step: 1 | -1): number => {
    let line = from;
    let left = CONTEXT_CHARACTERS;
    for (;;) {
      const next = line + step;
      if (next < 0 || next >= document.lineCount) return line;
      left -= document.lineAt(next).text.length + 1;
      if (left < 0) return line;
      line = next;
    }
  };
  return { first: reach(startLine, -1), last: reach(endLine, 1) };
}

/**
 * Text around a range of the document, at most `CONTEXT_CHARACTERS` on each side, so that a file
 * with one very long line remains cheap. What is not text, as in code, is spaces.
 */
export function windowAt(document: vscode.TextDocument, range: vscode.Range): TextWindow {
  const { first, last } = linesAround(document, range.start.line, range.end.line);
  const windowStart = document.offsetAt(document.lineAt(first).range.start);
  const windowEnd = document.offsetAt(document.lineAt(last).range.end);
  const rangeStart = document.offsetAt(range.start);
  const rangeEnd = document.offsetAt(range.end);
  const start = document.positionAt(Math.max(windowStart, rangeStart - CONTEXT_CHARACTERS));
  const end = document.positionAt(Math.min(windowEnd, rangeEnd + CONTEXT_CHARACTERS));
  const text = proseIn(document, range.with(start, end));
  // Not where the search began: that can be between the two characters of a line end.
  const offset = document.offsetAt(start);
  const cut = SECOND_HALF.test(text) && offset > windowStart ? 1 : 0;
  return { text: text.slice(cut).replace(FIRST_HALF, ''), offset: offset + cut };
}

/** Halves of a character that a window has cut. */
const SECOND_HALF = /^[\uDC00-\uDFFF]/u;
const FIRST_HALF = /[\uD800-\uDBFF]$/u;
