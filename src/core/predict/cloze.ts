import { randomStream } from '../random.js';
import { STOP_WORDS } from '../masking/lexicons/stopWords.js';
import { wordsIn, type TextRange } from '../text/words.js';
import { fillMasks } from './fillMasks.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';
import type { NeverSuggested } from './neverSuggested.js';
import { predictWord } from './predictWord.js';
import type { AbortState } from './runRows.js';

/** A word that is left out of a text. */
export interface ClozeBlank {
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly answer: string;
  /** Other words that the model finds nearly as probable, best first: they count as right. */
  readonly alsoRight: readonly string[];
  /** Wrong choices: of the same part of speech, and far less probable. */
  readonly distractors: readonly string[];
  /** Bits. */
  readonly surprisal: number;
}

export interface Cloze {
  readonly blanks: readonly ClozeBlank[];
  /** Of the blanks with distractors, those where the model prefers the answer to all of them. */
  readonly solved: {
    readonly of: number;
    /** Given the sentence with the one before and the one after. */
    readonly withContext: number;
    /** Given the blank alone. */
    readonly withoutContext: number;
  };
}

export interface ClozeOptions extends NeverSuggested {
  readonly text: string;
  /** Most blanks. */
  readonly blanks: number;
  /** Part of speech of the word at an offset; `null` if it is of no open class. */
  readonly partOfSpeech: (text: string, start: number) => string | null;
  readonly seed: number;
  readonly signal?: AbortState | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Surprisal in bits of a word that is neither given away by its context nor a guess. */
const SOLVABLE = { least: 1, most: 6 } as const;
/** Words between two blanks, at least. */
const APART = 7;
/** Share of the answer's probability from which another word counts as right. */
const ALSO_RIGHT = 0.3;
/** Other right words from which on a blank is too open. */
const MOST_RIGHT = 8;
/** Shares of the answer's probability that distractors have. */
const DISTRACTORS = { least: 1e-4, most: 1e-2, count: 3 } as const;
/** Candidates that are read, and distractors that are tagged, per blank. */
const CANDIDATES = 1500;
const MOST_TAGGED = 24;

const LETTERS = /^\p{Ll}{3,}$/u;
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
const stopWords = new Set(STOP_WORDS.split(/\s+/));

/**
 * Leaves words out of a text, so that a reader can find them again: content words in small letters whose
 * surprisal, given the sentence and its neighbors, is 1 to 6 bits and less than the place allows
 * (the entropy of the prediction), at least seven words apart and not in the first sentence.
 */
export async function makeCloze(model: MaskedLanguageModel, options: ClozeOptions): Promise<Cloze> {
  const { text, blanks: most, signal, onProgress } = options;
  const never = new Set(options.neverSuggest);
  const parts = [...sentences.segment(text)].map(({ index, segment }) => ({
    start: index,
    end: index + segment.length,
  }));
  const words = wordsIn(text);
  const blanks: ClozeBlank[] = [];
  const solved = { of: 0, withContext: 0, withoutContext: 0 };
  let next = 0;
  let sentence = 0;
  for (const [index, word] of words.entries()) {
    onProgress?.(index, words.length);
    if (blanks.length === most) break;
    while (parts[sentence]!.end <= word.start) sentence++;
    if (sentence === 0 || index < next) continue;
    const context = {
      start: parts[sentence - 1]!.start,
      end: (parts[sentence + 1] ?? parts[sentence]!).end,
    };
    const blank = await blankAt(model, { ...options, word, context, never });
    if (blank === null) continue;
    blanks.push(blank);
    next = index + APART + 1;
    if (blank.distractors.length === 0) continue;
    const prefers = (asked: string, start: number): Promise<boolean> =>
      prefersAnswer(model, blank, { text: asked, start, signal });
    solved.of++;
    const before = text.slice(context.start, word.start);
    const spelled = before + model.tokenizer.maskToken + text.slice(word.end, context.end);
    if (await prefers(spelled, before.length)) solved.withContext++;
    if (await prefers(model.tokenizer.maskToken, 0)) solved.withoutContext++;
  }
  return { blanks, solved };
}

async function blankAt(
  model: MaskedLanguageModel,
  {
    text,
    word,
    context,
    never,
    partOfSpeech,
    seed,
    signal,
  }: Pick<ClozeOptions, 'text' | 'partOfSpeech' | 'seed' | 'signal'> & {
    readonly word: TextRange;
    readonly context: TextRange;
    /** Words that are neither choices nor in the key. */
    readonly never: ReadonlySet<string>;
  },
): Promise<ClozeBlank | null> {
  const answer = text.slice(word.start, word.end);
  if (!LETTERS.test(answer) || stopWords.has(answer)) return null;
  const around = text.slice(context.start, context.end);
  const start = word.start - context.start;
  const end = word.end - context.start;
  const part = partOfSpeech(around, start);
  if (part === null) return null;
  const found = await predictWord(model, { text: around, start, end, topK: CANDIDATES }, signal);
  const score = found?.word ?? null;
  if (found === null || score === null || found.unread !== null || score.pieces !== 1) return null;
  if (found.start !== start || found.end !== end) return null;
  const { surprisal, entropy, probability } = score;
  if (surprisal < SOLVABLE.least || surprisal > SOLVABLE.most || surprisal >= entropy) return null;
  const others = found.candidates.filter(
    ({ word: other }) => LETTERS.test(other) && other !== answer && !stopWords.has(other),
  );
  const right = others.filter(({ probability: other }) => other >= ALSO_RIGHT * probability);
  if (right.length > MOST_RIGHT) return null;
  const alsoRight = right.map(({ word: other }) => other).filter((other) => !never.has(other));
  const isAlike = (other: string): boolean =>
    partOfSpeech(around.slice(0, start) + other + around.slice(end), start) === part;
  const wrong = others.filter(
    ({ word: other, probability: share }) =>
      !never.has(other) &&
      share >= DISTRACTORS.least * probability &&
      share <= DISTRACTORS.most * probability,
  );
  const random = randomStream('cloze', seed, word.start);
  const drawn = wrong
    .map(({ word: other }) => ({ other, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_TAGGED);
  const distractors: string[] = [];
  for (const { other } of drawn) {
    if (distractors.length === DISTRACTORS.count) break;
    if (!sharesStem(other, answer) && isAlike(other)) distractors.push(other);
  }
  return {
    ...word,
    answer,
    alsoRight,
    distractors: distractors.length === DISTRACTORS.count ? distractors : [],
    surprisal,
  };
}

/** Whether two words begin alike, as forms of one word do. */
function sharesStem(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length, 4);
  return a.slice(0, length) === b.slice(0, length);
}

/** Whether the model finds the answer more probable in place of a mask than all distractors. */
async function prefersAnswer(
  model: MaskedLanguageModel,
  { answer, distractors }: ClozeBlank,
  { text, start, signal }: { text: string; start: number; signal: AbortState | undefined },
): Promise<boolean> {
  const [fill] = await fillMasks(
    model,
    {
      ...{ text, topK: 1, targets: [answer, ...distractors] },
      within: { start, end: start + model.tokenizer.maskToken.length },
    },
    signal,
  );
  const [own, ...others] = (fill?.targets ?? []).map(({ probability }) => probability ?? 0);
  return own !== undefined && others.every((other) => other < own);
}
