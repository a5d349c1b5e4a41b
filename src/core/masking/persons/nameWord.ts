import { IS, NAME, type NameWords } from './nameWords.js';

/** A word of a text, as the rules of names see it. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Properties of `IS`. */
  readonly flags: number;
  readonly isCapital: boolean;
  /** Several letters, all capital. */
  readonly isShouted: boolean;
  /** A single capital letter. */
  readonly isLetter: boolean;
  /** A single capital letter with a period. */
  readonly isInitial: boolean;
}

const CAPITAL = /^(?:\p{Lu}|\p{Lt})/u;
const LETTER = /^\p{L}/u;
/** Characters beside parts of addresses, paths and identifiers. */
const JOINING_BEFORE = '@/_#=&\\0123456789';
const JOINING_AFTER = '@/_=\\0123456789';
/** "PlayStation", "Boston-based" and "C'mon"; not "McDonald", "DeAndre" or "O'Brien". */
const UNLIKE_NAMES =
  /^(?!(?:Mc|Mac|De|La|Le|Di|Du|Van|Da|Fitz)\p{Lu}).*\p{Ll}\p{Lu}|-\p{Ll}|^[^DLO]['’]/u;
const ASCII = /^[\0-\x7f]*$/;

export interface WordContext {
  readonly text: string;
  readonly known: NameWords;
}

/** Reads the word that is `raw` at `start` of the text. */
export function wordAt(start: number, raw: string, { text, known }: WordContext): Word {
  const word = raw.length > 2 && isApostropheAt(raw, raw.length - 2) ? withoutPossessive(raw) : raw;
  const end = start + word.length;
  const isCapital = startsCapital(word);
  const isLetter = isCapital && word.length === 1;
  const isInitial = isLetter && text[end] === '.';
  const isShouted = isCapital && word.length > 1 && word === word.toUpperCase();
  const isJoined = isJoinedBefore(text, start) || isJoinedAfter(text, end);
  const flags = isJoined ? IS.never : isInitial ? 0 : flagsOf(word, known);
  return { text: word, start, end, flags, isCapital, isShouted, isLetter, isInitial };
}

function isApostropheAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x27 || unit === 0x2019;
}

function withoutPossessive(raw: string): string {
  return /s$/i.test(raw) ? raw.slice(0, -2) : raw;
}

function startsCapital(word: string): boolean {
  const unit = word.charCodeAt(0);
  return unit < 0x80 ? unit <= 0x5a : CAPITAL.test(word);
}

function isJoinedBefore(text: string, start: number): boolean {
  if (start === 0) return false;
  const before = text.charAt(start - 1);
  if (before !== '-') return JOINING_BEFORE.includes(before);
  return start > 1 && /[\p{L}\d]/u.test(text.charAt(start - 2));
}

function isJoinedAfter(text: string, end: number): boolean {
  if (end >= text.length) return false;
  const after = text.charAt(end);
  if (after !== '.') return JOINING_AFTER.includes(after);
  const next = text.slice(end + 1, end + 3);
  return LETTER.test(next) && !startsCapital(next);
}

function flagsOf(word: string, { flags }: NameWords): number {
  const lower = word.toLowerCase();
  const known =
    flags.get(lower) ?? (ASCII.test(lower) ? undefined : flags.get(withoutMarks(lower)));
  if (known !== undefined) return known;
  if (UNLIKE_NAMES.test(word)) return IS.never;
  if (!lower.includes('-')) return 0;
  const parts = lower.split('-').map((part) => flags.get(part) ?? 0);
  if (parts.some((part) => (part & (IS.common | IS.never)) !== 0)) return IS.common;
  return parts.find((part) => (part & NAME) !== 0) ?? 0;
}

/** "jose" for "josé", and "o'neil" for "o’neil". */
function withoutMarks(word: string): string {
  if (word.length < 4) return word;
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('’', "'");
}

export function is({ flags }: Word, any: number): boolean {
  return (flags & any) !== 0;
}

/** A common word that is not a name as well. */
export function isCommon(word: Word): boolean {
  return is(word, IS.common) && !is(word, NAME);
}

/** A name that is hardly ever another word. */
export function isClear(word: Word): boolean {
  return is(word, NAME) && !is(word, IS.ambiguous);
}

/** Whether a word can begin a name. */
export function canStart(word: Word): boolean {
  if (!word.isCapital) return is(word, IS.inAnyCase);
  return !is(word, IS.never) || is(word, NAME | IS.title | IS.particle);
}

/** Whether a word can be the family name after a title or a given name. */
export function canFollow(word: Word): boolean {
  if (is(word, NAME) || word.isInitial) return true;
  return word.isCapital && !is(word, IS.never | IS.kindOfPlace | IS.title);
}
