/** `eng` and `en-GB` → `en`. */
export function shortCode(code: string): string {
  try {
    return new Intl.Locale(code).language;
  } catch {
    return code;
  }
}

const names = new Intl.DisplayNames(['en'], { type: 'language' });

export function languageName(code: string): string {
  try {
    return names.of(shortCode(code)) ?? code;
  } catch {
    return code;
  }
}
