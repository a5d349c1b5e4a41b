import { scriptOf, type Script } from '../text/scripts.js';
import type { TextRange } from '../text/words.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { MaskedLanguageModel } from './maskedLanguageModel.js';

/** Scripts whose characters are words or syllables: single ones count as tokens of the script. */
const DENSE: ReadonlySet<Script> = new Set(['Han']);
/** Number of tokens of a script in the vocabulary of a model that read text in it. */
const ENOUGH = { tokens: 150, share: 0.005 };
/** The same for dense scripts: vocabularies of English models hold hundreds of such characters. */
const ENOUGH_DENSE = { tokens: 2000, share: 0.1 };
/** Share of a script's single letters in a vocabulary of characters. */
const SHARE_OF_LETTERS = 0.02;
/** A smaller vocabulary spells every text in letters or bytes. */
const SMALLEST_VOCABULARY = 512;
/** Share of a text that says nothing, from which on the model cannot read it. */
const MOSTLY = 0.5;

const BYTE_TOKEN = /^<0x[0-9A-F]{2}>$/;
/** Replacement character of bytes that are an incomplete character. */
const BROKEN = '\uFFFD';

/** Scripts of the vocabularies that were asked for. */
const cache = new WeakMap<Tokenizer, Map<Script, boolean>>();

/**
 * Script of a text if the vocabulary shows that the model never read text in it; `null` otherwise.
 * Decided by most letters.
 */
export function unreadScript(tokenizer: Tokenizer, text: string): Script | null {
  if (tokenizer.vocabularySize < SMALLEST_VOCABULARY) return null;
  const counts = new Map<Script, number>();
  for (const character of text) {
    const script = scriptOf(character);
    if (script !== null) counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  const [main] = [...counts].sort((a, b) => b[1] - a[1]);
  if (main === undefined) return null;
  const [script] = main;
  let known = cache.get(tokenizer);
  if (known === undefined) cache.set(tokenizer, (known = new Map<Script, boolean>()));
  let isRead = known.get(script);
  if (isRead === undefined) known.set(script, (isRead = hasScript(tokenizer, script)));
  return isRead ? null : script;
}

/** Text that the model never read anything like; its predictions for it mean nothing. */
export interface Unread {
  /** Script that the vocabulary lacks; `null` if it has the script. */
  readonly script: Script | null;
  /**
   * Code of a language that the model was not trained on; `null` if the language is not certain. With
   * neither, most tokens are unknown or parts of characters.
   */
  readonly language: string | null;
}

/** Characters of a paragraph, on either side of a place, that decide its language. */
const LANGUAGE_REACH = 400;
const BLANK_LINE = /\n[^\S\n]*\n/u;

/** Text around a place, up to the next blank lines. */
export function paragraphAround(text: string, range: TextRange): string {
  const { start, end } = paragraphRange(text, range);
  return text.slice(start, end);
}

/** Range of the text around a place, up to the next blank lines, and at most `reach` characters from it. */
export function paragraphRange(
  text: string,
  { start, end }: TextRange,
  reach = LANGUAGE_REACH,
): TextRange {
  const before = text.slice(Math.max(0, start - reach), start);
  const after = text.slice(end, end + reach);
  return {
    start: start - before.split(BLANK_LINE).at(-1)!.length,
    end: end + after.split(BLANK_LINE, 1)[0]!.length,
  };
}

/** Finds text that the model never read: by its letters, its tokens, and the language of `paragraph`. */
export async function unreadIn(
  { tokenizer, foreignLanguage }: Pick<MaskedLanguageModel, 'tokenizer' | 'foreignLanguage'>,
  { text, ids, paragraph }: { text: string; ids: Int32Array; paragraph: string },
): Promise<Unread | null> {
  const script = unreadScript(tokenizer, text);
  if (script !== null) return { script, language: null };
  const language = (await foreignLanguage?.(paragraph)) ?? null;
  return language !== null || isMostlyUnread(tokenizer, ids) ? { script, language } : null;
}

/** The same of the paragraph around a range, with the masks in it left out. */
export function unreadAround(
  model: Pick<MaskedLanguageModel, 'tokenizer' | 'foreignLanguage'>,
  text: string,
  range: TextRange,
): Promise<Unread | null> {
  const { tokenizer } = model;
  const paragraph = paragraphAround(text, range).replaceAll(tokenizer.maskToken, ' ');
  const { ids } = tokenizer.encode(paragraph);
  return unreadIn(model, { text: paragraph, ids, paragraph });
}

/**
 * Whether at least half of a text is unknown to the tokenizer or spelled in bytes, in which nothing is
 * read. A run of such tokens counts once: a character is several bytes.
 */
export function isMostlyUnread(tokenizer: Tokenizer, ids: Int32Array): boolean {
  if (tokenizer.vocabularySize < SMALLEST_VOCABULARY) return false;
  let runs = 0;
  let read = 0;
  let isInRun = false;
  for (const id of ids) {
    const isMask = id === tokenizer.special.mask;
    const isSilent = !isMask && isSilentToken(tokenizer, id);
    if (isSilent && !isInRun) runs++;
    if (!isSilent && !isMask) read++;
    isInRun = isSilent;
  }
  return runs > 0 && runs >= MOSTLY * (runs + read);
}

/** Whether a token is unknown or part of a character. */
function isSilentToken(tokenizer: Tokenizer, id: number): boolean {
  if (tokenizer.isSpecial(id)) return true;
  const text = tokenizer.readable(id);
  return text.includes(BROKEN) || BYTE_TOKEN.test(text);
}

/** Whether the vocabulary has enough tokens of a script to show that the model read text in it. */
function hasScript(tokenizer: Tokenizer, script: Script): boolean {
  const size = tokenizer.vocabularySize;
  const { tokens, share } = DENSE.has(script) ? ENOUGH_DENSE : ENOUGH;
  const enoughWords = Math.min(tokens, share * size);
  const enoughLetters = SHARE_OF_LETTERS * size;
  let words = 0;
  let letters = 0;
  // Found in a small part of most vocabularies, unless it is their beginning: single letters.
  const start = size >> 1;
  for (let i = 0; i < size && words < enoughWords && letters < enoughLetters; i++) {
    const id = (start + i) % size;
    if (isSilentToken(tokenizer, id)) continue;
    const scripts = Array.from(tokenizer.readable(id), scriptOf).filter((each) => each !== null);
    if (scripts[0] !== script || scripts.some((other) => other !== script)) continue;
    if (scripts.length > 1 || DENSE.has(script)) words++;
    else letters++;
  }
  return words >= enoughWords || letters >= enoughLetters;
}
