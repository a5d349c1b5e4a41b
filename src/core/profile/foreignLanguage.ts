import { shortCode } from '../languageNames.js';
import { LruCache } from '../collections/lruCache.js';
import { detectLanguages } from './detectLanguages.js';

/** Minimum number of letters of a text whose language is certain. */
const SHORTEST = 60;
/** Share of the letters that must be in one language. */
const MOST = 0.9;
/** Highest score of a language of the model, relative to the best, at which a text is foreign. */
const CLEARLY_WORSE = 0.85;
const TEXTS_KEPT = 256;

/**
 * Finds texts in languages that are not among `languages`. Precision comes first: both halves of a text
 * must be in the same foreign language, and no language of the model may be nearly as probable.
 */
export function foreignLanguageFinder(
  languages: readonly string[],
): (text: string) => string | null {
  const own = new Set(languages.map(shortCode));
  const known = new LruCache<string, { readonly language: string | null }>(TEXTS_KEPT);
  return (text) => {
    const cached = known.get(text);
    if (cached !== undefined) return cached.language;
    const language = foreignIn(text, own);
    known.set(text, { language });
    return language;
  };
}

function foreignIn(text: string, own: ReadonlySet<string>): string | null {
  if ((text.match(/\p{L}/gu)?.length ?? 0) < SHORTEST) return null;
  const space = text.indexOf(' ', text.length / 2);
  if (space < 0) return null;
  const [first = null, second = null] = [text.slice(0, space), text.slice(space)].map((half) =>
    languageOf(half, own),
  );
  return first !== null && first === second ? first : null;
}

/** Language of a text if it is clearly none of `own`; `null` otherwise. */
function languageOf(text: string, own: ReadonlySet<string>): string | null {
  const [main] = detectLanguages(text).sort((a, b) => b.share - a.share);
  const best = main?.scores[0]?.[0];
  if (main === undefined || best === undefined || main.share < MOST) return null;
  const isNear = main.scores.some(
    ([code, score]) => own.has(shortCode(code)) && score > CLEARLY_WORSE,
  );
  return isNear ? null : shortCode(best);
}
