import * as z from 'zod';
import type { Candidate } from './candidate.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { beginningsSchema, leastOf, longWordsAt, withLongWords } from './longCandidates.js';
import type { WordList } from './longWords.js';
import { keptOr, resultKey } from './keptResults.js';
import { candidatesLike } from './place.js';
import { paragraphAround, paragraphRange, unreadIn, type Unread } from './unreadText.js';
import { bitsOf, rankOf, surprisalBits, topTokens } from './probabilities.js';
import { beginningsAt, longWordRows, placesOf, type MaskedPlace } from './proposeLongWords.js';
import { runRows, type AbortState, type Row } from './runRows.js';
import {
  BEYOND_WINDOW,
  lettersOfTokens,
  roomOf,
  tokensIfCut,
  tokensInRange,
  windowAround,
  type TokenRange,
} from './window.js';
import { wordRows, wordSurprisal } from './wordLikelihood.js';

/** Score of the original word in its context. */
export interface WordScore {
  readonly text: string;
  /** Number of tokens of the word. */
  readonly pieces: number;
  /** Probability of the word by PLL-word-l2r, 0 to 1. */
  readonly probability: number;
  /** −log2 of the probability, in bits. */
  readonly surprisal: number;
  /** Bits that the place allows: the entropy of the predictions of the word's pieces. */
  readonly entropy: number;
  /**
   * 1 + the number of word-initial tokens that are more probable than the word's first piece while
   * the whole word is masked. For a single-token word, this is its rank among all candidates.
   */
  readonly rank: number;
}

export interface WordPrediction {
  /**
   * UTF-16 offsets of the text that is masked, in the place of which candidates fit: the word, with the
   * words beside it that share a token with it.
   */
  readonly start: number;
  readonly end: number;
  /** Whole words that fit in the place of the word, best first. */
  readonly candidates: readonly Candidate[];
  /** `null` if the word is not in the model's vocabulary. */
  readonly word: WordScore | null;
  /** Whether even the best candidate is below `LOW_CONFIDENCE`. */
  readonly lowConfidence: boolean;
  /** Number of tokens that were read, if the paragraph of the word has more; otherwise `null`. */
  readonly contextTokens: number | null;
  /** Set if the word or most of its context is text that the model never read. */
  readonly unread: Unread | null;
}

/** Minimum probability of the best candidate for a confident prediction. */
export const LOW_CONFIDENCE = 0.05;

export interface PredictWordRequest {
  readonly text: string;
  /** UTF-16 offsets of the word in `text`. */
  readonly start: number;
  readonly end: number;
  readonly topK: number;
  /** Lists of words that are candidates too if they have several pieces. Lists must not change. */
  readonly wordLists?: readonly WordList[] | undefined;
}

/**
 * Masks one word of a text and predicts it.
 *
 * Candidates of one token come from a row in which one mask replaces the whole word; those of several
 * tokens from `proposeLongWords`. The word's own probability comes from `wordRows`. All rows but
 * those of long candidates run in one batch. The text is truncated around the word to `roomOf` the
 * model. Tokens are masked whole. Returns `null` if no token covers the range.
 */
export async function predictWord(
  model: MaskedLanguageModel,
  request: PredictWordRequest,
  signal?: AbortState,
): Promise<WordPrediction | null> {
  const { tokenizer } = model;
  const encoding = tokenizer.encode(request.text);
  const found = tokensInRange(encoding, request);
  if (found === null) return null;
  const masked = lettersOfTokens(encoding, found, { text: request.text, word: request });
  const original = request.text.slice(masked.start, masked.end);

  const room = roomOf(model);
  const window = windowAround(encoding.ids.length, found, room);
  const ids = encoding.ids.subarray(window.start, window.end);
  const word = {
    start: found.start - window.start,
    end: Math.min(found.end - window.start, ids.length),
  };
  const pieceIds = ids.subarray(word.start, word.end);
  const isWhole = found.end <= window.end;
  const isKnown = isWhole && !pieceIds.some((id) => tokenizer.isSpecial(id));

  const allowed = candidatesLike(tokenizer, pieceIds[0]!);
  const lists = longWordsAt(model, { ...request, start: masked.start });
  const longRows = lists.length === 0 ? [] : longWordRows(model, ids, word);
  const place = {
    ...{ ids, word, allowed, longRows, topK: request.topK },
    pieces: isKnown ? pieceIds : null,
  };
  const key = resultKey('word', ids, word.start, word.end, isKnown, request.topK, lists.length > 0);
  let places: MaskedPlace[] | null = null;
  const result = await keptOr(model.kept, { key, schema: wordAtPlaceSchema }, async () => {
    const read = await readPlace(model, place, signal);
    places = read.places;
    return read.found;
  });
  const short = result.short.map(({ id, probability }) => ({
    ...{ word: tokenizer.readable(id).trim(), tokens: [id], probability },
  }));
  const candidates = await withLongWords(model, short, {
    ...{ topK: request.topK, lists, rows: longRows, places, key, signal },
    beginnings: result.beginnings,
  });

  const score: WordScore | null =
    result.word === null
      ? null
      : {
          text: original,
          pieces: pieceIds.length,
          probability: Math.exp(-result.word.surprisal),
          surprisal: surprisalBits(-result.word.surprisal),
          entropy: bitsOf(result.word.entropy),
          rank: result.word.rank,
        };
  return {
    ...masked,
    candidates,
    word: score,
    lowConfidence: isLowConfidence(candidates),
    contextTokens: tokensIfCut(
      encoding,
      window,
      paragraphRange(request.text, request, BEYOND_WINDOW),
    ),
    unread: await unreadIn(model, {
      text: original,
      ids,
      paragraph: paragraphAround(request.text, request),
    }),
  };
}

export function isLowConfidence(candidates: readonly Candidate[]): boolean {
  return (candidates[0]?.probability ?? 0) < LOW_CONFIDENCE;
}

/** Results of a place, which its tokens and the number of candidates determine. */
const wordAtPlaceSchema = z.object({
  short: z.array(z.object({ id: z.number(), probability: z.number() })),
  /** Beginnings of words of several pieces; empty without lists. */
  beginnings: beginningsSchema,
  /** Facts about the word that is there, in nats; `null` if it is not known. */
  word: z.object({ surprisal: z.number(), entropy: z.number(), rank: z.number() }).nullable(),
});

/** Runs the rows of a place, but for those of words of several pieces that are scored exactly. */
async function readPlace(
  model: MaskedLanguageModel,
  asked: {
    /** Tokens of the window. */
    readonly ids: Int32Array;
    /** Those of the word. */
    readonly word: TokenRange;
    /** Pieces of the word; `null` if it is not known. */
    readonly pieces: Int32Array | null;
    readonly allowed: (id: number) => boolean;
    readonly longRows: readonly Row[];
    readonly topK: number;
  },
  signal: AbortState | undefined,
): Promise<{ found: z.infer<typeof wordAtPlaceSchema>; places: MaskedPlace[] }> {
  const { ids, word, pieces, allowed, longRows, topK } = asked;
  const { mask } = model.tokenizer.special;
  // For a single-token word, the row of candidates also scores the word.
  const single: Row = {
    ids: [...ids.subarray(0, word.start), mask, ...ids.subarray(word.end)],
    positions: [word.start],
  };
  const spelled = pieces !== null && pieces.length > 1 ? wordRows(ids, word, mask) : [];
  const logits = await runRows(model, [single, ...spelled, ...longRows], signal);
  const [candidateLogits, ...pieceLogits] = logits
    .slice(0, 1 + spelled.length)
    .map((row) => row[0]!);
  const short = topTokens(candidateLogits!, { topK, allowed });
  const places = placesOf(model, logits.slice(1 + spelled.length));
  const beginnings = beginningsAt(places, leastOf(short, topK));
  let score: z.infer<typeof wordAtPlaceSchema>['word'] = null;
  if (pieces !== null) {
    const rows = pieceLogits.length > 0 ? pieceLogits : [candidateLogits!];
    const rank = rankOf(rows[0]!, { id: pieces[0]!, allowed });
    score = { ...wordSurprisal(rows, pieces), rank };
  }
  return { found: { short, beginnings, word: score }, places };
}
