import type * as vscode from 'vscode';
import { Position, Range, Uri } from './fakeVscode.js';

/** A document of several lines, whose offsets count line ends as the editor does; `set` edits it. */
export interface FakeDocument extends vscode.TextDocument {
  set(text: string): void;
}

export function documentOf(file: string, text: string): FakeDocument {
  let current = text;
  let version = 1;
  let starts = startsOf(text);
  const lineText = (line: number): string =>
    current.slice(starts[line], starts[line + 1]).replace(/\r?\n$/, '');
  const document = {
    uri: Uri.file(file),
    fileName: file,
    get version() {
      return version;
    },
    get lineCount() {
      return starts.length;
    },
    languageId: 'plaintext',
    getText: (range?: Range) =>
      range === undefined
        ? current
        : current.slice(document.offsetAt(range.start), document.offsetAt(range.end)),
    lineAt: (at: number | Position) => {
      const line = typeof at === 'number' ? at : at.line;
      const { length } = lineText(line);
      return { text: lineText(line), range: new Range(line, 0, line, length) };
    },
    positionAt: (offset: number) => {
      const line = starts.findLastIndex((start) => start <= offset);
      return new Position(line, Math.min(offset - starts[line]!, lineText(line).length));
    },
    offsetAt: ({ line, character }: Position) => (starts[line] ?? current.length) + character,
    set: (changed: string) => {
      current = changed;
      starts = startsOf(changed);
      version++;
    },
  };
  return document as unknown as FakeDocument;
}

/** Offsets of the beginnings of lines. */
function startsOf(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\n/g)].map((end) => end.index + end[0].length)];
}
