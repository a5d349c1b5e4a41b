import { toAppErrorData, inputError, type AppErrorData } from '../errors.js';
import { problem } from '../messages/message.js';
import { spearman } from '../stats/rankCorrelation.js';
import type { TextRange } from '../text/words.js';
import { wordsIn } from '../text/words.js';
import { encodeWithMasks } from './encodeWithMasks.js';
import { logOddsOf, logProbabilityOfOdds, wordLogOdds } from './explainedLogOdds.js';
import { explainByGradients } from './explainGradients.js';
import { fillMasks } from './fillMasks.js';
import type { WordList } from './longWords.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import { placeAt } from './place.js';
import { mapRows, type AbortState, type Row } from './runRows.js';
import { paragraphAround, unreadIn } from './unreadText.js';
import { roomOf, tokensInRange, windowAround, type TokenRange } from './window.js';
import { wordRows } from './wordLikelihood.js';

/** Most context words that are explained, those nearest to the place. */
export const MOST_EXPLAINED_WORDS = 80;

export interface ExplainRequest {
  /** Text in which masks are spelled as the model spells them. */
  readonly text: string;
  /** UTF-16 offsets of the word or mask whose prediction is explained. */
  readonly start: number;
  readonly end: number;
  /** The predicted word. Default: at a mask its best prediction, elsewhere the word itself. */
  readonly word?: string | undefined;
  /** Lists of words that can be the best prediction of a mask. Lists must not change. */
  readonly wordLists?: readonly WordList[] | undefined;
}

/** A context word, and how much a prediction leans on it. */
export interface ExplainedWord extends TextRange {
  /**
   * Log-odds (nats) of the prediction minus those with all pieces of this word masked: positive if
   * the word supports the prediction, negative if it speaks against it.
   */
  readonly occlusion: number;
  /** First-order estimate of `occlusion` (nats) from input gradients; `null` without gradients. */
  readonly gradient: number | null;
}

export interface Explanation {
  /** The explained prediction. */
  readonly word: string;
  /** Number of tokens of the prediction. */
  readonly pieces: number;
  /** Probability of the prediction, 0 to 1, by PLL-word-l2r. */
  readonly probability: number;
  /** log(p / (1 − p)) of that probability, in nats. */
  readonly logOdds: number;
  /** Context words in the order of the text. */
  readonly words: readonly ExplainedWord[];
  /** Whether the text has words that are farther from the place than those of `words`. */
  readonly isCut: boolean;
  /** Sequences that the model read for occlusion. */
  readonly sequences: number;
  /** Spearman correlation of the two values over the words; `null` without gradients. */
  readonly agreement: number | null;
  /** Reason for which there are no gradients; `null` if there are. */
  readonly gradientError: AppErrorData | null;
}

/**
 * Explains a prediction by the words of its context, without attention weights.
 *
 * Occlusion (Li et al. 2016, arXiv:1612.08220): each context word is masked in turn, with one mask per
 * piece, and the change of the prediction's log-odds is its importance. Log-odds, unlike
 * probabilities, do not saturate. The place itself is masked as a whole, with one mask per piece of
 * the prediction, whose probability is that of PLL-word-l2r. n words and k pieces take (n + 1) · k
 * sequences of at most 128 tokens.
 *
 * Input gradients: the gradient of the same log-odds with respect to the word embeddings, times the
 * difference of each embedding from that of the mask, summed over the pieces of a word (gradient ×
 * input of Shrikumar et al. 2016, arXiv:1605.01713, with the mask as baseline). The estimate needs one
 * pass and is exact for a linear model.
 *
 * @throws AppError `UserInput` if the model cannot spell the prediction, or was not trained on text
 * like this.
 */
export async function explainPrediction(
  model: MaskedLanguageModel,
  request: ExplainRequest,
  signal?: AbortState,
): Promise<Explanation> {
  const prediction = await predictionOf(model, request, signal);
  const masked = await maskedPlace(model, request, prediction);
  const { ids, place, spans } = masked;
  const { mask } = model.tokenizer.special;
  const base = wordRows(ids, place, mask);
  const rows: Row[] = [
    ...base,
    ...spans.flatMap(({ tokens }) => {
      const occluded = Int32Array.from(ids);
      occluded.fill(mask, tokens.start, tokens.end);
      return wordRows(occluded, place, mask);
    }),
  ];
  const pieceIds = ids.slice(place.start, place.end);
  const count = pieceIds.length;
  const baseLogits: Float32Array[] = [];
  const odds = await mapRows(model, rows, {
    read: (logits, row) => {
      if (row < count) baseLogits[row] = logits.slice();
      return logOddsOf(logits, pieceIds[row % count]!);
    },
    signal,
  });
  const pieceOdds = (first: number): number[] =>
    odds.slice(first * count, (first + 1) * count).map(([value]) => value!);
  const logOdds = wordLogOdds(pieceOdds(0));
  const occlusions = spans.map((_, i) => logOdds - wordLogOdds(pieceOdds(i + 1)));
  const gradients = await gradientsOf(model, {
    ...{ rows: base, pieceIds, logits: baseLogits, pieceOdds: pieceOdds(0), logOdds },
    spans: spans.map(({ tokens }) => tokens),
    signal,
  });
  const pairs = spans.map((_, i) => [occlusions[i]!, gradients.values?.[i] ?? 0] as const);
  return {
    word: prediction,
    pieces: count,
    probability: Math.exp(logProbabilityOfOdds(logOdds)),
    logOdds,
    words: spans.map(({ start, end }, i) => ({
      ...{ start, end },
      occlusion: occlusions[i]!,
      gradient: gradients.values?.[i] ?? null,
    })),
    isCut: masked.isCut,
    sequences: rows.length,
    agreement: gradients.values === null ? null : spearman(pairs),
    gradientError: gradients.error,
  };
}

async function predictionOf(
  model: MaskedLanguageModel,
  { text, start, end, word, wordLists }: ExplainRequest,
  signal: AbortState | undefined,
): Promise<string> {
  if (word !== undefined) return word;
  const original = text.slice(start, end);
  if (original !== model.tokenizer.maskToken) return original;
  const within = { start, end };
  const [fill] = await fillMasks(model, { text, topK: 1, within, wordLists }, signal);
  return fill?.candidates[0]?.word ?? original;
}

interface MaskedPlace {
  /** Tokens of the window with the prediction in its place. */
  readonly ids: Int32Array;
  /** Tokens of the prediction in `ids`. */
  readonly place: TokenRange;
  /** Context words, with their tokens in `ids`. */
  readonly spans: readonly (TextRange & { readonly tokens: TokenRange })[];
  readonly isCut: boolean;
}

async function maskedPlace(
  model: MaskedLanguageModel,
  { text, start, end }: ExplainRequest,
  prediction: string,
): Promise<MaskedPlace> {
  const { tokenizer } = model;
  const encoding = encodeWithMasks(tokenizer, text);
  const found = tokensInRange(encoding, { start, end });
  const original = text.slice(start, end);
  const isOriginal = prediction === original;
  const spelled =
    isOriginal && found !== null
      ? encoding.ids.subarray(found.start, found.end)
      : placeAt(tokenizer, text, start).spell(prediction);
  const room = roomOf(model);
  const isSpelled = spelled !== null && spelled.length > 0 && spelled.length < room;
  if (found === null || !isSpelled || spelled.some((id) => tokenizer.isSpecial(id))) {
    throw inputError(problem('models.wordNotSpelled', { word: prediction }));
  }
  const all = Int32Array.from([
    ...encoding.ids.subarray(0, found.start),
    ...spelled,
    ...encoding.ids.subarray(found.end),
  ]);
  const inAll = { start: found.start, end: found.start + spelled.length };
  const window = windowAround(all.length, inAll, room);
  const ids = all.slice(window.start, window.end);
  const place = { start: inAll.start - window.start, end: inAll.end - window.start };
  const withoutMasks = (part: string): string => part.replaceAll(tokenizer.maskToken, '');
  const paragraph = withoutMasks(paragraphAround(text, { start, end }));
  const shown = original === tokenizer.maskToken ? paragraph : original;
  if ((await unreadIn(model, { text: shown, ids, paragraph })) !== null) {
    throw inputError(problem('models.explainUnread'));
  }

  /** Index in `ids` of a token of the text. */
  const moved = (token: number): number =>
    token - window.start + (token < found.end ? 0 : spelled.length - (found.end - found.start));
  const spans: (TextRange & { tokens: TokenRange })[] = [];
  for (const word of wordsIn(text)) {
    const tokens = tokensInRange(encoding, word);
    if (tokens === null || (tokens.start < found.end && tokens.end > found.start)) continue;
    const range = { start: moved(tokens.start), end: moved(tokens.end - 1) + 1 };
    const last = spans.at(-1);
    if (last !== undefined && range.start < last.tokens.end) {
      // One token can be several words.
      spans[spans.length - 1] = {
        ...{ start: last.start, end: word.end },
        tokens: { start: last.tokens.start, end: Math.max(last.tokens.end, range.end) },
      };
    } else {
      spans.push({ ...word, tokens: range });
    }
  }
  const isMask = (id: number): boolean => id === tokenizer.special.mask;
  const read = spans.filter(
    ({ tokens }) =>
      tokens.start >= 0 &&
      tokens.end <= ids.length &&
      !ids.subarray(tokens.start, tokens.end).some(isMask),
  );
  const distance = ({ tokens }: { tokens: TokenRange }): number =>
    tokens.start < place.start ? place.start - tokens.end : tokens.start - place.end;
  const nearest = new Set(
    [...read].sort((a, b) => distance(a) - distance(b)).slice(0, MOST_EXPLAINED_WORDS),
  );
  const isOutside = ({ tokens }: { tokens: TokenRange }): boolean =>
    tokens.start < 0 || tokens.end > ids.length;
  return {
    ...{ ids, place },
    spans: spans.filter((span) => nearest.has(span)),
    isCut: nearest.size < read.length || spans.some(isOutside),
  };
}

/** Values of the words by gradients, or the reason for which there are none. */
async function gradientsOf(
  model: MaskedLanguageModel,
  given: Parameters<typeof explainByGradients>[2],
): Promise<{ readonly values: readonly number[] | null; readonly error: AppErrorData | null }> {
  if (model.withGradients === undefined) return { values: null, error: null };
  try {
    const values = await model.withGradients((gradients) =>
      explainByGradients(model.tokenizer, gradients, given),
    );
    return { values, error: null };
  } catch (thrown) {
    const error = toAppErrorData(thrown);
    if (error.code === 'Cancelled' || error.code === 'Internal') throw thrown;
    return { values: null, error };
  }
}
