import type * as vscode from 'vscode';
import { masksIn } from '../../core/predict/spelledMasks.js';

/** Masks of one request: a few passes of the model, between which hovers have their turn. */
const MOST_MASKS = 16;
/** Characters from the first to the last mask of one request. */
const MOST_CHARACTERS = 20_000;

/**
 * Splits masks of a document, which are in order, into those that one request asks for. A mask that lists
 * words is alone, because all masks of a request rank the same words.
 */
export function maskBatches(
  document: Pick<vscode.TextDocument, 'getText' | 'offsetAt'>,
  ranges: readonly vscode.Range[],
): vscode.Range[][] {
  const batches: vscode.Range[][] = [];
  let start = 0;
  let canGrow = false;
  for (const range of ranges) {
    const isPlain = masksIn(document.getText(range)).every(({ targets }) => targets.length === 0);
    const batch = batches.at(-1);
    const fits =
      batch !== undefined &&
      batch.length < MOST_MASKS &&
      document.offsetAt(range.end) - start <= MOST_CHARACTERS;
    if (fits && canGrow && isPlain) {
      batch.push(range);
    } else {
      batches.push([range]);
      start = document.offsetAt(range.start);
    }
    canGrow = isPlain;
  }
  return batches;
}
