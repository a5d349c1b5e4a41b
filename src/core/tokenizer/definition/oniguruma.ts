/**
 * Translates an Oniguruma regular expression of a `tokenizer.json` into JavaScript's (flags `gv`):
 * Unicode meaning of `\s \w \d \b`, line-based `^ $ .`, POSIX brackets, `(?i:…)`, possessive
 * quantifiers and atomic groups.
 *
 * `oniguruma-to-es` is not used: its `\w` has 1,039 characters that Oniguruma does not count (⅓, ①),
 * its possessive quantifiers take twice as long, and a pattern takes 5 to 15 ms to translate.
 *
 * Throws a `SyntaxError` for unsupported syntax.
 */
export function translateRegex(source: string): RegExp {
  return new RegExp(new Translator(source).translate(), 'gv');
}

/** Creates a pattern that matches `text` literally. */
export function literalRegex(text: string): RegExp {
  return new RegExp(Array.from(text, literal).join(''), 'gv');
}

const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';
/** Outside of brackets, Oniguruma includes a few more: ² ³ ¹ ¼ ½ ¾. */
const WORD_ALONE = `${WORD}\\u00B2\\u00B3\\u00B9\\u00BC-\\u00BE`;
const ANYTHING = '[\\s\\S]';

/** Escapes of character sets, with their content in brackets. */
const SETS: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  d: '\\p{Nd}',
  w: WORD,
  h: '0-9A-Fa-f',
};

const POSIX_SETS: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  alnum: '\\p{Alphabetic}\\p{Nd}',
  blank: '\\p{Zs}\\t',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  lower: '\\p{Lowercase}',
  punct: '\\p{P}\\p{S}',
  space: '\\p{White_Space}',
  upper: '\\p{Uppercase}',
  word: WORD,
  xdigit: '0-9A-Fa-f',
};

const ASSERTIONS: Readonly<Record<string, string>> = {
  b: `(?:(?<=[${WORD_ALONE}])(?![${WORD_ALONE}])|(?<![${WORD_ALONE}])(?=[${WORD_ALONE}]))`,
  B: `(?:(?<=[${WORD_ALONE}])(?=[${WORD_ALONE}])|(?<![${WORD_ALONE}])(?![${WORD_ALONE}]))`,
  A: `(?<!${ANYTHING})`,
  z: `(?!${ANYTHING})`,
  Z: `(?=\\n?(?!${ANYTHING}))`,
  R: '(?:\\r\\n|[\\n-\\r\\u0085\\u2028\\u2029])',
};

const CONTROLS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  e: '\x1b',
};

/** Letters that Unicode folds to ASCII letters: the long s and the Kelvin sign. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017F', k: '\u212A' };

class Translator {
  private at = 0;
  private groups = 0;
  private ignoresCase = false;
  private dotMatchesNewline = false;

  constructor(private readonly source: string) {}

  translate(): string {
    const result = this.alternatives();
    if (this.at < this.source.length) this.fail('an unmatched )');
    return result;
  }

  private alternatives(): string {
    let result = '';
    while (this.at < this.source.length && this.peek() !== ')') {
      if (this.peek() === '|') {
        this.at++;
        result += '|';
      } else result += this.quantified(this.atom());
    }
    return result;
  }

  private atom(): string {
    const character = this.next();
    switch (character) {
      case '(':
        return this.group();
      case '[':
        return this.characterClass();
      case '\\':
        return this.escape();
      case '^':
        return '(?<![^\\n])';
      case '$':
        return '(?![^\\n])';
      case '.':
        return this.dotMatchesNewline ? ANYTHING : '[^\\n]';
      default:
        return this.character(character);
    }
  }

  private quantified(atom: string): string {
    const match = /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/.exec(this.source.slice(this.at));
    if (match === null) return atom;
    const [quantifier] = match;
    this.at += quantifier.length;
    const whole = `(?:${atom})${quantifier.replace('{,', '{0,')}`;
    if (this.peek() === '?') {
      this.at++;
      return `${whole}?`;
    }
    if (this.peek() !== '+') return this.quantified(whole);
    this.at++;
    // After braces, a plus is another quantifier; after other quantifiers, it makes them
    // possessive.
    return quantifier.startsWith('{') ? `(?:${whole})+` : this.atomic(whole);
  }

  /** Emulates an atomic group by a lookahead and a backreference. */
  private atomic(content: string): string {
    const name = `atomic${this.groups++}`;
    return `(?:(?=(?<${name}>${content}))\\k<${name}>)`;
  }

  private group(): string {
    const outer = { ignoresCase: this.ignoresCase, dot: this.dotMatchesNewline };
    const match = /^\?(?:[:=!>]|<[=!]|<\w+>|[imx-]+[:)])/.exec(this.source.slice(this.at));
    const [kind] = match ?? [''];
    if (match === null && this.peek() === '?') this.fail('a group of an unknown kind');
    this.at += kind.length;
    const flags = /^\?([imx-]+)([:)])$/.exec(kind);
    if (flags) this.setFlags(flags[1]!);
    // Flags without a group apply to the end of the enclosing group.
    if (flags?.[2] === ')') return '';
    const content = this.alternatives();
    if (this.next() !== ')') this.fail('a group without an end');
    this.ignoresCase = outer.ignoresCase;
    this.dotMatchesNewline = outer.dot;
    if (kind === '?>') return this.atomic(content);
    return /^\?(?:[=!]|<[=!])$/.test(kind) ? `(${kind}${content})` : `(?:${content})`;
  }

  private setFlags(flags: string): void {
    const [on = '', off = ''] = flags.split('-');
    if (flags.includes('x')) this.fail('the flag x');
    if (on.includes('i')) this.ignoresCase = true;
    if (off.includes('i')) this.ignoresCase = false;
    if (on.includes('m')) this.dotMatchesNewline = true;
    if (off.includes('m')) this.dotMatchesNewline = false;
  }

  private escape({ isInClass = false } = {}): string {
    const character = this.next();
    const lower = character.toLowerCase();
    const set = lower === 'w' && !isInClass ? WORD_ALONE : SETS[lower];
    if (set !== undefined) return character === lower ? `[${set}]` : `[^${set}]`;
    const assertion = ASSERTIONS[character];
    if (assertion !== undefined) return assertion;
    if (/[1-9kgGKX]/.test(character)) this.fail(`\\${character}`);
    return lower === 'p' ? this.property(character) : this.character(this.escaped(character));
  }

  private property(kind: string): string {
    const match = /^\{(\^?)([^}]+)\}/.exec(this.source.slice(this.at));
    if (match === null) return this.fail(`\\${kind} without a name`);
    this.at += match[0].length;
    const isNegated = (kind === 'P') !== (match[1] === '^');
    const name = match[2]!;
    const posix = POSIX_SETS[name.toLowerCase()];
    if (posix !== undefined) return `[${isNegated ? '^' : ''}${posix}]`;
    const known = [name, `Script=${name}`].find(isProperty);
    if (known === undefined) return this.fail(`\\${kind}{${name}}`);
    return `\\${isNegated ? 'P' : 'p'}{${known}}`;
  }

  /** Character of an escape such as `\n`, `\x{41}`, `\u0041` or `\.`. */
  private escaped(character: string): string {
    const control = CONTROLS[character];
    if (control !== undefined) return control;
    const rest = this.source.slice(this.at);
    const match =
      character === 'x'
        ? /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{1,2}))/.exec(rest)
        : character === 'u'
          ? /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{4}))/.exec(rest)
          : null;
    if (match === null) return character;
    this.at += match[0].length;
    return String.fromCodePoint(Number.parseInt(match[1] ?? match[2]!, 16));
  }

  /** A single character, in both cases if case is ignored. */
  private character(character: string): string {
    if (!this.ignoresCase) return literal(character);
    const cases = caseVariants(character);
    return cases.length === 1 ? literal(character) : `[${cases.map(literal).join('')}]`;
  }

  /** A bracketed class; both languages support nesting and intersection. */
  private characterClass(): string {
    const isNegated = this.peek() === '^';
    if (isNegated) this.at++;
    const operands = [''];
    for (let isFirst = true; this.peek() !== ']' || isFirst; isFirst = false) {
      if (this.at >= this.source.length) this.fail('a [ without an end');
      if (this.source.startsWith('&&', this.at)) {
        this.at += 2;
        operands.push('');
      } else operands.push(operands.pop()! + this.classItem());
    }
    this.at++;
    // JavaScript intersects single operands, so put each in its own brackets.
    const content =
      operands.length === 1 ? operands[0]! : operands.map((operand) => `[${operand}]`).join('&&');
    return `[${isNegated ? '^' : ''}${content}]`;
  }

  private classItem(): string {
    const rest = this.source.slice(this.at);
    const posix = /^\[:(\^?)(\w+):\]/.exec(rest);
    if (posix) {
      this.at += posix[0].length;
      const set = POSIX_SETS[posix[2]!];
      if (set === undefined) return this.fail(posix[0]);
      return posix[1] === '^' ? `[^${set}]` : set;
    }
    if (rest.startsWith('[')) {
      this.at++;
      return this.characterClass();
    }
    const set = /^\\([sdwhSDWHpP])/.exec(rest);
    if (set) {
      this.at++;
      return this.escape({ isInClass: true });
    }
    const from = this.classCharacter();
    if (!/^-[^\]]/s.test(this.source.slice(this.at))) return this.classRange(from, from);
    this.at++;
    return this.classRange(from, this.classCharacter());
  }

  private classCharacter(): string {
    const character = this.next();
    return character === '\\' ? this.escaped(this.next()) : character;
  }

  private classRange(from: string, to: string): string {
    const range = from === to ? literal(from) : `${literal(from)}-${literal(to)}`;
    if (!this.ignoresCase) return range;
    if (from === to) return caseVariants(from).map(literal).join('');
    if (!/^(?:[a-z]{2}|[A-Z]{2})$/.test(from + to)) return range;
    return `${from.toLowerCase()}-${to.toLowerCase()}${from.toUpperCase()}-${to.toUpperCase()}`;
  }

  private peek(): string | undefined {
    return this.source[this.at];
  }

  private next(): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) return this.fail('an unfinished end');
    const character = String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  private fail(what: string): never {
    throw new SyntaxError(`${what} at ${this.at} in ${this.source}`);
  }
}

function caseVariants(character: string): string[] {
  const lower = character.toLowerCase();
  const variants = [character, lower, character.toUpperCase(), FOLDED[lower] ?? character];
  return [...new Set(variants)].filter((variant) => Array.from(variant).length === 1);
}

function isProperty(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'u').source !== '';
  } catch {
    return false;
  }
}

/** Escapes a character so that it is literal inside and outside of brackets. */
function literal(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return character;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
