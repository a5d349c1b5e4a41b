import { decodeUtf8 } from '../text/utf8.js';
import { BYTE_LEVEL_SPACE, decodeByteLevel } from './preTokenizers/byteLevel.js';

/** Word boundaries and readable text of a vocabulary's tokens. */
export interface Spelling {
  /** Whether a token that begins a word includes the preceding space, as `Ġword` and `▁word`. */
  readonly marksSpaces: boolean;
  isContinuation(token: string): boolean;
  readable(token: string): string;
}

/** `##ing` continues a word. */
export function continuationSpelling(prefix: string): Spelling {
  const isContinuation = (token: string): boolean => prefix !== '' && token.startsWith(prefix);
  return {
    marksSpaces: false,
    isContinuation,
    readable: (token) => (isContinuation(token) ? token.slice(prefix.length) : token),
  };
}

/** `##ing` continues a word; characters are bytes. */
export function byteContinuationSpelling(prefix: string): Spelling {
  const spelling = continuationSpelling(prefix);
  return { ...spelling, readable: (token) => decodeByteLevel(spelling.readable(token)) };
}

/** `ing</w>` ends a word; other tokens are treated as part of a word. */
export function endOfWordSpelling(suffix: string): Spelling {
  return {
    marksSpaces: false,
    isContinuation: (token) => !token.endsWith(suffix),
    readable: (token) => (token.endsWith(suffix) ? token.slice(0, -suffix.length) : token),
  };
}

/** `Ġword` begins a word; characters are bytes. */
export const byteLevelSpelling: Spelling = {
  marksSpaces: true,
  isContinuation: (token) => !token.startsWith(BYTE_LEVEL_SPACE),
  readable: (token) => withoutSpace(decodeByteLevel(token)),
};

const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/;

/** `▁word` begins a word. */
export function metaspaceSpelling(marker: string): Spelling {
  return {
    marksSpaces: true,
    isContinuation: (token) => !token.startsWith(marker),
    readable: (token) => {
      const byte = BYTE_TOKEN.exec(token);
      if (byte) return decodeUtf8([Number.parseInt(byte[1]!, 16)]);
      return withoutSpace(token.replaceAll(marker, ' '));
    },
  };
}

function withoutSpace(text: string): string {
  return text.length > 1 && text.startsWith(' ') ? text.slice(1) : text;
}
