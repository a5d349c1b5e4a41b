import * as vscode from 'vscode';
import { capitalized } from '../../core/format.js';
import type { Candidate } from '../../core/predict/candidate.js';
import type { MaskFill } from '../../core/predict/fillMasks.js';
import { jointGroup } from '../../core/predict/jointGroup.js';
import type { Lane } from '../../core/predict/jobs.js';
import {
  masksIn,
  spellMasks,
  type SpelledMasks,
  type WrittenMask,
} from '../../core/predict/spelledMasks.js';
import { isSentenceStart } from '../../core/text/sentenceStart.js';
import type { ModelClient } from '../models/modelClient.js';
import { maskTokenOf } from './maskToken.js';
import { windowAt } from './textWindow.js';

/** Joint fills that are shown for the masks of one sentence. */
const MOST_JOINT_FILLS = 3;

export interface FillRequest {
  readonly modelFolder: string;
  readonly topK: number;
  /** Words of the document, candidates even if they have several tokens. */
  readonly words: readonly string[];
  /** Words that are never suggested, in lower case. */
  readonly neverSuggest: ReadonlySet<string>;
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** Fills of all masks of a sentence together. */
export interface SentenceFills {
  /** Ranges of the masks in the document. */
  readonly ranges: readonly vscode.Range[];
  /** Best first, with a word per range. */
  readonly fills: readonly { readonly words: readonly string[]; readonly probability: number }[];
  /** Index of the mask in question. */
  readonly own: number;
}

/** A word that a mask lists, as in `[MASK:fox|dog]`. */
export interface RankedTarget {
  readonly word: string;
  /** By PLL-word-l2r; `null` if the model cannot spell the word. */
  readonly probability: number | null;
  readonly pieces: number;
}

export interface FilledMask extends Pick<
  MaskFill,
  'candidates' | 'lowConfidence' | 'contextTokens' | 'unread'
> {
  readonly isUncased: boolean;
  /** The words that the mask itself lists, best first; `null` if it lists none. */
  readonly targets: readonly RankedTarget[] | null;
  /** Set for a mask beside others in its sentence. */
  readonly sentence: SentenceFills | null;
}

/**
 * Predictions for the mask at a range of a document; `null` if the model predicts no words. Hovers,
 * inline fills and code actions send the same requests, so all of them show the same fill from the
 * server's cache.
 */
export async function fillOfMask(
  modelClient: Pick<ModelClient, 'call'>,
  { document, range }: { readonly document: vscode.TextDocument; readonly range: vscode.Range },
  { modelFolder, topK, words, neverSuggest, lane, signal }: FillRequest,
): Promise<FilledMask | null> {
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
  if (maskToken === null) return null;
  const { text, offset } = windowAt(document, range);
  const written = masksIn(text);
  const at = document.offsetAt(range.start) - offset;
  const own = written.findIndex(({ start }) => start === at);
  if (own < 0) return null;
  const spelled = spellMasks(text, written, maskToken);
  const { targets } = written[own]!;
  const answer = await modelClient.call(
    'fillMasks',
    {
      ...{ modelFolder, topK: topK + spareFor(neverSuggest), words, lane, text: spelled.text },
      within: spelled.masks[own]!,
      ...(targets.length > 0 && { targets }),
    },
    signal,
  );
  const [fill] = answer.masks;
  if (fill === undefined) return null;
  const { lowConfidence, contextTokens, unread } = fill;
  const candidates = suggested(fill.candidates, { neverSuggest, topK });
  const isFree = (mask: number): boolean => written[mask]!.targets.length === 0;
  const group =
    unread === null && isFree(own)
      ? jointGroup(spelled.text, spelled.masks, { own, isFree })
      : null;
  const joint = { modelFolder, lane, topK: MOST_JOINT_FILLS, neverSuggest };
  return {
    candidates: inContext(candidates, textBefore(document, range)),
    targets: targets.length === 0 ? null : rankedTargets(fill.targets),
    lowConfidence,
    contextTokens,
    unread,
    isUncased: answer.isUncased,
    sentence:
      group === null
        ? null
        : await sentenceFills(
            modelClient,
            { document, offset, written, spelled, group, own, joint },
            signal,
          ),
  };
}

async function sentenceFills(
  modelClient: Pick<ModelClient, 'call'>,
  asked: {
    readonly document: vscode.TextDocument;
    readonly offset: number;
    readonly written: readonly WrittenMask[];
    readonly spelled: SpelledMasks;
    readonly group: readonly number[];
    readonly own: number;
    readonly joint: Pick<FillRequest, 'modelFolder' | 'lane' | 'topK' | 'neverSuggest'>;
  },
  signal: AbortSignal,
): Promise<SentenceFills | null> {
  const { document, offset, written, spelled, group, own, joint } = asked;
  const starts = group.map((mask) => spelled.masks[mask]!.start);
  const { modelFolder, lane, topK, neverSuggest } = joint;
  const answer = await modelClient.call(
    'fillJointly',
    { modelFolder, lane, topK: topK + spareFor(neverSuggest), text: spelled.text, starts },
    signal,
  );
  const fills = answer.fills
    .filter(({ words }) => words.every((word) => !neverSuggest.has(word.toLowerCase())))
    .slice(0, topK);
  if (fills.length === 0) return null;
  const begins = starts.map((start) => isSentenceStart(spelled.text.slice(0, start)));
  return {
    ranges: group.map((mask) => {
      const { start, end } = written[mask]!;
      return new vscode.Range(
        document.positionAt(offset + start),
        document.positionAt(offset + end),
      );
    }),
    fills: fills.map(({ words, probability }) => ({
      words: words.map((word, i) => (begins[i] === true ? capitalized(word) : word)),
      probability,
    })),
    own: group.indexOf(own),
  };
}

function rankedTargets(targets: MaskFill['targets']): RankedTarget[] {
  return targets
    .map(({ word, probability, tokens }) => ({ word, probability, pieces: tokens.length }))
    .sort((a, b) => (b.probability ?? -1) - (a.probability ?? -1));
}

/** The words to offer in the place of a mask: those that it lists, or the model's candidates. */
export function choicesOf({
  candidates,
  targets,
}: FilledMask): readonly Pick<Candidate, 'word' | 'probability'>[] {
  if (targets === null) return candidates;
  return targets.flatMap(({ word, probability }) =>
    probability === null ? [] : [{ word, probability }],
  );
}

/** The word to put in the place of a mask: that of the best fill of its sentence, if there is one. */
export function bestWord(fill: FilledMask): string | null {
  const { sentence, unread } = fill;
  if (unread !== null) return null;
  return sentence?.fills[0]?.words[sentence.own] ?? choicesOf(fill)[0]?.word ?? null;
}

/** More candidates than this are not requested in place of words that are never suggested. */
const MOST_SPARE = 20;

/** Number of candidates to request beyond those that are shown. */
export function spareFor(neverSuggest: ReadonlySet<string>): number {
  return Math.min(neverSuggest.size, MOST_SPARE);
}

/** The best candidates that may be suggested. */
export function suggested<C extends { readonly word: string }>(
  candidates: readonly C[],
  { neverSuggest, topK }: Pick<FillRequest, 'neverSuggest' | 'topK'>,
): C[] {
  return candidates.filter(({ word }) => !neverSuggest.has(word.toLowerCase())).slice(0, topK);
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
