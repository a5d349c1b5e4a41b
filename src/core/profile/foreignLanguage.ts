import { shortCode } from '../languageNames.js';
import { LruCache } from '../collections/lruCache.js';
import type { LanguagePart } from './languages.js';
import { isPlainlyEnglish } from './plainEnglish.js';

/** Minimum number of letters of a text whose language is certain. */
const SHORTEST = 60;
/** Share of the letters that must be in one language. */
const MOST = 0.9;
/** Highest score of a language of the model, relative to the best, at which a text is foreign. */
const CLEARLY_WORSE = 0.85;
const TEXTS_KEPT = 256;

/**
 * Finds texts in languages that are not among `languages`. Precision comes first: both halves of a text
 * must be in the same foreign language, and no language of the model may be nearly as probable. The
 * detector, which is large, is loaded for the first text that is not plainly in English.
 */
export function foreignLanguageFinder(
  languages: readonly string[],
): (text: string) => Promise<string | null> {
  const own = new Set(languages.map(shortCode));
  const known = new LruCache<string, { readonly language: string | null }>(TEXTS_KEPT);
  return async (text) => {
    const cached = known.get(text);
    if (cached !== undefined) return cached.language;
    const language = await foreignIn(text, own);
    known.set(text, { language });
    return language;
  };
}

async function foreignIn(text: string, own: ReadonlySet<string>): Promise<string | null> {
  if (own.has('en') && isPlainlyEnglish(text)) return null;
  if ((text.match(/\p{L}/gu)?.length ?? 0) < SHORTEST) return null;
  const space = text.indexOf(' ', text.length / 2);
  if (space < 0) return null;
  const { detectLanguages } = await import('./detectLanguages.js');
  const [first = null, second = null] = [text.slice(0, space), text.slice(space)].map((half) =>
    languageOf(detectLanguages(half), own),
  );
  return first !== null && first === second ? first : null;
}

/** Language of a text with such parts if it is clearly none of `own`; `null` otherwise. */
function languageOf(parts: readonly LanguagePart[], own: ReadonlySet<string>): string | null {
  const [main] = parts.toSorted((a, b) => b.share - a.share);
  const best = main?.scores[0]?.[0];
  if (main === undefined || best === undefined || main.share < MOST) return null;
  const isNear = main.scores.some(
    ([code, score]) => own.has(shortCode(code)) && score > CLEARLY_WORSE,
  );
  return isNear ? null : shortCode(best);
}
