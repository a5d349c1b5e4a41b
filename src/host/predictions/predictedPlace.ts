import * as vscode from 'vscode';
import { masksIn } from '../../core/predict/spelledMasks.js';
import { wordAt, type TextRange } from '../../core/text/words.js';
import { proseOfLine } from './documentProse.js';

/** Range of a word or mask in a document. */
export interface PredictedPlace {
  readonly range: vscode.Range;
  readonly isMask: boolean;
}

/** The mask or word that a position touches; masks first. */
export function placeAtPosition(
  document: vscode.TextDocument,
  position: vscode.Position,
): PredictedPlace | null {
  const mask = maskAt(document, position);
  if (mask !== null) return { range: mask, isMask: true };
  const word = wordAt(proseOfLine(document, position.line), position.character);
  return word === null ? null : { range: rangeIn(position.line, word), isMask: false };
}

/** Range of the mask that a position touches. */
export function maskAt(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
): vscode.Range | null {
  const mask = masksIn(proseOfLine(document, line)).find(
    ({ start, end }) => start <= character && character <= end,
  );
  return mask === undefined ? null : rangeIn(line, mask);
}

function rangeIn(line: number, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
