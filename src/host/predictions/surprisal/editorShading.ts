import * as vscode from 'vscode';
import type { AppErrorData } from '../../../core/errors.js';
import { excessOf } from '../../../core/predict/excessScale.js';
import type { PseudoPerplexity } from '../../../core/predict/pseudoPerplexity.js';
import type { ScoredWord } from '../../../core/predict/scoreWords.js';
import {
  PENDING_SCALE,
  SHADE_COLORS,
  shadeBounds,
  shadeOf,
  type ShadingScale,
} from './surprisalScale.js';
import { placeIn, type TextBlock } from './textBlocks.js';

/** Pseudo-perplexity of a document, or of its beginning. */
export interface DocumentPerplexity extends PseudoPerplexity {
  readonly isCut: boolean;
}

/** Scores of an editor's document. */
export interface EditorShading {
  readonly blocks: readonly { readonly block: TextBlock; readonly words: readonly ScoredWord[] }[];
  readonly scale: ShadingScale;
  /** Whether all words in view are scored. */
  readonly isComplete: boolean;
  /** `null` until the document is scored, or if the model reads none of its words. */
  readonly perplexity: DocumentPerplexity | null;
  readonly error: AppErrorData | null;
}

export const NOT_SCORED: EditorShading = {
  blocks: [],
  scale: PENDING_SCALE,
  isComplete: false,
  perplexity: null,
  error: null,
};

/** Excess surprisals of the words in view, and the number of words that the model cannot read. */
export interface WordsInView {
  readonly words: readonly { readonly excess: number }[];
  readonly unscored: number;
}

/** Finds the words that begin in the visible ranges of an editor. */
export function wordsInView(
  { blocks }: EditorShading,
  visibleRanges: readonly vscode.Range[],
): WordsInView {
  const words: { excess: number }[] = [];
  let unscored = 0;
  for (const { block, words: scored } of blocks) {
    const visible = visibleRanges.filter(
      ({ start, end }) => block.lastLine >= start.line && block.line <= end.line,
    );
    if (visible.length === 0) continue;
    for (const word of scored) {
      const { start } = rangeIn(block, word);
      if (!visible.some((range) => range.contains(start))) continue;
      const excess = excessOf(word);
      if (excess === null) unscored++;
      else words.push({ excess });
    }
  }
  return { words, unscored };
}

/** Ranges of the shaded words of each shade, weakest first. */
export function shadedRanges(
  { blocks, scale }: EditorShading,
  percentile: number,
): vscode.Range[][] {
  const bounds = shadeBounds(percentile, scale);
  const ranges = SHADE_COLORS.map((): vscode.Range[] => []);
  for (const { block, words } of blocks) {
    for (const word of words) {
      const shade = shadeOf(excessOf(word) ?? -Infinity, bounds);
      if (shade >= 0) ranges[shade]!.push(rangeIn(block, word));
    }
  }
  return ranges;
}

function rangeIn(block: TextBlock, { start, end }: ScoredWord): vscode.Range {
  const [from, to] = [placeIn(block, start), placeIn(block, end)];
  return new vscode.Range(from.line, from.character, to.line, to.character);
}
