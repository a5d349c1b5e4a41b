import { isWordCharacter } from './unicodeSets.js';

/** Properties of a place between two characters, as bits. */
export const BorderFlag = {
  wordBorder: 1,
  lineStart: 2,
  lineEnd: 4,
  textStart: 8,
  textEnd: 16,
} as const;

/** First of the 32 noncharacters U+FDD0 to U+FDEF, one for each combination of properties. */
const FIRST = 0xfdd0;
const COUNT = 32;
const FLAGS = /[\ufdd0-\ufdef]/g;

/** Brackets that match the flag of any place. */
export function anyFlag(): string {
  return '[\\x{fdd0}-\\x{fdef}]';
}

/** Brackets that match the flags of places with a property. */
export function flagsWith(property: number): string {
  const codes = Array.from({ length: COUNT }, (_, bits) => bits).filter(
    (bits) => (bits & property) !== 0,
  );
  return `[${codes.map((bits) => `\\x{${(FIRST + bits).toString(16)}}`).join('')}]`;
}

/**
 * A stretch of a text with the flag of each place before, between and after its characters, in which
 * a pattern can tell Unicode's word borders with the engine's lookbehind.
 */
export class FlaggedText {
  readonly text: string;
  /** Index in `text` of the flag of each UTF-16 offset of the stretch. */
  private readonly indexes: Int32Array;
  /** Offset in the stretch of each index in `text`. */
  private readonly offsets: Int32Array;

  constructor(source: string, from: number, to: number) {
    const length = to - from;
    this.indexes = new Int32Array(length + 1);
    this.offsets = new Int32Array(3 * length + 2);
    let text = '';
    let before = from === 0 ? '' : characterBefore(source, from);
    for (let at = from; at <= to;) {
      const character = at < source.length ? String.fromCodePoint(source.codePointAt(at)!) : '';
      this.indexes[at - from] = text.length;
      this.offsets[text.length] = at - from;
      this.offsets[text.length + 1] = at - from;
      text += String.fromCharCode(FIRST + propertiesOf(before, character));
      if (at === to) break;
      text += character.replace(FLAGS, '\ufffd');
      before = character;
      at += character.length;
    }
    this.text = text;
  }

  /** Index of the flag of an offset, where a match from there begins. */
  indexOf(offset: number): number {
    return this.indexes[offset]!;
  }

  /** Offset at the flag that a match begins or ends with. */
  offsetAt(index: number): number {
    return this.offsets[index]!;
  }
}

function propertiesOf(before: string, after: string): number {
  const isBorder = isWordCharacter(before) !== isWordCharacter(after);
  return (
    (isBorder ? BorderFlag.wordBorder : 0) |
    (before === '' || before === '\n' ? BorderFlag.lineStart : 0) |
    (after === '' || after === '\n' ? BorderFlag.lineEnd : 0) |
    (before === '' ? BorderFlag.textStart : 0) |
    (after === '' ? BorderFlag.textEnd : 0)
  );
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  const isPair = unit >= 0xdc00 && unit <= 0xdfff && at >= 2;
  return text.slice(isPair ? at - 2 : at - 1, at);
}
