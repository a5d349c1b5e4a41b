import type { AlignedText } from '../../text/alignedText.js';
import { lowercase, mapCharacters } from './characters.js';
import { localNormalizer, type Normalizer } from './normalizer.js';
import { rewrite } from '../../text/rewriteText.js';

/** The `BertNormalizer` of a `tokenizer.json`, with defaults applied. */
export interface BertNormalizerOptions {
  /** Removes control characters and replaces white space by spaces. */
  readonly cleanText: boolean;
  /** Puts spaces around Chinese characters, so that each is a word. */
  readonly handleChineseChars: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

/** BERT's normalization (Devlin et al. 2019). A stripped accent is assigned to its letter. */
export function bertNormalizer(options: BertNormalizerOptions): Normalizer {
  return localNormalizer(
    (text) => normalizeBert(text, options),
    options.lowercase ? 'lowercase' : 'same',
  );
}

const PLAIN = /^[ -~]*$/;
const NONSPACING_MARKS = /\p{Mn}/gu;

export function normalizeBert(source: AlignedText, options: BertNormalizerOptions): AlignedText {
  if (PLAIN.test(source.text)) return options.lowercase ? lowercase(source) : source;
  let result = source;
  if (options.cleanText) result = mapCharacters(result, cleaned);
  if (options.handleChineseChars) result = mapCharacters(result, spaced);
  if (options.stripAccents) result = rewrite(result, withoutAccents);
  if (options.lowercase) result = lowercase(result);
  return result;
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(NONSPACING_MARKS, '');
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/u;
const ORDINARY_CONTROLS = '\t\n\r';
const WHITE_SPACE = /\p{White_Space}/u;

function cleaned(character: string): string | null {
  if (CONTROL.test(character) && !ORDINARY_CONTROLS.includes(character)) return '';
  return WHITE_SPACE.test(character) ? ' ' : null;
}

function spaced(character: string): string | null {
  return isChinese(character.codePointAt(0)!) ? ` ${character} ` : null;
}

/** Ideographs, with the same gap before U+2B920 as the reference. */
function isChinese(code: number): boolean {
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x20000 && code <= 0x2a6df) ||
    (code >= 0x2a700 && code <= 0x2b81f) ||
    (code >= 0x2b920 && code <= 0x2ceaf) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x2f800 && code <= 0x2fa1f)
  );
}
