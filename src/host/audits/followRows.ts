import * as vscode from 'vscode';
import type { AuditedRow } from './shownAudit.js';

/** A change of a document, as its event tells it. */
export type RowChange = Pick<vscode.TextDocumentContentChangeEvent, 'range' | 'text'>;

/** Rows after changes of their document: moved with the lines above; those that changed are left out. */
export function followRows(
  rows: readonly AuditedRow[],
  changes: readonly RowChange[],
): AuditedRow[] {
  return rows.flatMap((row) => {
    let lines = 0;
    for (const { range, text } of changes) {
      if (isBelow(range.start, text, row.range)) continue;
      if (!isAbove({ range, text }, row.range)) return [];
      lines += text.split('\n').length - 1 - (range.end.line - range.start.line);
    }
    return [lines === 0 ? row : movedRow(row, lines)];
  });
}

function isBelow(
  { line, character }: vscode.Position,
  text: string,
  { end }: vscode.Range,
): boolean {
  return (
    line > end.line || (line === end.line && character >= end.character && /^\r?\n/.test(text))
  );
}

/** Whether a change ends above a row, such as whole lines that are inserted or deleted before it. */
function isAbove({ range: { start, end }, text }: RowChange, row: vscode.Range): boolean {
  if (end.line < row.start.line) return true;
  const isAtStart = end.line === row.start.line && end.character === 0;
  return isAtStart && (text === '' ? start.character === 0 : text.endsWith('\n'));
}

function movedRow(row: AuditedRow, lines: number): AuditedRow {
  const moved = ({ start, end }: vscode.Range): vscode.Range =>
    new vscode.Range(start.translate(lines, 0), end.translate(lines, 0));
  return {
    ...row,
    range: moved(row.range),
    words: row.words.map((word) => ({ ...word, range: moved(word.range) })),
  };
}
