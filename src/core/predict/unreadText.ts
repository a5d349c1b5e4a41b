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

interface Vocabulary {
  readonly scripts: ReadonlySet<Script>;
  /** 1 for tokens that are unknown or part of a character. */
  readonly silent: Uint8Array;
}

const cache = new WeakMap<Tokenizer, Vocabulary>();

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
  return main === undefined || vocabularyOf(tokenizer).scripts.has(main[0]) ? null : main[0];
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

/** Range of the text around a place, up to the next blank lines, and not far from it. */
export function paragraphRange(text: string, { start, end }: TextRange): TextRange {
  const before = text.slice(Math.max(0, start - LANGUAGE_REACH), start);
  const after = text.slice(end, end + LANGUAGE_REACH);
  return {
    start: start - before.split(BLANK_LINE).at(-1)!.length,
    end: end + after.split(BLANK_LINE, 1)[0]!.length,
  };
}

/** Finds text that the model never read: by its letters, its tokens, and the language of `paragraph`. */
export function unreadIn(
  { tokenizer, foreignLanguage }: Pick<MaskedLanguageModel, 'tokenizer' | 'foreignLanguage'>,
  { text, ids, paragraph }: { text: string; ids: Int32Array; paragraph: string },
): Unread | null {
  const script = unreadScript(tokenizer, text);
  if (script !== null) return { script, language: null };
  const language = foreignLanguage?.(paragraph) ?? null;
  return language !== null || isMostlyUnread(tokenizer, ids) ? { script, language } : null;
}

/**
 * Whether at least half of a text is unknown to the tokenizer or spelled in bytes, in which nothing is
 * read. A run of such tokens counts once: a character is several bytes.
 */
export function isMostlyUnread(tokenizer: Tokenizer, ids: Int32Array): boolean {
  if (tokenizer.vocabularySize < SMALLEST_VOCABULARY) return false;
  const { silent } = vocabularyOf(tokenizer);
  let runs = 0;
  let read = 0;
  let isInRun = false;
  for (const id of ids) {
    const isMask = id === tokenizer.special.mask;
    const isSilent = !isMask && silent[id] !== 0;
    if (isSilent && !isInRun) runs++;
    if (!isSilent && !isMask) read++;
    isInRun = isSilent;
  }
  return runs > 0 && runs >= MOSTLY * (runs + read);
}

function vocabularyOf(tokenizer: Tokenizer): Vocabulary {
  const known = cache.get(tokenizer);
  if (known !== undefined) return known;
  const size = tokenizer.vocabularySize;
  const silent = new Uint8Array(size);
  const words = new Map<Script, number>();
  const letters = new Map<Script, number>();
  for (let id = 0; id < size; id++) {
    if (tokenizer.isSpecial(id)) {
      silent[id] = 1;
      continue;
    }
    const text = tokenizer.readable(id);
    if (text.includes(BROKEN) || BYTE_TOKEN.test(text)) {
      silent[id] = 1;
      continue;
    }
    const scripts = Array.from(text, scriptOf).filter((script) => script !== null);
    const [script] = scripts;
    if (script === undefined || scripts.some((other) => other !== script)) continue;
    const isWord = scripts.length > 1 || DENSE.has(script);
    const counts = isWord ? words : letters;
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  const isRead = (script: Script): boolean => {
    const { tokens, share } = DENSE.has(script) ? ENOUGH_DENSE : ENOUGH;
    const own = words.get(script) ?? 0;
    const single = letters.get(script) ?? 0;
    return own >= Math.min(tokens, share * size) || single >= SHARE_OF_LETTERS * size;
  };
  const scripts = new Set([...words.keys(), ...letters.keys()].filter(isRead));
  const vocabulary = { scripts, silent };
  cache.set(tokenizer, vocabulary);
  return vocabulary;
}
