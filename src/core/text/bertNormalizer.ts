/** The `BertNormalizer` of a tokenizer.json, its defaults resolved. */
export interface BertNormalizerOptions {
  /** Drops control characters and turns every white space into a space. */
  readonly cleanText: boolean;
  /** Puts spaces around Chinese characters, so that each is a word. */
  readonly handleChineseChars: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

/** Normalized text; unit i of it (UTF-16) comes from `[starts[i], ends[i])` of the source. */
export interface NormalizedText {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Normalizes as `@huggingface/tokenizers` does, and says for each UTF-16 unit where it comes
 * from. A stripped accent counts to the character before it.
 */
export function normalizeBert(source: string, options: BertNormalizerOptions): NormalizedText {
  let result = cleanAndSpace(source, options);
  if (options.lowercase) result = lowercase(result);
  if (options.stripAccents) result = stripAccents(result);
  return result;
}

class NormalizedTextBuilder implements NormalizedText {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(text: string, start: number, end: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  /** What was dropped up to `end` belongs to the last unit. */
  extend(end: number): void {
    if (this.ends.length > 0) this.ends[this.ends.length - 1] = end;
  }
}

const CONTROL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/u;
const ORDINARY_CONTROLS = '\t\n\r';
const WHITE_SPACE = /\s/;
const MARK = /\p{Mn}/gu;

function cleanAndSpace(source: string, options: BertNormalizerOptions): NormalizedText {
  const result = new NormalizedTextBuilder();
  let at = 0;
  for (const character of source) {
    const start = at;
    at += character.length;
    if (options.cleanText) {
      if (CONTROL.test(character) && !ORDINARY_CONTROLS.includes(character)) continue;
      if (WHITE_SPACE.test(character)) {
        result.add(' ', start, at);
        continue;
      }
    }
    const isSpaced = options.handleChineseChars && isChinese(character);
    result.add(isSpaced ? ` ${character} ` : character, start, at);
  }
  return result;
}

/**
 * The ideographs of the Basic Multilingual Plane. Those beyond it are not spaced by
 * `@huggingface/tokenizers`, whose ids ours equal, though the Rust library spaces them.
 */
function isChinese(character: string): boolean {
  const code = character.charCodeAt(0);
  return (
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0xf900 && code <= 0xfaff)
  );
}

function lowercase(source: NormalizedText): NormalizedText {
  // Lower case depends on the neighbours for the Greek final sigma alone, which is as long as the
  // other one: the text is taken from the whole, the lengths from the single characters.
  const whole = source.text.toLowerCase();
  if (whole === source.text) return source;
  const result = new NormalizedTextBuilder();
  let at = 0;
  for (const character of source.text) {
    const { length } = character.toLowerCase();
    const { start, end } = placeOf(source, at, character.length);
    const from = result.text.length;
    result.add(whole.slice(from, from + length), start, end);
    at += character.length;
  }
  return result;
}

function stripAccents(source: NormalizedText): NormalizedText {
  const whole = withoutAccents(source.text);
  if (whole === source.text) return source;
  // Canonical order may swap marks that stay (spacing marks with a combining class): then a
  // character with all its marks is taken as one.
  const parted = stripParts(source, /[^]/gu);
  return parted.text === whole ? parted : stripParts(source, /\P{M}\p{M}*|\p{M}+/gu);
}

function stripParts(source: NormalizedText, parts: RegExp): NormalizedText {
  const result = new NormalizedTextBuilder();
  for (const match of source.text.matchAll(parts)) {
    const [part] = match;
    const { start, end } = placeOf(source, match.index, part.length);
    const kept = withoutAccents(part);
    if (kept === '') result.extend(end);
    else result.add(kept, start, end);
  }
  return result;
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(MARK, '');
}

function placeOf(
  source: NormalizedText,
  at: number,
  length: number,
): { start: number; end: number } {
  return { start: source.starts[at]!, end: source.ends[at + length - 1]! };
}
