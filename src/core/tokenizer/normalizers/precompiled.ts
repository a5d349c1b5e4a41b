import { AlignedTextBuilder, type AlignedText } from '../../text/alignedText.js';
import { decodeUtf8, utf8Of } from '../../text/utf8.js';
import { mapCharacters } from './characters.js';
import { localNormalizer, type Normalizer } from './normalizer.js';

/** Longer grapheme clusters (in bytes) are processed character by character. */
const MAX_CLUSTER_BYTES = 5;
/** Only clusters with these characters have several characters in so few bytes. */
const JOINS = /[\p{M}\p{Cf}\p{Emoji_Modifier}\u0E33\u0EB3\uFF9E\uFF9F]|\r\n/u;
const PRINTABLE_ASCII = /^[ -~]*$/;

/** Made with the first text: it takes milliseconds, and few tokenizers need it. */
let graphemes: Intl.Segmenter | null = null;

/**
 * SentencePiece's table of character rules (`precompiled_charsmap`, base64): the size of a
 * double-array trie (Aoe 1989; in the layout of Darts-clone), the trie over UTF-8 bytes, and the
 * replacements, each terminated by a zero byte. A cluster of up to five bytes is replaced by the
 * entry of its shortest prefix in the table, as in the reference.
 *
 * Throws a `RangeError` for a truncated table.
 */
export function precompiledNormalizer(base64: string): Normalizer {
  const table = new CharacterTable(decodeBase64(base64));
  const keepsAscii = Array.from({ length: 0x5f }, (_, i) => String.fromCharCode(0x20 + i)).every(
    (character) => table.replacement(character) === null,
  );
  return localNormalizer((text) =>
    keepsAscii && PRINTABLE_ASCII.test(text.text) ? text : applyTable(text, table),
  );
}

function applyTable(source: AlignedText, table: CharacterTable): AlignedText {
  if (!JOINS.test(source.text)) {
    return mapCharacters(source, (character) => table.replacement(character));
  }
  const result = new AlignedTextBuilder();
  const visit = (part: string, at: number): boolean => {
    const replacement = table.replacement(part);
    if (replacement !== null) result.replace(replacement, source, at, at + part.length);
    return replacement !== null;
  };
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment, index } of graphemes.segment(source.text)) {
    if (isShort(segment) && visit(segment, index)) continue;
    let at = index;
    for (const character of segment) {
      if (!visit(character, at)) result.copy(source, at, at + character.length);
      at += character.length;
    }
  }
  return result.build();
}

function isShort(cluster: string): boolean {
  return cluster.length <= MAX_CLUSTER_BYTES && utf8Of(cluster).length <= MAX_CLUSTER_BYTES;
}

class CharacterTable {
  private readonly units: Uint32Array;
  private readonly replacements: Uint8Array;
  private readonly known = new Map<string, string | null>();

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = view.getUint32(0, true);
    this.units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.replacements = bytes.subarray(4 + size);
  }

  /** Replacement of the shortest prefix of `text` in the table, or `null`. */
  replacement(text: string): string | null {
    let result = this.known.get(text);
    if (result === undefined) {
      result = this.lookUp(text);
      this.known.set(text, result);
    }
    return result;
  }

  private lookUp(text: string): string | null {
    let node = offsetOf(this.units[0] ?? 0);
    for (const byte of utf8Of(text)) {
      if (byte === 0) return null;
      node ^= byte;
      const unit = this.units[node] ?? 0;
      if ((unit & 0x800000ff) >>> 0 !== byte) return null;
      node ^= offsetOf(unit);
      if (((unit >>> 8) & 1) === 1) return this.replacementAt((this.units[node] ?? 0) & 0x7fffffff);
    }
    return null;
  }

  private replacementAt(index: number): string {
    const end = this.replacements.indexOf(0, index);
    return decodeUtf8(this.replacements.subarray(index, end < 0 ? undefined : end));
  }
}

function offsetOf(unit: number): number {
  return ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): Uint8Array {
  const valueOf = new Uint8Array(128);
  for (let i = 0; i < BASE64.length; i++) valueOf[BASE64.charCodeAt(i)] = i;
  const body = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < body.length; i++) {
    bits = ((bits << 6) | valueOf[body.charCodeAt(i) & 0x7f]!) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = (bits >> count) & 0xff;
    }
  }
  return bytes;
}
