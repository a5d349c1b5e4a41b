import { encodeWithMasks } from './encodeWithMasks.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import type { Candidate } from './candidate.js';
import type { WordList } from './longWords.js';
import { isLowConfidence, longWordsAt, withLongWords } from './predictWord.js';
import { logProbability, topTokens } from './probabilities.js';
import { runRows, type AbortState, type Row } from './runRows.js';
import { placeAt } from './place.js';
import { longWordRows } from './proposeLongWords.js';
import { paragraphAround, paragraphRange, unreadIn, type Unread } from './unreadText.js';
import { roomOf, tokensIfCut, windowAround } from './window.js';
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
  const plans = masks.map((mask) => {
    const place = placeAt(tokenizer, request.text, encoding.starts[mask]!);
    const window = windowAround(encoding.ids.length, { start: mask, end: mask + 1 }, room);
    const ids = encoding.ids.subarray(window.start, window.end);
    const at = mask - window.start;
    const own = addRow(rows, { ids, positions: [at] });
    const targets = (request.targets ?? []).map((word) => {
      const spelled = place.spell(word);
      const isLong = spelled !== null && spelled.length > 1;
      const scored = isLong ? targetRows({ ids, at, target: spelled, model, room }) : [];
      return { word, ids: spelled, rows: scored.map((row) => rows.push(row) - 1) };
    });
    const range = { start: encoding.starts[mask]!, end: encoding.ends[mask]! };
    const withoutMasks = (part: string): string => part.replaceAll(tokenizer.maskToken, '');
    const read = {
      text: withoutMasks(textBeside(request.text, range)),
      ids,
      paragraph: withoutMasks(paragraphAround(request.text, range)),
    };
    const lists = longWordsAt(model, { ...request, start: range.start });
    const long = lists.length === 0 ? [] : longWordRows(model, ids, { start: at, end: at + 1 });
    const first = rows.length;
    rows.push(...long);
    const contextTokens = tokensIfCut(encoding, window, paragraphRange(request.text, range));
    return { mask, place, own, targets, contextTokens, read, long: { lists, rows: long, first } };
  });
  const logits = await runRows(model, rows, signal);

  const fills: MaskFill[] = [];
  for (const { mask, place, own, targets, contextTokens, read, long } of plans) {
    const ownLogits = logits[own.row]![own.position]!;
    const { topK } = request;
    const allowed = (id: number): boolean =>
      request.anyToken === true ? tokenizer.hasToken(id) : place.allows(id);
    const short = topTokens(ownLogits, { topK, allowed }).map(({ id, probability }) => ({
      word: tokenizer.readable(id).trim(),
      tokens: [id],
      probability,
    }));
    const candidates = await withLongWords(model, short, {
      topK,
      lists: long.lists,
      rows: long.rows,
      logits: logits.slice(long.first, long.first + long.rows.length),
      signal,
    });
    fills.push({
      start: encoding.starts[mask]!,
      end: encoding.ends[mask]!,
      candidates,
      targets: targets.map(({ word, ids, rows: scored }) => {
        if (ids === null) return { word, probability: null, tokens: [] };
        const score =
          ids.length === 1
            ? logProbability(ownLogits, ids[0]!)
            : wordLogProbability(
                scored.map((row) => logits[row]![0]!),
                ids,
              );
        return { word, probability: Math.exp(score), tokens: [...ids] };
      }),
      lowConfidence: isLowConfidence(candidates),
      contextTokens,
      unread: await unreadIn(model, read),
    });
  }
  return fills;
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
