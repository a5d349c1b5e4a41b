import { languageName, shortCode } from '../languageNames.js';

/** Number of characters, from the start of a text, that decide its languages. */
export const JUDGED_CHARACTERS = 600;
/** A language with a smaller share must score clearly better than the common ones. */
const SMALL_SHARE = 0.05;
const NEARLY_AS_GOOD = 0.85;

/** Possible languages of a text, best first, with scores between 0 and 1 relative to the best. */
export type LanguageScores = readonly (readonly [code: string, score: number])[];

/** Languages of the letters of one script in a text. */
export interface LanguagePart {
  readonly scores: LanguageScores;
  /** Share of the judged letters of the text. */
  readonly share: number;
}

export interface LanguageShare {
  /** ISO 639-1 if there is one, else ISO 639-3. */
  readonly code: string;
  readonly name: string;
  readonly share: number;
}

/**
 * Shares of languages in a sample of texts. Short texts are often mistaken for a related language,
 * so a text in a language that is rare in the sample counts for a common one that is nearly as
 * likely.
 */
export function languageShares(
  texts: readonly { readonly scores: LanguageScores; readonly weight: number }[],
): LanguageShare[] {
  const judged = texts.filter(({ scores }) => scores.length > 0);
  const first = tally(judged, ({ scores }) => scores[0]![0]);
  const common = new Set([...first].filter(([, share]) => share >= SMALL_SHARE).map(([c]) => c));
  const second = tally(judged, ({ scores }) => {
    const [best] = scores[0]!;
    if (common.has(best)) return best;
    const rival = scores.find(([code, score]) => common.has(code) && score >= NEARLY_AS_GOOD);
    return rival?.[0] ?? best;
  });
  return [...second]
    .map(([code, share]) => ({
      code: shortCode(code),
      name: languageName(code),
      share: Math.min(1, Number(share.toFixed(6))),
    }))
    .sort((a, b) => b.share - a.share || (a.code < b.code ? -1 : 1));
}

function tally<T extends { readonly weight: number }>(
  texts: readonly T[],
  codeOf: (text: T) => string,
): Map<string, number> {
  const total = texts.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map<string, number>();
  for (const text of texts) {
    const code = codeOf(text);
    shares.set(code, (shares.get(code) ?? 0) + text.weight / total);
  }
  return shares;
}

/** Shares of the scripts in all texts together, largest first. */
export function scriptShares(
  texts: readonly ReadonlyMap<string, number>[],
): { name: string; share: number }[] {
  const total = new Map<string, number>();
  let letters = 0;
  for (const text of texts) {
    for (const [name, count] of text) {
      total.set(name, (total.get(name) ?? 0) + count);
      letters += count;
    }
  }
  return [...total]
    .map(([name, count]) => ({ name, share: count / letters }))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
}
