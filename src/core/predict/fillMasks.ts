import * as z from 'zod';
import { encodeWithMasks } from './encodeWithMasks.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import type { Candidate } from './candidate.js';
import type { WordList } from './longWords.js';
import { beginningsSchema, leastOf, longWordsAt, withLongWords } from './longCandidates.js';
import { isLowConfidence } from './predictWord.js';
import { resultKey } from './keptResults.js';
import { logProbability, topTokens } from './probabilities.js';
import { runRows, type AbortState, type Row } from './runRows.js';
import { placeAt } from './place.js';
import { beginningsAt, longWordRows, placesOf, type MaskedPlace } from './proposeLongWords.js';
import { paragraphAround, paragraphRange, unreadIn, type Unread } from './unreadText.js';
import { BEYOND_WINDOW, roomOf, tokensIfCut, windowAround } from './window.js';
import type { TextRange } from '../text/words.js';
import { wordLogProbability, wordRows } from './wordLikelihood.js';

export interface FillMasksRequest {
  readonly text: string;
  readonly topK: number;
  /** Words to score in the place of each mask, whatever their rank. */
  readonly targets?: readonly string[] | undefined;
  /** Predicts only masks that start in this range; the others are context. */
  readonly within?: TextRange | undefined;
  /** Most tokens of context per mask, with special tokens. Default: 128. */
  readonly context?: number | undefined;
  /** Whether every token of the vocabulary is a candidate, as in other tools. Default: words only. */
  readonly anyToken?: boolean | undefined;
  /** Lists of words that are candidates too if they have several pieces. Lists must not change. */
  readonly wordLists?: readonly WordList[] | undefined;
}

export interface TargetScore {
  readonly word: string;
  readonly probability: number | null;
  /** Tokens of the word; empty if the model cannot spell it. */
  readonly tokens: readonly number[];
}

export interface MaskFill {
  /** UTF-16 offsets of the mask token in the text. */
  readonly start: number;
  readonly end: number;
  /** Best first, without special tokens, and without word pieces unless the mask touches a word. */
  readonly candidates: readonly Candidate[];
  /** One per target, in the given order; the probability is `null` if the model cannot spell the word. */
  readonly targets: readonly TargetScore[];
  readonly lowConfidence: boolean;
  /** Number of tokens that were read, if the paragraph of the mask has more; otherwise `null`. */
  readonly contextTokens: number | null;
  /** Set if the text around the mask is text that the model never read. */
  readonly unread: Unread | null;
}

/**
 * Predicts all mask tokens of a text. All masks are present at once, so each fill is the marginal
 * prediction given the text with all its masks. Candidates are words: punctuation is excluded, and
 * pieces too unless the mask continues a word, or with `anyToken`. A text longer than `roomOf` the model is truncated
 * around each mask. Target words of more than one token are scored by PLL-word-l2r.
 */
export async function fillMasks(
  model: MaskedLanguageModel,
  request: FillMasksRequest,
  signal?: AbortState,
): Promise<MaskFill[]> {
  const { tokenizer } = model;
  const encoding = encodeWithMasks(tokenizer, request.text);
  const { start: from, end: to } = request.within ?? { start: 0, end: Infinity };
  const masks = [...encoding.ids.keys()].filter((index) => {
    const start = encoding.starts[index]!;
    return encoding.ids[index] === tokenizer.special.mask && start >= from && start < to;
  });

  const room = roomOf(model, request.context);
  const rows: Row[] = [];
  const { topK, anyToken = false } = request;
  const plans = masks.map((mask) => {
    const place = placeAt(tokenizer, request.text, encoding.starts[mask]!);
    const window = windowAround(encoding.ids.length, { start: mask, end: mask + 1 }, room);
    const ids = encoding.ids.subarray(window.start, window.end);
    const at = mask - window.start;
    const targets = (request.targets ?? []).map((word) => ({ word, ids: place.spell(word) }));
    const range = { start: encoding.starts[mask]!, end: encoding.ends[mask]! };
    const withoutMasks = (part: string): string => part.replaceAll(tokenizer.maskToken, '');
    const unread = {
      text: withoutMasks(textBeside(request.text, range)),
      ids,
      paragraph: withoutMasks(paragraphAround(request.text, range)),
    };
    const lists = longWordsAt(model, { ...request, start: range.start });
    const longRows = lists.length === 0 ? [] : longWordRows(model, ids, { start: at, end: at + 1 });
    const spelled = targets.map((target) => Array.from(target.ids ?? []).join(' '));
    const facts = [at, room, topK, place.kind, anyToken, lists.length > 0, ...spelled];
    const key = resultKey('mask', ids, ...facts);
    const allows = (id: number): boolean => (anyToken ? tokenizer.hasToken(id) : place.allows(id));
    const asked = { ids, at, room, topK, allows, targets: targets.map((target) => target.ids) };
    const kept = model.kept?.get(key, maskAtPlaceSchema);
    const run = kept === undefined ? addRows(model, rows, { ...asked, longRows }) : null;
    const contextTokens = tokensIfCut(
      encoding,
      window,
      paragraphRange(request.text, range, BEYOND_WINDOW),
    );
    return { range, lists, longRows, key, targets, kept, run, contextTokens, unread };
  });
  const logits = await runRows(model, rows, signal);

  const fills: MaskFill[] = [];
  for (const { range, lists, longRows, key, targets, kept, run, ...plan } of plans) {
    const read = run?.(logits);
    if (read !== undefined) model.kept?.set(key, read.found);
    const found = kept ?? read!.found;
    const short = found.short.map(({ id, probability }) => ({
      ...{ word: tokenizer.readable(id).trim(), tokens: [id], probability },
    }));
    const candidates = await withLongWords(model, short, {
      ...{ topK, lists, rows: longRows, key, signal },
      places: read?.places ?? null,
      beginnings: found.beginnings,
    });
    fills.push({
      ...range,
      candidates,
      targets: targets.map(({ word, ids }, i) => {
        return { word, probability: found.targets[i] ?? null, tokens: [...(ids ?? [])] };
      }),
      lowConfidence: isLowConfidence(candidates),
      contextTokens: plan.contextTokens,
      unread: await unreadIn(model, plan.unread),
    });
  }
  return fills;
}

/** Results of a mask, which its tokens and the request determine. */
const maskAtPlaceSchema = z.object({
  short: z.array(z.object({ id: z.number(), probability: z.number() })),
  /** Beginnings of words of several pieces; empty without lists. */
  beginnings: beginningsSchema,
  /** Probabilities of the targets; `null` for those that cannot be spelled. */
  targets: z.array(z.number().nullable()),
});

/** Adds the rows of a mask. Returns what reads their logits. */
function addRows(
  model: MaskedLanguageModel,
  rows: Row[],
  asked: {
    /** Tokens of the window. */
    readonly ids: Int32Array;
    /** Index of the mask in them. */
    readonly at: number;
    readonly room: number;
    readonly topK: number;
    readonly allows: (id: number) => boolean;
    readonly targets: readonly (Int32Array | null)[];
    readonly longRows: readonly Row[];
  },
): (logits: readonly (readonly Float32Array[])[]) => {
  readonly found: z.infer<typeof maskAtPlaceSchema>;
  readonly places: MaskedPlace[];
} {
  const { ids, at, room, topK, allows, longRows } = asked;
  const own = addRow(rows, { ids, positions: [at] });
  const targets = asked.targets.map((target) => {
    const isLong = target !== null && target.length > 1;
    const scored = isLong ? targetRows({ ids, at, target, model, room }) : [];
    return { target, rows: scored.map((row) => rows.push(row) - 1) };
  });
  const firstLong = rows.length;
  rows.push(...longRows);
  return (logits) => {
    const ownLogits = logits[own.row]![own.position]!;
    const short = topTokens(ownLogits, { topK, allowed: allows });
    const places = placesOf(model, logits.slice(firstLong, firstLong + longRows.length));
    const scores = targets.map(({ target, rows: scored }) => {
      if (target === null) return null;
      const [id, ...others] = target;
      if (id !== undefined && others.length === 0) return Math.exp(logProbability(ownLogits, id));
      const inOrder = scored.map((row) => logits[row]![0]!);
      return Math.exp(wordLogProbability(inOrder, target));
    });
    const beginnings = beginningsAt(places, leastOf(short, topK));
    return { found: { short, beginnings, targets: scores }, places };
  };
}

/** Distance within which the text beside a mask decides whether the model can read there. */
const BESIDE = 100;

/** Text of the line that holds a mask, without the mask and not far from it. */
function textBeside(text: string, { start, end }: TextRange): string {
  const before = text.slice(Math.max(0, start - BESIDE), start);
  const after = text.slice(end, end + BESIDE);
  return before.slice(before.lastIndexOf('\n') + 1) + after.split('\n', 1)[0]!;
}

/** Adds a position to the row with the same window, or adds a new row. */
function addRow(rows: Row[], row: Row): { row: number; position: number } {
  const last = rows.findLastIndex((other) => sameWindow(other.ids, row.ids));
  if (last < 0) return { row: rows.push(row) - 1, position: 0 };
  const positions = [...rows[last]!.positions, ...row.positions];
  rows[last] = { ids: row.ids, positions };
  return { row: last, position: positions.length - 1 };
}

/** Compares windows, which are views into one encoding, by offset and length. */
function sameWindow(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return (
    a instanceof Int32Array &&
    b instanceof Int32Array &&
    a.buffer === b.buffer &&
    a.byteOffset === b.byteOffset &&
    a.length === b.length
  );
}

function targetRows(options: {
  ids: Int32Array;
  at: number;
  target: Int32Array;
  model: MaskedLanguageModel;
  room: number;
}): Row[] {
  const { ids, at, target, model, room } = options;
  // The target takes more positions than the mask, so truncate at the farther end.
  const spelled = Int32Array.from([...ids.subarray(0, at), ...target, ...ids.subarray(at + 1)]);
  const window = windowAround(spelled.length, { start: at, end: at + target.length }, room);
  const start = at - window.start;
  return wordRows(
    spelled.subarray(window.start, window.end),
    { start, end: Math.min(start + target.length, window.end - window.start) },
    model.tokenizer.special.mask,
  );
}
