import { problem, type Problem } from '../../messages/message.js';
import { BorderFlag, anyFlag, flagsWith } from './borderFlags.js';
import { SETS, propertySet } from './unicodeSets.js';

/** A pattern that cannot be used, with the reason. */
export class PatternError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.id);
  }
}

export interface TranslatedPattern {
  /** The pattern with Unicode classes. Word borders are those of ASCII. */
  readonly plain: string;
  /**
   * The pattern for text with a border flag before each character and at its end, in which word
   * borders are those of Unicode; `null` if the pattern has no word borders.
   */
  readonly flagged: string | null;
}

/**
 * Translates a pattern in RE2 syntax in which `\w`, `\d`, `\s`, `\b`, their negations and properties
 * such as `\p{Script=Han}` mean all scripts. Throws `PatternError` for syntax that needs more than
 * linear time.
 */
export function translatePattern(source: string): TranslatedPattern {
  return new Translator(source).translate();
}

const QUANTIFIER = /[*+?]|\{\d+(?:,\d*)?\}/y;
const OPENING = /\((?:\?(?:P?<([A-Za-z_]\w*)>|([imsU-]*)([:)])))?/y;
const UNSUPPORTED_GROUPS: readonly (readonly [sign: RegExp, id: GroupProblem])[] = [
  [/\(\?[=!]/y, 'masking.patternLookAhead'],
  [/\(\?<[=!]/y, 'masking.patternLookBehind'],
  [/\(\?>/y, 'masking.patternAtomicGroup'],
  [/\(\?P=\w*/y, 'masking.patternBackReference'],
  [/\(\?(?:\(|R\)|\d+\)|&\w*|P>)/y, 'masking.patternRecursion'],
];
type GroupProblem =
  | 'masking.patternLookAhead'
  | 'masking.patternLookBehind'
  | 'masking.patternAtomicGroup'
  | 'masking.patternBackReference'
  | 'masking.patternRecursion';

class Translator {
  private at = 0;
  private plain = '';
  private flagged = '';
  private hasBorders = false;
  private isMultiline = true;
  private readonly outer: boolean[] = [];

  constructor(private readonly source: string) {}

  translate(): TranslatedPattern {
    while (this.at < this.source.length) this.part();
    const flagged = `${anyFlag()}(?:${this.flagged})`;
    return { plain: this.plain, flagged: this.hasBorders ? flagged : null };
  }

  private part(): void {
    const character = this.source[this.at]!;
    switch (character) {
      case '(':
        this.group();
        break;
      case ')':
        this.isMultiline = this.outer.pop() ?? this.isMultiline;
        this.copy(1);
        break;
      case '|':
        this.copy(1);
        break;
      case '[':
        this.brackets();
        break;
      case '\\':
        this.escape();
        break;
      case '^':
        this.assert('^', this.isMultiline ? BorderFlag.lineStart : BorderFlag.textStart);
        break;
      case '$':
        this.assert('$', this.isMultiline ? BorderFlag.lineEnd : BorderFlag.textEnd);
        break;
      default:
        if (this.matched(QUANTIFIER) !== null) this.quantifier();
        else this.atom(this.codePoint(), 0);
    }
  }

  private group(): void {
    const unsupported = UNSUPPORTED_GROUPS.find(([sign]) => this.matched(sign) !== null);
    if (unsupported) this.refuse(unsupported[1], this.matched(unsupported[0])![0]);
    const opening = this.matched(OPENING)!;
    const [text, , flags = '', end] = opening;
    if (end !== ')') this.outer.push(this.isMultiline);
    const [on = '', off = ''] = flags.split('-');
    if (on.includes('m')) this.isMultiline = true;
    if (off.includes('m')) this.isMultiline = false;
    this.copy(text.length);
  }

  private quantifier(): void {
    const [text] = this.matched(QUANTIFIER)!;
    const after = this.source[this.at + text.length];
    if (after === '+') this.refuse('masking.patternPossessive', `${text}+`);
    this.copy(text.length + (after === '?' ? 1 : 0));
  }

  private escape(): void {
    const character = this.source[this.at + 1] ?? '';
    if (character === 'b' || character === 'B') {
      this.hasBorders = true;
      this.assert(`\\${character}`, BorderFlag.wordBorder, character === 'B');
    } else if (character === 'A') this.assert('\\A', BorderFlag.textStart);
    else if (character === 'z') this.assert('\\z', BorderFlag.textEnd);
    else if (/[1-9]/.test(character) || character === 'k') {
      this.refuse('masking.patternBackReference', /^\\(?:\d+|k<\w*>?|k)/.exec(this.rest())![0]);
    } else if (character === 'Q') this.quoted();
    else {
      const set = this.escapedSet();
      if (set === null) this.atom(this.escaped(), 0);
      else this.atom(`[${set}]`, 0);
    }
  }

  /** Content of brackets for a class or property at the current place, which it passes; or `null`. */
  private escapedSet(): string | null {
    const set = SETS[this.source[this.at + 1] ?? ''];
    if (set !== undefined) {
      this.at += 2;
      return set();
    }
    const property = /^\\([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/.exec(this.rest());
    if (property === null) return null;
    const [text, kind, caret, name, letter] = property;
    const isNegated = (kind === 'P') !== (caret === '^');
    const content = propertySet(name ?? letter!, { isNegated });
    if (content === null) this.refuse('masking.patternProperty', text);
    this.at += text.length;
    return content;
  }

  /** Source of an escaped character, which it passes. */
  private escaped(): string {
    const hexadecimal = /^\\(?:u\{([\da-f]+)\}|u([\da-f]{4}))/i.exec(this.rest());
    if (hexadecimal !== null) {
      this.at += hexadecimal[0].length;
      return `\\x{${hexadecimal[1] ?? hexadecimal[2]!}}`;
    }
    const unsupported = /^\\[GKRXHhZy]/.exec(this.rest());
    if (unsupported !== null) this.refuse('masking.patternEscape', unsupported[0]);
    const known = /^\\(?:x\{[\da-fA-F]+\}|x[\da-fA-F]{2}|0[0-7]{0,2}|[^])/u.exec(this.rest());
    const text = known?.[0] ?? '\\';
    this.at += text.length;
    return text;
  }

  private quoted(): void {
    this.at += 2;
    while (this.at < this.source.length && !this.rest().startsWith('\\E')) {
      const character = this.codePoint();
      this.atom(/^[A-Za-z0-9]$/.test(character) ? character : hexadecimalOf(character), 0);
    }
    this.at += 2;
  }

  private brackets(): void {
    const start = this.at;
    let content = /^\[\^?\]?/.exec(this.rest())![0];
    this.at += content.length;
    while (this.source[this.at] !== ']') {
      if (this.at >= this.source.length) this.refuse('masking.patternBracket', '[', start);
      const posix = /^\[:\^?\w+:\]/.exec(this.rest());
      if (posix !== null) {
        content += posix[0];
        this.at += posix[0].length;
      } else if (this.source[this.at] === '\\') content += this.escapedSet() ?? this.escaped();
      else content += this.codePoint();
    }
    this.at++;
    this.atom(`${content}]`, 0);
  }

  /** Adds source that matches one character. */
  private atom(text: string, length: number): void {
    this.at += length;
    this.plain += text;
    this.flagged += `(?:${text}${anyFlag()})`;
  }

  private assert(text: string, flag: number, isNegated = false): void {
    this.at += text.length;
    this.plain += text;
    this.flagged += `(?<${isNegated ? '!' : '='}${flagsWith(flag)})`;
  }

  /** Adds signs that mean the same in both. */
  private copy(length: number): void {
    const text = this.source.slice(this.at, this.at + length);
    this.at += length;
    this.plain += text;
    this.flagged += text;
  }

  private codePoint(): string {
    const character = String.fromCodePoint(this.source.codePointAt(this.at)!);
    this.at += character.length;
    return character;
  }

  private matched(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source);
  }

  private rest(): string {
    return this.source.slice(this.at);
  }

  private refuse(
    id:
      | GroupProblem
      | 'masking.patternPossessive'
      | 'masking.patternProperty'
      | 'masking.patternEscape'
      | 'masking.patternBracket',
    sign: string,
    at = this.at,
  ): never {
    throw new PatternError(problem(id, { sign, position: at + 1 }));
  }
}

function hexadecimalOf(character: string): string {
  return `\\x{${character.codePointAt(0)!.toString(16)}}`;
}
