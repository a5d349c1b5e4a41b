import { chooseCharacters, refuseSmallSize } from './alphabet.js';
import { PieceLattice } from './pieceLattice.js';
import { prunedPieces, type ScoredPieces } from './prunePieces.js';
import { seedPieces } from './seedPieces.js';
import { ROBERTA_SPECIAL_TOKENS, robertaFrame } from './specialTokens.js';
import type { Training, VocabularyOptions } from './training.js';
import type { WordCounts } from './wordCounts.js';
import type { StageDefinitions } from './wordStages.js';

const METASPACE = {
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme: 'always',
  split: true,
} as const;

/** Maximum piece length in characters and maximum number of initial pieces, as in SentencePiece. */
const MAX_PIECE_LENGTH = 16;
const SEED_LIMIT = 1_000_000;
/** Share of the pieces that remain after a pruning round, and EM rounds before each. */
const SHRINKING = 0.75;
const EM_ROUNDS = 2;
/** The vocabulary is pruned to this multiple of its size, then cut to it by probability. */
const MARGIN = 1.1;
/** Minimum expected count of a piece. */
const MIN_EXPECTED = 0.5;
/** Difference between the log-probabilities of characters without their own. */
const PENALTY_STEP = 1e-4;
/** Maximum number of distinct words; more only cost time, because the others are very rare. */
const MAX_WORDS = 200_000;
const WORDS_A_STEP = 5000;

/** SentencePiece's stages with NFKC for its own character table, the closest available in JSON. */
export function unigramStages({
  lowercase,
}: Pick<VocabularyOptions, 'lowercase'>): StageDefinitions {
  return {
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Nmt' },
        { type: 'NFKC' },
        ...(lowercase ? [{ type: 'Lowercase' as const }] : []),
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      ],
    },
    pre_tokenizer: METASPACE,
  };
}

/**
 * Trains a unigram language model of pieces (Kudo 2018, arXiv:1804.10959) and returns the content
 * of its `tokenizer.json`: frequent substrings, expectation maximization in SentencePiece's
 * Bayesian form, and pruning of the least useful pieces down to `vocabularySize`. Special tokens
 * are RoBERTa's; pieces follow by falling log-probability. Characters beyond `alphabetSize`
 * (default: half of the vocabulary) are unknown; words are counted without them. If there are very
 * many distinct words, only the most frequent are used.
 *
 * @throws AppError `UserInput` if the characters alone exceed the requested size
 */
export function* unigramTraining(counts: WordCounts, options: VocabularyOptions): Training<object> {
  const { vocabularySize, minFrequency, alphabetSize } = options;
  const size = vocabularySize - ROBERTA_SPECIAL_TOKENS.length;
  const limit = alphabetSize ?? Math.floor(vocabularySize / 2);
  const characters = chooseCharacters(counts.words, {
    always: new Set([METASPACE.replacement]),
    limit,
  });
  refuseSmallSize(ROBERTA_SPECIAL_TOKENS.length + characters.length, vocabularySize);
  const words = withoutOthers(mostFrequent(counts.words), new Set(characters));

  yield { phase: 'seeding', done: 0, total: 1 };
  const seeds = seedPieces(words, { maxLength: MAX_PIECE_LENGTH, limit: SEED_LIMIT, minFrequency });
  const sum = seeds.weights.reduce((a, b) => a + b, 0);
  let pieces: ScoredPieces = {
    texts: seeds.pieces,
    scores: seeds.weights.map((weight) => Math.log(weight / sum)),
  };
  const wanted = Math.floor(size * MARGIN);
  for (;;) {
    const lattice = new PieceLattice(pieces.texts, pieces.scores);
    for (let round = 0; round < EM_ROUNDS; round++) {
      yield* maximizeExpectation(pieces.scores, lattice, words);
    }
    const left = pieces.scores.reduce((count, score) => count + (score > -Infinity ? 1 : 0), 0);
    if (left <= wanted) break;
    const pruned = Math.max(wanted, Math.floor(left * SHRINKING));
    const kept = yield* prunedPieces(pieces, lattice, { words, size: pruned });
    pieces = picked(pieces, kept);
  }
  return unigramDefinition(finalPieces(pieces, { characters, size }), options);
}

function mostFrequent(words: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  if (words.size <= MAX_WORDS) return words;
  const sorted = [...words].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return new Map(sorted.slice(0, MAX_WORDS));
}

/** Words split at characters without a piece. */
function withoutOthers(
  words: ReadonlyMap<string, number>,
  characters: ReadonlySet<string>,
): Map<string, number> {
  const known = new Map<string, number>();
  const add = (part: string, count: number): void => {
    if (part !== '') known.set(part, (known.get(part) ?? 0) + count);
  };
  for (const [word, count] of words) {
    let part = '';
    for (const character of word) {
      if (characters.has(character)) part += character;
      else {
        add(part, count);
        part = '';
      }
    }
    add(part, count);
  }
  return known;
}

/**
 * One EM round: scores become log-probabilities from expected counts under a sparse Dirichlet prior
 * (Liang & Klein 2007); pieces with an expected count below one half are removed.
 */
function* maximizeExpectation(
  scores: Float64Array,
  lattice: PieceLattice,
  words: ReadonlyMap<string, number>,
): Training<void> {
  const expected = new Float64Array(scores.length);
  let done = 0;
  for (const [word, count] of words) {
    if (++done % WORDS_A_STEP === 0) yield { phase: 'estimating', done, total: words.size };
    lattice.addExpected(word, count, expected);
  }
  const sum = expected.reduce((total, value) => total + (value < MIN_EXPECTED ? 0 : value), 0);
  const logSum = digamma(sum);
  expected.forEach((value, piece) => {
    scores[piece] = value < MIN_EXPECTED ? -Infinity : digamma(value) - logSum;
  });
  lattice.scoresChanged();
}

/** Logarithmic derivative of the gamma function, for x > 0 (asymptotic series from 7 up). */
function digamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 7; at++) shift -= 1 / at;
  const middle = at - 0.5;
  const square = 1 / (middle * middle);
  const series = square / 24 - (7 / 960) * square ** 2 + (31 / 8064) * square ** 3;
  return shift + Math.log(middle) + series - (127 / 30720) * square ** 4;
}

function picked({ texts, scores }: ScoredPieces, kept: readonly number[]): ScoredPieces {
  return {
    texts: kept.map((piece) => texts[piece]!),
    scores: Float64Array.from(kept, (piece) => scores[piece]!),
  };
}

/** All characters and the most probable other pieces, most probable first. */
function finalPieces(
  { texts, scores }: ScoredPieces,
  { characters, size }: { characters: readonly string[]; size: number },
): [string, number][] {
  const known = new Map<string, number>();
  texts.forEach((text, i) => {
    if (scores[i]! > -Infinity) known.set(text, scores[i]!);
  });
  const lowest = [...known.values()].reduce((a, b) => Math.min(a, b), 0);
  const chosen = new Map<string, number>();
  for (const character of characters) {
    const missing = lowest - PENALTY_STEP * (chosen.size + 1);
    chosen.set(character, known.get(character) ?? missing);
  }
  const byScore = ([a, scoreA]: [string, number], [b, scoreB]: [string, number]): number =>
    scoreB - scoreA || (a < b ? -1 : 1);
  for (const [text, score] of [...known].sort(byScore)) {
    if (chosen.size >= size) break;
    chosen.set(text, score);
  }
  return [...chosen].sort(byScore);
}

function unigramDefinition(
  pieces: readonly (readonly [string, number])[],
  options: VocabularyOptions,
): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    ...unigramStages(options),
    ...robertaFrame(),
    decoder: METASPACE,
    model: {
      type: 'Unigram',
      unk_id: ROBERTA_SPECIAL_TOKENS.indexOf('<unk>'),
      vocab: [...ROBERTA_SPECIAL_TOKENS.map((token) => [token, 0] as const), ...pieces],
      byte_fallback: false,
    },
  };
}
