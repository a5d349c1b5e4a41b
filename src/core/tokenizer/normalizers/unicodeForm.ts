import { rewrite } from '../../text/rewriteText.js';
import { localNormalizer, type Normalizer } from './normalizer.js';

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * A Unicode normalization form (UAX #15). The result of a character covers that character; if
 * characters are composed or reordered, it covers all of them.
 */
export function unicodeForm(form: UnicodeForm): Normalizer {
  return localNormalizer((text) => rewrite(text, (part) => part.normalize(form)), 'same');
}
