import { AlignedTextBuilder, type AlignedText } from '../../text/alignedText.js';
import { withPrefix } from '../normalizers/edit.js';
import { decodeUtf8, pushUtf8 } from '../../text/utf8.js';
import { gpt2Ascii } from './asciiWords.js';
import type { PreTokenizer } from './preTokenizer.js';
import { splitText } from './splitting.js';

/** GPT-2's pattern for words (Radford et al. 2019); a space belongs to the next word. */
export const GPT2_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const WORDS = new RegExp(
  GPT2_WORDS.replaceAll('\\s\\p', '\\p{White_Space}\\p')
    .replaceAll('\\s', '\\p{White_Space}')
    .replaceAll('\\S', '\\P{White_Space}'),
  'gu',
);

/** Printable character for each byte: the byte itself if it is printable. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(isPrintable ? byte : next++);
  });
})();

const BYTE_OF = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** Character for a space, which begins tokens at the start of a word. */
export const BYTE_LEVEL_SPACE = BYTE_CHARACTERS[0x20]!;

/** Splits text as GPT-2 does, unless disabled, and spells it with one character per byte. */
export function byteLevelPreTokenizer(options: {
  readonly addPrefixSpace: boolean;
  readonly useRegex: boolean;
}): PreTokenizer {
  return {
    isLocal: true,
    separates: options.useRegex ? 'whiteSpace' : 'none',
    ascii: options.useRegex ? gpt2Ascii(BYTE_LEVEL_SPACE) : null,
    keepsAscii: !options.useRegex && !options.addPrefixSpace,
    split: (parts, { isStart }) => {
      const prefixed = parts.map((part, i) => {
        const addsSpace = options.addPrefixSpace && (isStart || i > 0);
        return addsSpace && !part.text.startsWith(' ') ? withPrefix(part, ' ') : part;
      });
      const words = options.useRegex
        ? prefixed.flatMap((part) =>
            splitText(part, WORDS, { behavior: 'Isolated', invert: false }),
          )
        : prefixed;
      return words.map(spelledInBytes);
    },
  };
}

const PRINTABLE_ASCII = /^[ -~]*$/;

/** All bytes of a character cover the whole character. */
function spelledInBytes(word: AlignedText): AlignedText {
  if (PRINTABLE_ASCII.test(word.text)) {
    return word.respelled(word.text.replaceAll(' ', BYTE_LEVEL_SPACE));
  }
  const result = new AlignedTextBuilder();
  let at = 0;
  for (const character of word.text) {
    const bytes: number[] = [];
    pushUtf8(bytes, character.codePointAt(0)!);
    const spelled = bytes.map((byte) => BYTE_CHARACTERS[byte]).join('');
    result.replace(spelled, word, at, at + character.length);
    at += character.length;
  }
  return result.build();
}

/** Text of a byte-level token; incomplete characters become U+FFFD. */
export function decodeByteLevel(token: string): string {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = BYTE_OF.get(character);
    if (byte === undefined) return token;
    bytes.push(byte);
  }
  return decodeUtf8(bytes);
}
