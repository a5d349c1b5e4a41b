import * as vscode from 'vscode';
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
import { writtenAt } from '../../core/text/writtenWord.js';
import type { ModelClient } from '../models/modelClient.js';
import { proseOfLine } from './documentProse.js';
import { maskBatches } from './maskBatches.js';
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
  /** Text that is read before the line of the masks, which is then all that is read of the document. */
  readonly source?: string | undefined;
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
  request: FillRequest,
): Promise<FilledMask | null> {
  const [fill = null] = await fillsOfMasks(modelClient, { document, ranges: [range] }, request);
  return fill;
}

/**
 * Predictions for masks of a document, which are in order; `null` for those that the model predicts no
 * words for. One request asks for masks that are close to each other, and one for each sentence whose
 * masks are filled together. `onProgress` is called with the number of masks that are done. Ends early,
 * with fewer predictions, if the document changes.
 */
export async function fillsOfMasks(
  modelClient: Pick<ModelClient, 'call'>,
  {
    document,
    ranges,
  }: { readonly document: vscode.TextDocument; readonly ranges: readonly vscode.Range[] },
  request: FillRequest,
  onProgress: (done: number) => void = () => undefined,
): Promise<readonly (FilledMask | null)[]> {
  const { modelFolder, topK, words, neverSuggest, source, lane, signal } = request;
  const maskToken = await maskTokenOf(modelClient, modelFolder, { lane, signal });
  if (maskToken === null) return ranges.map(() => null);
  const fills: (FilledMask | null)[] = [];
  const sentences = new Map<string, Omit<SentenceFills, 'own'> | null>();
  const { version } = document;
  for (const batch of maskBatches(document, ranges)) {
    if (document.version !== version) break;
    const window = masksAround(document, batch, { maskToken, isLineAlone: source !== undefined });
    const { offset, written, spelled } = window;
    const own = batch.map(({ start }) => {
      const at = document.offsetAt(start) - offset;
      return written.findIndex((mask) => mask.start === at);
    });
    const [first, last] = [spelled.masks[own[0]!], spelled.masks[own.at(-1)!]];
    if (first === undefined || last === undefined) {
      fills.push(...batch.map(() => null));
      continue;
    }
    const { targets } = written[own[0]!]!;
    const answer = await modelClient.call(
      'fillMasks',
      {
        ...{ modelFolder, topK: topK + spareFor(neverSuggest), words, lane, text: spelled.text },
        within: { start: first.start, end: last.end },
        ...(targets.length > 0 && { targets }),
        ...(source !== undefined && { source }),
      },
      signal,
    );
    for (const mask of own) {
      const at = spelled.masks[mask]?.start;
      const fill =
        own.length === 1 ? answer.masks[0] : answer.masks.find(({ start }) => start === at);
      const group = fill?.unread === null ? sentenceOf(window, mask) : null;
      const key = group?.map((i) => offset + written[i]!.start).join() ?? '';
      if (group !== null && !sentences.has(key)) {
        sentences.set(key, await sentenceFills(modelClient, window, group, request));
      }
      const together = sentences.get(key) ?? null;
      fills.push(
        fill === undefined
          ? null
          : {
              candidates: candidatesAt(window, mask, { fill, request }),
              targets: targets.length === 0 ? null : rankedTargets(fill.targets),
              lowConfidence: fill.lowConfidence,
              contextTokens: fill.contextTokens,
              unread: fill.unread,
              isUncased: answer.isUncased,
              sentence: together === null ? null : { ...together, own: group!.indexOf(mask) },
            },
      );
      onProgress(fills.length);
    }
  }
  return fills;
}

/** Text around masks of a document, and all masks in it. */
interface MaskWindow {
  readonly document: vscode.TextDocument;
  /** UTF-16 offset of the text in the document. */
  readonly offset: number;
  readonly text: string;
  readonly written: readonly WrittenMask[];
  /** The text and its masks as the model spells them. */
  readonly spelled: SpelledMasks;
}

function masksAround(
  document: vscode.TextDocument,
  ranges: readonly vscode.Range[],
  { maskToken, isLineAlone }: { readonly maskToken: string; readonly isLineAlone: boolean },
): MaskWindow {
  const [first, last] = [ranges[0]!, ranges.at(-1)!];
  const { line } = first.start;
  const { text, offset } = isLineAlone
    ? {
        text: proseOfLine(document, line),
        offset: document.offsetAt(document.lineAt(line).range.start),
      }
    : windowAt(document, first.with(first.start, last.end));
  const written = masksIn(text);
  return { document, offset, text, written, spelled: spellMasks(text, written, maskToken) };
}

/** Masks that are filled together with mask `own`, itself among them; `null` if it is filled alone. */
function sentenceOf({ written, spelled }: MaskWindow, own: number): readonly number[] | null {
  const isFree = (mask: number): boolean => written[mask]!.targets.length === 0;
  return isFree(own) ? jointGroup(spelled.text, spelled.masks, { own, isFree }) : null;
}

/** Candidates for mask `own` that may be suggested, as they are written there. */
function candidatesAt(
  { text, written }: MaskWindow,
  own: number,
  { fill, request }: { readonly fill: MaskFill; readonly request: FillRequest },
): Candidate[] {
  return inContext(suggested(fill.candidates, request), text, written[own]!.start);
}

/** Fills the masks of a sentence together; `null` if no fill may be suggested. */
async function sentenceFills(
  modelClient: Pick<ModelClient, 'call'>,
  { document, offset, written, spelled }: MaskWindow,
  group: readonly number[],
  { modelFolder, lane, neverSuggest, source, signal }: FillRequest,
): Promise<Omit<SentenceFills, 'own'> | null> {
  const starts = group.map((mask) => spelled.masks[mask]!.start);
  const topK = MOST_JOINT_FILLS;
  const answer = await modelClient.call(
    'fillJointly',
    {
      ...{ modelFolder, lane, topK: topK + spareFor(neverSuggest), text: spelled.text, starts },
      ...(source !== undefined && { source }),
    },
    signal,
  );
  const fills = answer.fills
    .filter(({ words }) => words.every((word) => !neverSuggest.has(word.toLowerCase())))
    .slice(0, topK);
  if (fills.length === 0) return null;
  return {
    ranges: group.map((mask) => {
      const { start, end } = written[mask]!;
      return new vscode.Range(
        document.positionAt(offset + start),
        document.positionAt(offset + end),
      );
    }),
    fills: fills.map(({ words, probability }) => ({
      words: words.map((word, i) => writtenAt(word, spelled.text, starts[i]!)),
      probability,
    })),
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

/** Candidates as they are written where they begin in a text. */
export function inContext<C extends { readonly word: string }>(
  candidates: readonly C[],
  text: string,
  start: number,
): C[] {
  return candidates.map((candidate) => ({
    ...candidate,
    word: writtenAt(candidate.word, text, start),
  }));
}
