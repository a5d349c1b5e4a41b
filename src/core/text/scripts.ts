/** Unicode names of common scripts, with their ISO 15924 codes. */
export const SCRIPT_CODES = {
  ...{ Latin: 'Latn', Cyrillic: 'Cyrl', Greek: 'Grek', Arabic: 'Arab', Hebrew: 'Hebr' },
  ...{ Devanagari: 'Deva', Bengali: 'Beng', Tamil: 'Taml', Thai: 'Thai', Han: 'Hani' },
  ...{ Hiragana: 'Hira', Katakana: 'Kana', Hangul: 'Hang', Georgian: 'Geor' },
  ...{ Armenian: 'Armn', Ethiopic: 'Ethi' },
} as const;
export type Script = keyof typeof SCRIPT_CODES;

export const SCRIPTS = Object.keys(SCRIPT_CODES) as Script[];
const PATTERNS = SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const);
const ALL = SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'gu')] as const);

/** Number of letters of each script. */
export function countScripts(text: string): Map<Script, number> {
  const counts = new Map<Script, number>();
  for (const [name, pattern] of ALL) {
    const found = text.match(pattern)?.length ?? 0;
    if (found > 0) counts.set(name, found);
  }
  return counts;
}

const known = new Map<string, Script | null>();

const ASCII_LETTER = /^[A-Za-z]$/;

/** Script of a character; `null` for digits, punctuation and rarer scripts. */
export function scriptOf(character: string): Script | null {
  if (ASCII_LETTER.test(character)) return 'Latin';
  const cached = known.get(character);
  if (cached !== undefined) return cached;
  const script = PATTERNS.find(([, pattern]) => pattern.test(character))?.[0] ?? null;
  known.set(character, script);
  return script;
}
