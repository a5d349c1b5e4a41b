import { hasFamilyEnding, looksLikeFamilyName } from './familyNames.js';
import { canFollow, is, isClear, isCommon, type Word } from './nameWord.js';
import { IS, NAME } from './nameWords.js';

/** Neighboring words that can form names, with what is around them. */
export interface Run {
  readonly words: readonly Word[];
  /** The word before, if only spaces, commas and colons are between. */
  readonly before: Word | null;
  /** The word after, if only a space, a comma or a quotation mark is between. */
  readonly after: Word | null;
  readonly startsSentence: boolean;
  /** One half of "Simon & Schuster". */
  readonly isBesideAmpersand: boolean;
}

/** Words before a name in names of places. */
export const BEFORE_PLACE = /^(?:sta?|saint|mt|mount|ft|fort|san|santa|lake|port|camp|cape)$/i;
/** Abbreviations of states and bodies, which look like initials. */
const BODIES: ReadonlySet<string> = new Set(['US', 'UN', 'UK', 'EU', 'DC', 'LA', 'NY', 'AM', 'PM']);
const CALLED = /^(?:dear|dearest|hi|hello|hey)$/i;
/** Endings of those who are greeted without a name, such as "Dear Homeowner". */
const READER = /(?:ers?|ors?|ist|ent|ant|s)$/;
const BEFORE_THING = /^(?:in|near|at|an?)$/i;
const JUNIOR = /^[JS]r$/;
const MOST_WORDS = 5;
const MOST_TITLES = 3;
/** Shorter words in capital letters are abbreviations. */
const SHORTEST_SHOUTED = 4;
const MOST_WORDS_OF_PLACE = 3;

/** Finds the names in a run. */
export function namesOf(
  run: Run,
  places: ReadonlySet<string>,
  found: (start: number, end: number) => void,
): void {
  const { words } = run;
  for (let at = 0; at < words.length;) {
    const afterPlace = placeEnd(words, at, places);
    const end = afterPlace > at ? at : nameEnd(run, at);
    if (end > at) found(words[at]!.start, words[end - 1]!.end);
    at = Math.max(afterPlace, end, at + 1);
  }
}

/** Index after a place or an organization of several words; `at` if there is none. */
function placeEnd(words: readonly Word[], at: number, places: ReadonlySet<string>): number {
  const [first, second] = [words[at]!, words[at + 1]];
  if (second === undefined) return at;
  if (first.isInitial && second.isLetter && BODIES.has(first.text + second.text)) return at + 2;
  let phrase = first.text.toLowerCase();
  const last = Math.min(words.length, at + MOST_WORDS_OF_PLACE);
  for (let end = at + 1; end < last; end++) {
    phrase += ` ${words[end]!.text.toLowerCase()}`;
    if (places.has(phrase)) return end + 1;
  }
  return at;
}

/** Index after the last word of the name that begins at a word; `at` if none does. */
function nameEnd(run: Run, at: number): number {
  const { words } = run;
  const word = words[at]!;
  if (is(word, IS.title) && word.isCapital && !word.isShouted) return titledEnd(run, at);
  if (is(word, IS.never | IS.common) && !is(word, NAME | IS.particle)) return at;
  if (word.isLetter && !word.isInitial) return at;
  const previous = words[at - 1];
  if (previous !== undefined && BEFORE_PLACE.test(previous.text)) return at;
  const end = longestEnd(words, at);
  if (end > at + 1 && isOtherBefore(words, at, end)) return at;
  const after = words[end];
  const isFull = end > at + 1 && isClear(word) && isClear(words[end - 1]!);
  if (!isFull && after !== undefined && is(after, IS.place | IS.kindOfPlace)) return at;
  return isName(run, at, end) ? end : at;
}

/** Index after a name with a title, such as "Prof. Dr. Ann Lee". */
function titledEnd({ words }: Run, at: number): number {
  let last = at;
  while (
    last < at + MOST_TITLES &&
    words[last + 1] !== undefined &&
    is(words[last + 1]!, IS.title)
  ) {
    last++;
  }
  const [title, next] = [words[last]!, words[last + 1]];
  if (next === undefined) return at;
  if (!is(title, IS.address) && (!canFollow(next) || isCommon(next))) return at;
  return longestEnd(words, last + 1);
}

/** Whether a name begins after its first word, as in "Times Emma Watson" and "Will John". */
function isOtherBefore(words: readonly Word[], at: number, end: number): boolean {
  const [first, second] = [words[at]!, words[at + 1]!];
  if (!isClear(second) || !is(second, IS.given) || first.isLetter) return false;
  if (is(first, IS.role | IS.never)) return true;
  return first.flags === 0 && (end > at + 2 || /(?:ing|s)$/.test(first.text));
}

/** Index after the last word that can belong to a name which begins at a word. */
function longestEnd(words: readonly Word[], at: number): number {
  const first = words[at]!;
  let end = at + 1;
  while (end < words.length && end - at < MOST_WORDS) {
    const word = words[end]!;
    if (is(word, IS.particle) || word.isLetter) {
      if (!leadsToName(words, end)) break;
    } else if (!canFollow(word) || (word.isShouted !== first.isShouted && !isClear(word))) break;
    else if (isCommon(word)) {
      // "John Black" is a name, "John Black Order Form" is a heading.
      const follows = end === at + 1 ? is(first, IS.given) : words[end - 1]!.isLetter;
      if (follows && end + 1 === words.length && !first.isShouted) end++;
      break;
    }
    end++;
  }
  while (end > at + 1 && isLowercaseParticle(words[end - 1]!)) end--;
  return words[end] !== undefined && JUNIOR.test(words[end]!.text) ? end + 1 : end;
}

/** Whether a name follows a particle or a letter, as in "van der Berg" and "Thomas A Edison". */
function leadsToName(words: readonly Word[], at: number): boolean {
  const next = words.slice(at + 1, at + MOST_WORDS).find((word) => !is(word, IS.particle));
  return next !== undefined && canFollow(next);
}

function isLowercaseParticle(word: Word): boolean {
  return is(word, IS.particle) && !word.isCapital;
}

function isName(run: Run, at: number, end: number): boolean {
  const { words } = run;
  const parts = words.slice(at, end);
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (first.isShouted) {
    if (parts.length > 1) return isClear(first) && parts.length < MOST_WORDS - 1;
    return isClear(first) && words.length === 1 && first.text.length >= SHORTEST_SHOUTED;
  }
  if (!first.isCapital) return true;
  const before = words[at - 1] ?? run.before;
  const after = words[end] ?? run.after;
  if (parts.length === 1) return isNameAlone(first, { ...run, before, after });
  if (parts.some((part) => isClear(part) || isLowercaseParticle(part))) return true;
  if (is(first, NAME)) return !is(first, IS.place | IS.never) || introduces(before);
  if (first.isInitial) return !is(last, IS.common | IS.never) && !last.isInitial;
  if (first.flags !== 0 || last.flags !== 0 || parts.some(({ isShouted }) => isShouted))
    return false;
  if (looksLikeFamilyName(last.text)) return true;
  return parts.length < 4 && (introduces(before) || speaks(after));
}

/** Whether a single word is a name, by itself or by the words before and after. */
function isNameAlone(word: Word, { words, before, after, ...around }: Run): boolean {
  if (around.isBesideAmpersand) return false;
  if (before !== null && !is(word, IS.inAnyCase) && BEFORE_THING.test(before.text)) return false;
  if (isClear(word)) return true;
  const isOnly = words.length === 1;
  const isCalled = before !== null && CALLED.test(before.text);
  if (is(word, IS.ambiguous)) {
    if (!isOnly || isCalled || speaks(after)) return isOnly;
    if (is(word, IS.place | IS.never) || before === null) return false;
    const isInSentence = !around.startsSentence && !before.isCapital && before.text !== 'the';
    return is(before, IS.greeting) || (is(word, IS.verb) && isInSentence);
  }
  if (word.flags !== 0 || word.isLetter) return false;
  if (hasFamilyEnding(word.text)) return true;
  if (isCalled) return !READER.test(word.text);
  return isOnly && speaks(after) && before?.text !== 'of' && !word.text.endsWith('s');
}

function introduces(before: Word | null): boolean {
  return before !== null && is(before, IS.greeting | IS.role);
}

function speaks(after: Word | null): boolean {
  return after !== null && !after.isCapital && is(after, IS.speech);
}
