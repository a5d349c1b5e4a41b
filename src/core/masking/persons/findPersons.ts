import { BEFORE_PLACE, namesOf, type Run } from './nameRules.js';
import { canStart, is, isClear, wordAt, type Word } from './nameWord.js';
import { IS, NAME, nameWords } from './nameWords.js';

const WORD = /\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*/gu;
const SPACE = /^[ \t\u00a0]{1,2}$/;
const SPACE_AFTER_PERIOD = /^\.?[ \u00a0]{0,2}$/;
const LINE_BREAK = /^ ?\n ?$/;
const SENTENCE_END = /[.!?:;\n"“”>|*(]/;
const BEFORE_RUN = /^[\s,:]*$/;
const AFTER_RUN = /^(?:['’]s)?,?["”]?\s/;
const AMPERSAND = ' & ';

/**
 * Finds names of persons in a text without markup, mostly English, by lists of names and by the words
 * around capitalized words. Titles such as "Dr." belong to the name, "'s" does not.
 */
export function findPersons(text: string, found: (start: number, end: number) => void): void {
  const known = nameWords();
  const context = { text, known };
  let run: OpenRun | null = null;
  /** The word before, of which most are never needed. */
  let previous = '';
  let previousStart = 0;
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const { 0: raw, index: start } = match;
    // Most words are lowercase, and neither follow nor begin a name.
    if (run !== null || !isPlainWord(raw, known.flags)) {
      const word = wordAt(start, raw, context);
      if (run !== null) {
        const last = run.words.at(-1)!;
        const gap = text.slice(last.end, start);
        if (joins(last, word, gap)) {
          run.words.push(word);
          run.canBeName ||= canBeName(word);
        } else {
          if (run.canBeName) close(run, { word, gap });
          run = null;
        }
      }
      if (run === null && canStart(word)) {
        const { start: from, raw: before } = { start: previousStart, raw: previous };
        run = { words: [word], before, beforeStart: from, canBeName: canBeName(word) };
      }
    }
    previous = raw;
    previousStart = start;
  }
  if (run?.canBeName === true) close(run, null);

  function close({ words, before: raw, beforeStart }: OpenRun, next: Next | null): void {
    const before = raw === '' ? null : wordAt(beforeStart, raw, context);
    const gap = text.slice(before?.end ?? 0, words[0]!.start);
    const isSecondHalf = gap === AMPERSAND && before !== null && !is(before, IS.given);
    const isFirstHalf =
      next !== null && next.gap === AMPERSAND && next.word.isCapital && !is(next.word, IS.given);
    const around: Omit<Run, 'words'> = {
      before: BEFORE_RUN.test(gap) ? before : null,
      after: next !== null && AFTER_RUN.test(next.gap) ? next.word : null,
      startsSentence: before === null || SENTENCE_END.test(gap),
      isBesideAmpersand: isFirstHalf || isSecondHalf,
    };
    namesOf({ words: withoutParticles(words), ...around }, known.places, found);
  }
}

/** A run that may continue. */
interface OpenRun {
  readonly words: Word[];
  /** The word before, or '' at the start of the text. */
  readonly before: string;
  readonly beforeStart: number;
  canBeName: boolean;
}

interface Next {
  readonly word: Word;
  readonly gap: string;
}

/** Whether a word alone can be a name or lead to one. */
function canBeName(word: Word): boolean {
  return word.flags === 0 || is(word, NAME | IS.title | IS.particle);
}

/** Whether a word is in lowercase ASCII and no name in lowercase. */
function isPlainWord(raw: string, flags: ReadonlyMap<string, number>): boolean {
  const first = raw.charCodeAt(0);
  return first >= 0x61 && first <= 0x7a && ((flags.get(raw) ?? 0) & IS.inAnyCase) === 0;
}

/** Whether a word can belong to the same name as the one before. */
function joins(last: Word, word: Word, gap: string): boolean {
  const isLowercaseName = !last.isCapital && isClear(word);
  const isMiddle = word.isLetter && is(last, IS.given);
  if (!canStart(word) && !isLowercaseName && !isMiddle && !is(word, IS.particle)) return false;
  if (SPACE.test(gap)) return true;
  if (last.isInitial || is(last, IS.title) || BEFORE_PLACE.test(last.text)) {
    return SPACE_AFTER_PERIOD.test(gap);
  }
  return LINE_BREAK.test(gap) && is(last, IS.given) && is(word, IS.family);
}

/** Words without the lowercase particles at their end. */
function withoutParticles(words: readonly Word[]): readonly Word[] {
  const end = words.findLastIndex((word) => word.isCapital || !is(word, IS.particle));
  return end + 1 === words.length ? words : words.slice(0, end + 1);
}
