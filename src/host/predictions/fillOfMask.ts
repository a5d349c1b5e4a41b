import type * as vscode from 'vscode';
import { capitalized } from '../../core/format.js';
import type { MaskFill } from '../../core/predict/fillMasks.js';
import { isSentenceStart } from '../../core/text/sentenceStart.js';
import type { Lane } from '../../core/predict/jobs.js';
import type { ModelClient } from '../models/modelClient.js';
import { maskTokenOf, spellMasks } from './maskSpellings.js';
import { windowAt } from './textWindow.js';

export interface FillRequest {
  readonly modelFolder: string;
  readonly topK: number;
  /** Words of the document, candidates even if they have several tokens. */
  readonly words: readonly string[];
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

export interface FilledMask extends Pick<MaskFill, 'candidates' | 'lowConfidence' | 'unread'> {
  readonly isUncased: boolean;
}

/**
 * Predictions for the mask at a range of a document; `null` if the model predicts no words. Hovers,
 * inline fills and code actions send the same request, so all of them show the same fill from the
 * server's cache.
 */
export async function fillOfMask(
  modelClient: Pick<ModelClient, 'call'>,
  { document, range }: { readonly document: vscode.TextDocument; readonly range: vscode.Range },
  { modelFolder, topK, words, lane, signal }: FillRequest,
): Promise<FilledMask | null> {
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
  if (maskToken === null) return null;
  const { text, offset } = windowAt(document, range);
  const request = spellMasks(text, document.offsetAt(range.start) - offset, maskToken);
  const answer = await modelClient.call(
    'fillMasks',
    { modelFolder, topK, words, lane, ...request },
    signal,
  );
  const [fill] = answer.masks;
  if (fill === undefined) return null;
  const { candidates, lowConfidence, unread } = fill;
  return {
    candidates: inContext(candidates, textBefore(document, range)),
    lowConfidence,
    unread,
    isUncased: answer.isUncased,
  };
}

/**
 * Candidates as the model gives them, with a capital letter at the start of a sentence, which an uncased
 * model cannot give.
 */
export function inContext<C extends { readonly word: string }>(
  candidates: readonly C[],
  before: string,
): C[] {
  const isStart = isSentenceStart(before);
  return candidates.map((candidate) =>
    isStart ? { ...candidate, word: capitalized(candidate.word) } : candidate,
  );
}

/** Text before a range, as far as it decides whether a sentence begins there. */
export function textBefore(document: vscode.TextDocument, range: vscode.Range): string {
  const { text, offset } = windowAt(document, range);
  return text.slice(0, document.offsetAt(range.start) - offset);
}
