import { wordsIn, type TextRange } from '../text/words.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Confusable, Confusables } from './confusables.js';
import { PIECE_COUNTS, spellLongWords, type LongWords } from './longWords.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { placeAt, type Place } from './place.js';
import { logProbability } from './probabilities.js';
import {
  longWordProbability,
  longWordRows,
  placesOf,
  proposeLongWords,
} from './proposeLongWords.js';
import { runRows, type AbortState, type Row } from './runRows.js';
import { suspectWords, type SuspectWord } from './suspectWords.js';
import { paragraphAround, unreadIn } from './unreadText.js';
import { roomOf, tokensInRange, windowAround, type TokenRange } from './window.js';
import { wordRows } from './wordLikelihood.js';
import { lowest, THRESHOLDS, type Thresholds, type WordSuggestion } from './wordSuggestion.js';

/** A word that is more probable than one that is confused with it, whether it is suggested or not. */
export interface ScoredConfusable extends WordSuggestion {
  readonly sentence: TextRange;
  /** Nats by which it is more probable than the other words that may have been meant; `null` for none. */
  readonly lead: number | null;
}

/** Share of the other words of a sentence that are known, so that it is English. */
const MOSTLY = 0.75;
/** Words shorter than this are not in the list. */
const SHORTEST_LISTED = 3;
/** Words whose rows are run in one go, which bounds the memory for logits. */
const AT_A_TIME = 16;

/**
 * Suggests words that the model prefers by a margin to words that are easily confused with them, at most
 * one for each sentence.
 */
export async function suggestWords(
  model: MaskedLanguageModel,
  request: ConfusablesRequest & { readonly thresholds?: Thresholds | undefined },
  signal?: AbortState,
): Promise<WordSuggestion[]> {
  const { thresholds = THRESHOLDS } = request;
  const scored = await scoreConfusables(model, { ...request, thresholds }, signal);
  return chooseSuggestions(scored, thresholds);
}

/** Of those above their thresholds, the most probable one in each sentence, in the order of the text. */
export function chooseSuggestions(
  scored: readonly ScoredConfusable[],
  thresholds: Thresholds,
): WordSuggestion[] {
  const best = new Map<number, ScoredConfusable>();
  for (const found of scored) {
    const { margin, probability, lead = 0 } = thresholds[found.confusion];
    if (found.margin < margin || found.probability < probability) continue;
    if (found.lead !== null && found.lead < lead) continue;
    const before = best.get(found.sentence.start);
    if (before === undefined || found.margin > before.margin) best.set(found.sentence.start, found);
  }
  return [...best.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, word, replacement, confusion, margin, probability }) => {
      return { start, end, word, replacement, confusion, margin, probability };
    });
}

export interface ConfusablesRequest {
  readonly text: string;
  /** The words to judge. */
  readonly words: readonly TextRange[];
  readonly confusables: Confusables;
}

/**
 * Scores the words that may have been meant in place of given ones, and returns those above the
 * thresholds of their relation.
 *
 * Each word is masked alone. A word of one piece has the probability of its piece in place of one mask;
 * one of two to four pieces has that of `proposeLongWords`, which makes both comparable. Words of
 * more pieces are left out, as are those that are not in `suspectWords`, words in sentences that are
 * not English, and words that the model cannot read.
 */
export async function scoreConfusables(
  model: MaskedLanguageModel,
  request: ConfusablesRequest & { readonly thresholds: Thresholds },
  signal?: AbortState,
): Promise<ScoredConfusable[]> {
  const { text, confusables, thresholds } = request;
  const wanted = new Set(request.words.map(({ start }) => start));
  const judged = suspectWords(text).filter(
    (word) => wanted.has(word.start) && isKnownLanguage(text, word, confusables),
  );
  const places = await judgedPlaces(model, text, judged, { confusables, thresholds });
  const scored: ScoredConfusable[] = [];
  for (let from = 0; from < places.length; from += AT_A_TIME) {
    const part = places.slice(from, from + AT_A_TIME);
    const rows = part.map((place) => rowsOf(model, place));
    const logits = await runRows(model, rows.flat(), signal);
    let at = 0;
    for (const [i, place] of part.entries()) {
      const own = logits.slice(at, at + rows[i]!.length);
      at += rows[i]!.length;
      scored.push(
        ...(await scorePlace(model, place, { rows: rows[i]!, logits: own, thresholds, signal })),
      );
    }
  }
  return scored;
}

/** A word with those that may have been meant, in the tokens of its window. */
interface JudgedPlace {
  readonly word: SuspectWord;
  readonly written: string;
  readonly confusables: readonly Confusable[];
  /** Those of one piece, with its id. */
  readonly short: ReadonlyMap<string, number>;
  /** Those of several pieces; `null` without any. */
  readonly long: LongWords | null;
  /** Tokens of the window. */
  readonly ids: Int32Array;
  /** Those of the word. */
  readonly range: TokenRange;
}

async function judgedPlaces(
  model: MaskedLanguageModel,
  text: string,
  words: readonly SuspectWord[],
  {
    confusables,
    thresholds,
  }: { readonly confusables: Confusables; readonly thresholds: Thresholds },
): Promise<JudgedPlace[]> {
  if (words.length === 0) return [];
  const { tokenizer } = model;
  const encoding = tokenizer.encode(text);
  const room = roomOf(model);
  const most = Math.max(...PIECE_COUNTS);
  const places: JudgedPlace[] = [];
  for (const word of words) {
    const written = text.slice(word.start, word.end);
    const near = confusables
      .of(written)
      .filter(({ confusion }) => thresholds[confusion].margin < Infinity);
    const found = near.length === 0 ? null : tokensInRange(encoding, word);
    if (found === null || found.end - found.start > most) continue;
    const window = windowAround(encoding.ids.length, found, room);
    const ids = encoding.ids.subarray(window.start, window.end);
    const range = { start: found.start - window.start, end: found.end - window.start };
    const own = ids.subarray(range.start, range.end);
    if (range.end > ids.length || own.some((id) => tokenizer.isSpecial(id))) continue;
    const paragraph = paragraphAround(text, word);
    if ((await unreadIn(model, { text: written, ids, paragraph })) !== null) continue;
    const place = placeAt(tokenizer, text, word.start);
    const spelled = spelledAt(tokenizer, near, place);
    places.push({ word, written, confusables: near, ...spelled, ids, range });
  }
  return places;
}

function spelledAt(
  tokenizer: Tokenizer,
  confusables: readonly Confusable[],
  place: Place,
): Pick<JudgedPlace, 'short' | 'long'> {
  const words = confusables.map(({ word }) => word);
  const short = new Map<string, number>();
  for (const word of words) {
    const [id, ...others] = place.spell(word) ?? [];
    if (id !== undefined && others.length === 0) short.set(word, id);
  }
  const long = place.context === null ? [] : spellLongWords(tokenizer, words, place.context);
  return { short, long: long.some((list) => list.words.length > 0) ? long : null };
}

/** One mask, then two to four masks in place of the word, then its own pieces from left to right. */
function rowsOf(model: MaskedLanguageModel, { ids, range, long }: JudgedPlace): Row[] {
  const { mask } = model.tokenizer.special;
  const { start, end } = range;
  const single = {
    ids: [...ids.subarray(0, start), mask, ...ids.subarray(end)],
    positions: [start],
  };
  if (end - start === 1 && long === null) return [single];
  const spelled = end - start > 1 ? wordRows(ids, range, mask) : [];
  return [single, ...longWordRows(model, ids, range), ...spelled];
}

async function scorePlace(
  model: MaskedLanguageModel,
  place: JudgedPlace,
  options: {
    readonly rows: readonly Row[];
    readonly logits: readonly (readonly Float32Array[])[];
    readonly thresholds: Thresholds;
    readonly signal: AbortState | undefined;
  },
): Promise<ScoredConfusable[]> {
  const { rows, logits, thresholds, signal } = options;
  const [[single]] = logits as [[Float32Array]];
  const present = presentScore(model, place, logits);
  const scores = new Map<string, number>();
  for (const [word, id] of place.short) scores.set(word, logProbability(single, id));
  const least = lowest(thresholds);
  const atLeast = Math.max(Math.exp(present + least.margin), least.probability);
  if (atLeast <= 1 && place.long !== null) {
    const found = await proposeLongWords(model, {
      ...{ lists: [place.long], atLeast, signal, rows: rows.slice(1, FIRST_OWN) },
      places: placesOf(model, logits.slice(1, FIRST_OWN)),
    });
    for (const { word, probability } of found) scores.set(word, Math.log(probability));
  }
  return place.confusables.flatMap(({ word: replacement, confusion }) => {
    const score = scores.get(replacement) ?? -Infinity;
    const margin = score - present;
    const probability = Math.exp(score);
    const own = thresholds[confusion];
    if (margin < own.margin || probability < own.probability) return [];
    const { start, end, sentence } = place.word;
    const others = [...scores].flatMap(([word, other]) => (word === replacement ? [] : [other]));
    const lead = others.length === 0 ? null : score - Math.max(...others);
    const facts = { replacement, confusion, margin, probability, lead };
    return [{ start, end, sentence, word: place.written, ...facts }];
  });
}

/** Rows of `rowsOf` before those of the pieces of the word that is there. */
const FIRST_OWN = 1 + PIECE_COUNTS.length;

/** Log-probability (nats) of the word that is there. */
function presentScore(
  model: MaskedLanguageModel,
  { ids, range }: JudgedPlace,
  logits: readonly (readonly Float32Array[])[],
): number {
  const own = ids.slice(range.start, range.end);
  const inOrder = own.length === 1 ? logits.slice(0, 1) : logits.slice(FIRST_OWN);
  const chain = inOrder.reduce((sum, [row], piece) => sum + logProbability(row!, own[piece]!), 0);
  if (own.length === 1) return chain;
  const masked = logits[1 + PIECE_COUNTS.findIndex((count) => count === own.length)]!;
  return Math.log(longWordProbability(model, { ids: own, logits: masked, chain }));
}

/** Whether most other words of a sentence are known. */
function isKnownLanguage(
  text: string,
  { start: own, sentence }: SuspectWord,
  confusables: Confusables,
): boolean {
  let known = 0;
  let all = 0;
  for (const { start, end } of wordsIn(text.slice(sentence.start, sentence.end))) {
    const word = text.slice(sentence.start + start, sentence.start + end);
    const isCounted = word.length >= SHORTEST_LISTED && /^[\p{Ll}'’]+$/u.test(word);
    if (!isCounted || sentence.start + start === own) continue;
    all++;
    if (confusables.knows(word.replace(/['’].*$/u, ''))) known++;
  }
  return all > 0 && known >= MOSTLY * all;
}
