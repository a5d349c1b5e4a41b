import * as vscode from 'vscode';
import { capitalized } from '../../core/format.js';
import type { MaskFill } from '../../core/predict/fillMasks.js';
import { jointGroup } from '../../core/predict/jointGroup.js';
import type { Lane } from '../../core/predict/jobs.js';
import { isSentenceStart } from '../../core/text/sentenceStart.js';
import type { ModelClient } from '../models/modelClient.js';
import { maskTokenOf, spellMasks, type SpelledMasks } from './maskSpellings.js';
import { windowAt } from './textWindow.js';

/** Joint fills that are shown for the masks of one sentence. */
const MOST_JOINT_FILLS = 3;

export interface FillRequest {
  readonly modelFolder: string;
  readonly topK: number;
  /** Words of the document, candidates even if they have several tokens. */
  readonly words: readonly string[];
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

export interface FilledMask extends Pick<MaskFill, 'candidates' | 'lowConfidence' | 'unread'> {
  readonly isUncased: boolean;
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
  { modelFolder, topK, words, lane, signal }: FillRequest,
): Promise<FilledMask | null> {
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
  if (maskToken === null) return null;
  const { text, offset } = windowAt(document, range);
  const spelled = spellMasks(text, document.offsetAt(range.start) - offset, maskToken);
  const answer = await modelClient.call(
    'fillMasks',
    { modelFolder, topK, words, lane, text: spelled.text, within: spelled.within },
    signal,
  );
  const [fill] = answer.masks;
  if (fill === undefined) return null;
  const { candidates, lowConfidence, unread } = fill;
  const own = spelled.masks.findIndex(({ start }) => start === spelled.within.start);
  const group = unread === null ? jointGroup(spelled.text, spelled.masks, own) : null;
  const joint = { modelFolder, lane, topK: MOST_JOINT_FILLS };
  return {
    candidates: inContext(candidates, textBefore(document, range)),
    lowConfidence,
    unread,
    isUncased: answer.isUncased,
    sentence:
      group === null
        ? null
        : await sentenceFills(
            modelClient,
            { document, offset, spelled, group, own, joint },
            signal,
          ),
  };
}

async function sentenceFills(
  modelClient: Pick<ModelClient, 'call'>,
  asked: {
    readonly document: vscode.TextDocument;
    readonly offset: number;
    readonly spelled: SpelledMasks;
    readonly group: readonly number[];
    readonly own: number;
    readonly joint: { readonly modelFolder: string; readonly lane: Lane; readonly topK: number };
  },
  signal: AbortSignal,
): Promise<SentenceFills | null> {
  const { document, offset, spelled, group, own, joint } = asked;
  const starts = group.map((mask) => spelled.masks[mask]!.start);
  const { fills } = await modelClient.call(
    'fillJointly',
    { ...joint, text: spelled.text, starts },
    signal,
  );
  if (fills.length === 0) return null;
  const begins = starts.map((start) => isSentenceStart(spelled.text.slice(0, start)));
  return {
    ranges: group.map((mask) => {
      const { start, end } = spelled.written[mask]!;
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

/** The word to put in the place of a mask: that of the best fill of its sentence, if there is one. */
export function bestWord({ candidates, sentence, unread }: FilledMask): string | null {
  if (unread !== null) return null;
  return sentence?.fills[0]?.words[sentence.own] ?? candidates[0]?.word ?? null;
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
