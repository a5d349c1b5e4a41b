/** `eng` and `en-GB` → `en`. */
export function shortCode(code: string): string {
  try {
    return new Intl.Locale(code).language;
  } catch {
    return code;
  }
}

const names = new Map<string, Intl.DisplayNames>();

function namesIn(locale: string, type: 'language' | 'script'): Intl.DisplayNames {
  const key = `${locale} ${type}`;
  let known = names.get(key);
  if (known === undefined) {
    known = new Intl.DisplayNames([locale], { type });
    names.set(key, known);
  }
  return known;
}

/** Name of a language for a person; its code if it has no name. */
export function languageName(code: string, locale = 'en'): string {
  try {
    return namesIn(locale, 'language').of(shortCode(code)) ?? code;
  } catch {
    return code;
  }
}

/** ISO 15924 codes by the names of Unicode. */
const SCRIPT_CODES: Readonly<Record<string, string>> = {
  ...{ Latin: 'Latn', Cyrillic: 'Cyrl', Greek: 'Grek', Arabic: 'Arab', Hebrew: 'Hebr' },
  ...{ Devanagari: 'Deva', Bengali: 'Beng', Tamil: 'Taml', Thai: 'Thai', Han: 'Hani' },
  ...{ Hiragana: 'Hira', Katakana: 'Kana', Hangul: 'Hang', Georgian: 'Geor' },
  ...{ Armenian: 'Armn', Ethiopic: 'Ethi' },
};

/** Name of a script, given by its Unicode name, for a person. */
export function scriptName(name: string, locale: string): string {
  const code = SCRIPT_CODES[name];
  return code === undefined ? name : (namesIn(locale, 'script').of(code) ?? name);
}
