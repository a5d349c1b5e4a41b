import { BYTE_CHARACTERS } from '../preTokenizers/byteLevel.js';
import { chooseCharacters, refuseSmallSize } from './alphabet.js';
import { TokenList, mergePairs, type SpelledWord } from './pairMerges.js';
import { finished, type Training, type VocabularyOptions } from './training.js';
import { WordCounter, type WordCounts } from './wordCounts.js';
import { wordStagesOf } from './wordStages.js';
import {
  BERT_SPECIAL_TOKENS,
  CONTINUATION_PREFIX,
  wordPieceDefinition,
  wordPieceStages,
  type WordPieceSpelling,
} from '../definition/wordPieceDefinition.js';

/** Options for training a WordPiece vocabulary. */
export type WordPieceTrainingOptions = VocabularyOptions & Pick<WordPieceSpelling, 'bytes'>;

/** Trains a WordPiece vocabulary on `texts` and returns the content of its `tokenizer.json`. */
export function trainWordPiece(texts: Iterable<string>, options: WordPieceTrainingOptions): object {
  const counter = new WordCounter(wordStagesOf(wordPieceStages(options)));
  for (const text of texts) counter.add(text);
  return finished(wordPieceTraining(counter.finish(), options));
}

/**
 * Trains WordPiece like Hugging Face's `WordPieceTrainer`: byte-pair merges within words, in which
 * tokens inside a word carry `##`. Ids: special tokens, then characters in code point order, then
 * merges in order. Printable ASCII characters are always included, so that no English word, number
 * or line of code is unknown; words with other rare characters are not counted. If words are
 * spelled in bytes, all 256 are included and nothing is unknown.
 *
 * @throws AppError `UserInput` if the characters alone exceed the requested size
 */
export function* wordPieceTraining(
  { words }: WordCounts,
  options: WordPieceTrainingOptions,
): Training<object> {
  const alphabet = options.bytes === true ? BYTES : chooseAlphabet(words, options);
  refuseSmallSize(BERT_SPECIAL_TOKENS.length + alphabet.tokens.length, options.vocabularySize);
  const vocabulary = new TokenList();
  for (const token of BERT_SPECIAL_TOKENS) vocabulary.idOf(token);
  for (const token of alphabet.tokens) vocabulary.idOf(token);
  const spelled = spellWords(words, alphabet.characters, vocabulary);
  yield* mergePairs(spelled, vocabulary, { ...options, continuationPrefix: CONTINUATION_PREFIX });
  return wordPieceDefinition(vocabulary.tokens, options);
}

interface Alphabet {
  readonly characters: ReadonlySet<string>;
  readonly tokens: readonly string[];
}

const BYTES = alphabetOf([...BYTE_CHARACTERS].sort(), () => true);

function alphabetOf(sorted: readonly string[], isInside: (character: string) => boolean): Alphabet {
  const continuations = sorted.filter(isInside).map((character) => CONTINUATION_PREFIX + character);
  return { characters: new Set(sorted), tokens: [...sorted, ...continuations] };
}

function chooseAlphabet(
  words: ReadonlyMap<string, number>,
  { lowercase, vocabularySize, alphabetSize }: VocabularyOptions,
): Alphabet {
  const inside = new Set<string>();
  for (const word of words.keys()) {
    const [, ...others] = word;
    for (const character of others) inside.add(character);
  }
  const always = new Set<string>();
  for (let code = 0x21; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    const kept = lowercase ? character.toLowerCase() : character;
    always.add(kept);
    if (/[a-z0-9]/i.test(kept)) inside.add(kept);
  }
  const limit = alphabetSize ?? Math.floor(vocabularySize / 4);
  return alphabetOf(chooseCharacters(words, { always, limit }), (each) => inside.has(each));
}

function spellWords(
  words: ReadonlyMap<string, number>,
  characters: ReadonlySet<string>,
  vocabulary: TokenList,
): SpelledWord[] {
  const spelled: SpelledWord[] = [];
  for (const [word, count] of words) {
    const letters = Array.from(word);
    if (letters.length < 2 || !letters.every((letter) => characters.has(letter))) continue;
    const symbols = letters.map((letter, i) =>
      vocabulary.idOf(i === 0 ? letter : CONTINUATION_PREFIX + letter),
    );
    spelled.push({ symbols, count });
  }
  return spelled;
}
