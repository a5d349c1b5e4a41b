import type { Candidate } from './candidate.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { longWordsOf, type LongWords, type WordList } from './longWords.js';
import { candidatesLike, placeAt } from './place.js';
import { paragraphAround, paragraphRange, unreadIn, type Unread } from './unreadText.js';
import { bitsOf, rankOf, surprisalBits, topTokens } from './probabilities.js';
import { longWordRows, proposeLongWords } from './proposeLongWords.js';
import { runRows, type AbortState, type Row } from './runRows.js';
import { roomOf, tokensIfCut, tokensInRange, windowAround } from './window.js';
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
 * model. Returns `null` if no token covers the range.
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

  // For a single-token word, the row of candidates also scores the word.
  const single: Row = {
    ids: [...ids.subarray(0, word.start), tokenizer.special.mask, ...ids.subarray(word.end)],
    positions: [word.start],
  };
  const spelled = isKnown && pieceIds.length > 1 ? wordRows(ids, word, tokenizer.special.mask) : [];
  const lists = longWordsAt(model, request);
  const longRows = lists.length === 0 ? [] : longWordRows(model, ids, word);
  const logits = await runRows(model, [single, ...spelled, ...longRows], signal);
  const [candidateLogits, ...pieceLogits] = logits
    .slice(0, 1 + spelled.length)
    .map((row) => row[0]!);
  const allowed = candidatesLike(tokenizer, pieceIds[0]!);
  const short = topTokens(candidateLogits!, { topK: request.topK, allowed }).map(
    ({ id, probability }) => ({ word: tokenizer.readable(id).trim(), tokens: [id], probability }),
  );
  const candidates = await withLongWords(model, short, {
    topK: request.topK,
    lists,
    rows: longRows,
    logits: logits.slice(1 + spelled.length),
    signal,
  });

  let score: WordScore | null = null;
  if (isKnown) {
    const rows = pieceLogits.length > 0 ? pieceLogits : [candidateLogits!];
    const { surprisal, entropy } = wordSurprisal(rows, pieceIds);
    score = {
      text: request.text.slice(request.start, request.end),
      pieces: pieceIds.length,
      probability: Math.exp(-surprisal),
      surprisal: surprisalBits(-surprisal),
      entropy: bitsOf(entropy),
      rank: rankOf(rows[0]!, { id: pieceIds[0]!, allowed }),
    };
  }
  const original = request.text.slice(request.start, request.end);
  return {
    candidates,
    word: score,
    lowConfidence: isLowConfidence(candidates),
    contextTokens: tokensIfCut(encoding, window, paragraphRange(request.text, request)),
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

/**
 * The long words of the lists of a request that are spelled for its place; none where a word continues.
 */
export function longWordsAt(
  { tokenizer }: Pick<MaskedLanguageModel, 'tokenizer'>,
  request: Pick<PredictWordRequest, 'text' | 'start' | 'wordLists'>,
): LongWords[] {
  const { text, start, wordLists = [] } = request;
  if (wordLists.length === 0) return [];
  const { context } = placeAt(tokenizer, text, start);
  if (context === null) return [];
  return wordLists
    .map((list) => longWordsOf(tokenizer, list, context))
    .filter((words) => words !== null);
}

/** The `topK` best of the candidates of one piece and of the words of several. */
export async function withLongWords(
  model: MaskedLanguageModel,
  short: readonly Candidate[],
  options: {
    readonly topK: number;
    readonly lists: readonly LongWords[];
    readonly rows: readonly Row[];
    readonly logits: readonly (readonly Float32Array[])[];
    readonly signal?: AbortState | undefined;
  },
): Promise<readonly Candidate[]> {
  const { topK, lists } = options;
  if (lists.length === 0) return short;
  const atLeast = short.length < topK ? 0 : short.at(-1)!.probability;
  const long = await proposeLongWords(model, { ...options, atLeast });
  return [...short, ...long].sort((a, b) => b.probability - a.probability).slice(0, topK);
}
