import type * as vscode from 'vscode';

/** A stretch of a document, cut so that a model gets enough context and no more. */
export interface TextWindow {
  readonly text: string;
  /** UTF-16 offset of `text` in the document. */
  readonly offset: number;
}

/** Characters of context on each side: more than any model of 512 tokens takes. */
export const CONTEXT_CHARACTERS = 1500;

interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/**
 * The lines around [startLine, endLine], whole lines as far as `CONTEXT_CHARACTERS` reach on each
 * side; at least the lines themselves. Reads only these lines, however long the document is.
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
 * The text around [start, end), which are offsets in the document. Lines longer than the context
 * are cut at `CONTEXT_CHARACTERS` from the range, so that a file of one endless line stays cheap.
 */
export function windowAt(document: vscode.TextDocument, range: vscode.Range): TextWindow {
  const { first, last } = linesAround(document, range.start.line, range.end.line);
  const windowStart = document.offsetAt(document.lineAt(first).range.start);
  const windowEnd = document.offsetAt(document.lineAt(last).range.end);
  const rangeStart = document.offsetAt(range.start);
  const rangeEnd = document.offsetAt(range.end);
  const offset = Math.max(windowStart, rangeStart - CONTEXT_CHARACTERS);
  const end = Math.min(windowEnd, rangeEnd + CONTEXT_CHARACTERS);
  const text = document.getText(range.with(document.positionAt(offset), document.positionAt(end)));
  return { text, offset };
}
