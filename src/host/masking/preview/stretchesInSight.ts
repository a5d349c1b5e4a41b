import * as vscode from 'vscode';
import type { Stretch } from '../../../protocol/preview.js';

/** Lines around the visible ones that are decorated too, so that a little scrolling shows masks. */
const LINES_DRAWN = 60;
/** Lines around the visible ones whose masks are requested, so that more scrolling finds them. */
const LINES_REQUESTED = 120;

type SeenEditor = Pick<vscode.TextEditor, 'document' | 'visibleRanges'>;

/** The parts of a document in which masks are drawn. */
export function drawnStretches(editors: readonly SeenEditor[]): Stretch[] {
  return stretchesInSight(editors, LINES_DRAWN);
}

/** The parts of a document whose masks are requested. */
export function requestedStretches(editors: readonly SeenEditor[]): Stretch[] {
  return stretchesInSight(editors, LINES_REQUESTED);
}

/** The lines that editors of one document show and some around them, merged and in order. */
export function stretchesInSight(editors: readonly SeenEditor[], linesAround: number): Stretch[] {
  const found = editors.flatMap(({ document, visibleRanges }) =>
    visibleRanges.map(({ start, end }) => ({
      start: document.offsetAt(new vscode.Position(Math.max(0, start.line - linesAround), 0)),
      end: document.offsetAt(new vscode.Position(end.line + linesAround + 1, 0)),
    })),
  );
  return merged(found);
}

function merged(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/** Whether each stretch is inside one of the others. */
export function isWithin(stretches: readonly Stretch[], others: readonly Stretch[]): boolean {
  return stretches.every(({ start, end }) =>
    others.some((other) => other.start <= start && end <= other.end),
  );
}
