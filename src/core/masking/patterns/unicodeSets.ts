import { RE2JS } from 're2js';

/** Words are made of letters, marks, digits and the underscore of all scripts. */
const WORD = '\\p{L}\\p{M}\\p{N}_';
const LAST = 0x10ffff;
const [FIRST_SURROGATE, LAST_SURROGATE] = [0xd800, 0xdfff];

/** Content of brackets for `\w`, `\d`, `\s` and their negations, for all scripts. */
export const SETS: Readonly<Record<string, () => string>> = {
  w: () => WORD,
  W: () => rangesOf(new RegExp(`[^${WORD}]`, 'u')),
  d: () => '\\p{Nd}',
  D: () => '\\P{Nd}',
  s: () => '\\p{White_Space}',
  S: () => '\\P{White_Space}',
};

const IS_WORD = new RegExp(`[${WORD}]`, 'u');

/** Whether a character belongs to words, as `\w` says. */
export function isWordCharacter(character: string): boolean {
  return IS_WORD.test(character);
}

/**
 * Content of brackets for a property such as `Script=Han`, `sc=Grek`, `Letter` or `Lu`; `null` if
 * there is none of that name. The engine knows categories and scripts by one name each; other names are
 * spelled as ranges.
 */
export function propertySet(name: string, { isNegated }: { isNegated: boolean }): string | null {
  const [key = '', value] = name.split('=').map((part) => part.trim());
  const plain = (value ?? key).replace(/^Is(?=[A-Z])/, '');
  const isScript = /^(?:script|sc)$/i.test(key);
  if ((value === undefined || isScript) && isKnown(plain)) {
    return `\\${isNegated ? 'P' : 'p'}{${plain}}`;
  }
  const written = value === undefined ? [plain, `Script=${plain}`] : [`${key}=${plain}`];
  for (const property of written) {
    const pattern = propertyPattern(`\\${isNegated ? 'P' : 'p'}{${property}}`);
    if (pattern !== null) return rangesOf(pattern);
  }
  return null;
}

function isKnown(name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  try {
    RE2JS.compile(`\\p{${name}}`);
    return true;
  } catch {
    return false;
  }
}

function propertyPattern(source: string): RegExp | null {
  try {
    return new RegExp(source, 'u');
  } catch {
    return null;
  }
}

const known = new Map<string, string>();

/** The characters of a pattern as ranges for brackets. */
function rangesOf(pattern: RegExp): string {
  let ranges = known.get(pattern.source);
  if (ranges !== undefined) return ranges;
  ranges = '';
  let from: number | null = null;
  for (let code = 0; code <= LAST + 1; code++) {
    if (code === FIRST_SURROGATE) code = LAST_SURROGATE + 1;
    const belongs = code <= LAST && pattern.test(String.fromCodePoint(code));
    if (belongs && from === null) from = code;
    if (belongs || from === null) continue;
    ranges += `\\x{${from.toString(16)}}-\\x{${(code - 1).toString(16)}}`;
    from = null;
  }
  known.set(pattern.source, ranges);
  return ranges;
}
