const REPLACEMENT = 0xfffd;

/** Appends the UTF-8 bytes of a code point; an unpaired surrogate becomes U+FFFD. */
export function pushUtf8(bytes: number[], codePoint: number): void {
  const code = codePoint >= 0xd800 && codePoint <= 0xdfff ? REPLACEMENT : codePoint;
  if (code < 0x80) bytes.push(code);
  else if (code < 0x800) bytes.push(0xc0 | (code >> 6), continuation(code));
  else if (code < 0x10000) {
    bytes.push(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
  } else {
    bytes.push(
      0xf0 | (code >> 18),
      continuation(code >> 12),
      continuation(code >> 6),
      continuation(code),
    );
  }
}

function continuation(code: number): number {
  return 0x80 | (code & 0x3f);
}

export function utf8Of(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) pushUtf8(bytes, character.codePointAt(0)!);
  return bytes;
}

/** Decodes UTF-8; each byte of an incomplete character becomes U+FFFD. */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let code = length === 1 ? first : first & (0xff >> (length + 1));
    let isWhole = length > 0 && at + length <= bytes.length;
    for (let i = 1; isWhole && i < length; i++) {
      isWhole = (bytes[at + i]! & 0xc0) === 0x80;
      code = (code << 6) | (bytes[at + i]! & 0x3f);
    }
    isWhole &&= code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    text += isWhole ? String.fromCodePoint(code) : '\uFFFD';
    at += isWhole ? length : 1;
  }
  return text;
}
