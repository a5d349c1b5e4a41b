import { eld } from 'eld/extrasmall';
import type { LanguagePart, LanguageScores } from './languages.js';

/** Number of letters below which a language that shares its script cannot be detected. */
const SHORTEST = 15;
/** With fewer letters, two languages that score nearly the same cannot be told apart. */
const SHORT = 40;
const NEARLY_THE_SAME = 0.99;
/** Minimum number of letters in a script of one language. */
const SHORTEST_OF_OWN_SCRIPT = 5;
/** A script with a smaller share of a text is a quotation or a name. */
const SMALL_SHARE = 0.1;
/** Share of kana from which Chinese characters are Japanese. */
const LEAST_KANA = 0.05;
const MOST_SCORES = 12;

/** A script and its language; `null` if several languages use it. */
interface ScriptGroup {
  readonly letters: RegExp;
  /** Letters of other scripts. */
  readonly others: RegExp;
  readonly language: string | null;
  /** Letters of Latin script that say as much as one letter of this one. */
  readonly weight: number;
}

function group(scripts: readonly string[], language: string | null, weight = 1): ScriptGroup {
  const names = scripts.map((name) => `\\p{Script=${name}}`).join('');
  const letters = new RegExp(`[${names}]`, 'gu');
  return { letters, others: new RegExp(`(?=\\p{L})[^${names}]`, 'gu'), language, weight };
}

const CHINESE_OR_JAPANESE = group(['Han', 'Hiragana', 'Katakana', 'Bopomofo'], 'zh', 2.5);
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const GROUPS: readonly ScriptGroup[] = [
  ...['Latin', 'Cyrillic', 'Arabic', 'Devanagari', 'Bengali'].map((name) => group([name], null)),
  CHINESE_OR_JAPANESE,
  group(['Hangul'], 'ko', 2),
  ...Object.entries({
    ...{ Greek: 'el', Hebrew: 'he', Thai: 'th', Georgian: 'ka', Armenian: 'hy', Ethiopic: 'am' },
    ...{ Gujarati: 'gu', Gurmukhi: 'pa', Kannada: 'kn', Malayalam: 'ml', Oriya: 'or', Tamil: 'ta' },
    ...{ Telugu: 'te', Sinhala: 'si', Khmer: 'km', Lao: 'lo', Myanmar: 'my', Tibetan: 'bo' },
  }).map(([script, language]) => group([script], language)),
];

/**
 * Languages of a text by script: each script with a sizable share is judged alone, so mixed text has
 * several languages. Empty if there are too few letters.
 */
export function detectLanguages(text: string): LanguagePart[] {
  // Most letters of most texts are ASCII, which only the first group has.
  const others = text.replaceAll(/\p{ASCII}+/gu, '');
  const distinct = [...new Set(others)].join('');
  const found = GROUPS.map((each, i) => {
    const isThere = i === 0 || distinct.search(each.letters) !== -1;
    const count = isThere ? ((i === 0 ? text : others).match(each.letters)?.length ?? 0) : 0;
    return { ...each, count, size: count * each.weight };
  }).filter(({ count }) => count > 0);
  const total = found.reduce((sum, { size }) => sum + size, 0);
  const parts = found
    .filter(({ size }) => size >= SMALL_SHARE * total)
    .map((each) => ({
      scores: scoresOf(text, { ...each, isAlone: found.length === 1 }),
      share: each.size,
    }))
    .filter(({ scores }) => scores.length > 0);
  const judged = parts.reduce((sum, { share }) => sum + share, 0);
  return parts.map(({ scores, share }) => ({ scores, share: share / judged }));
}

interface FoundLetters {
  readonly count: number;
  /** Whether the text has no other letters. */
  readonly isAlone: boolean;
}

function scoresOf(
  text: string,
  { letters, others, language, count, isAlone }: ScriptGroup & FoundLetters,
): LanguageScores {
  if (language !== null) {
    if (count < SHORTEST_OF_OWN_SCRIPT) return [];
    const kana = letters === CHINESE_OR_JAPANESE.letters ? (text.match(KANA)?.length ?? 0) : 0;
    return [[kana >= LEAST_KANA * count && kana > 0 ? 'ja' : language, 1]];
  }
  if (count < SHORTEST) return [];
  const own = isAlone ? text : text.replaceAll(others, ' ');
  const scores = Object.entries(eld.detect(own).getScores())
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_SCORES);
  const best = scores[0]?.[1] ?? 1;
  const isClose = (scores[1]?.[1] ?? 0) > NEARLY_THE_SAME * best;
  if (count < SHORT && isClose) return [];
  return scores.map(([code, score]) => [code, score / best]);
}
