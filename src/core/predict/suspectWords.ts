import { wordsIn, type TextRange } from '../text/words.js';

/** A word that can get a suggestion, with its sentence. */
export interface SuspectWord extends TextRange {
  readonly sentence: TextRange;
}

/** Words of a sentence, so that there is enough to judge a word by. */
const FEWEST_WORDS = 5;
/** Words in small letters of the languages that use Latin letters without accents. */
const SMALL_LETTERS = /^[a-z]{2,}(?:['’][a-z]+)?$/u;
const BEFORE = /(?:^|[\s(–—])$/u;
const AFTER = /^(?:$|[\s),;:!?–—]|\.(?:$|[\s.)\]"'”’]))/u;
/** Code, and quotations of a few words, which say how others write. */
const QUOTED =
  /`[^`\n]*`|(?<![\p{L}\p{N}])(?:"[^"\n]{1,40}"|'[^'\n]{1,40}'|[“„][^“”\n]{1,40}[“”]|‘[^‘’\n]{1,40}’|«[^«»\n]{1,40}»)(?![\p{L}\p{N}])/gu;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Words of a text in small letters that are in a sentence of at least five words. Left out are words
 * with capital letters, which can be names, words in quotation marks or code, parts of words with hyphens,
 * file names and addresses.
 */
export function suspectWords(text: string): SuspectWord[] {
  const quoted = [...text.matchAll(QUOTED)].map(({ index, 0: part }) => ({
    start: index,
    end: index + part.length,
  }));
  return sentencesIn(text).flatMap((sentence) => {
    const part = text.slice(sentence.start, sentence.end);
    const words = wordsIn(part).map(({ start, end }) => ({
      ...{ start: sentence.start + start, end: sentence.start + end, sentence },
    }));
    if (words.length < FEWEST_WORDS) return [];
    return words.filter(
      ({ start, end }) =>
        SMALL_LETTERS.test(text.slice(start, end)) &&
        BEFORE.test(text.slice(Math.max(0, start - 1), start)) &&
        AFTER.test(text.slice(end, end + 2)) &&
        !quoted.some((range) => range.start <= start && end <= range.end),
    );
  });
}

/** Sentences of a text; a single line break does not end one. */
export function sentencesIn(text: string): TextRange[] {
  const unbroken = text.replaceAll(/[\r\n]/gu, ' ');
  return Array.from(segmenter.segment(unbroken), ({ index, segment }) => ({
    start: index,
    end: index + segment.length,
  }));
}
