import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import { builtinLexicon } from '../lexicons/builtin.js';
import type { MaskingRule } from '../policy/policy.js';
import { caseOf, type LetterCase } from './tokenClasses.js';

/** Words in the list of a rule that can replace each other. */
export interface ListReplacements {
  /** Tokens of words with the same number of tokens and the same case; `null` if there are none. */
  like(ids: Int32Array): readonly Int32Array[] | null;
}

/** `null` for a rule without a list. */
export function listReplacements(
  { words, lexicon }: MaskingRule,
  tokenizer: Pick<Tokenizer, 'encode' | 'marksSpaces' | 'readable' | 'isSpecial'>,
): ListReplacements | null {
  const list = words ?? (lexicon === undefined ? null : builtinLexicon(lexicon));
  if (list === null) return null;
  const known = new Map<string, Int32Array[]>();
  for (const word of list) {
    for (const spelling of spellings(word)) {
      const { ids } = tokenizer.encode(tokenizer.marksSpaces ? ` ${spelling}` : spelling);
      if (ids.some((id) => tokenizer.isSpecial(id))) continue;
      const key = `${ids.length} ${caseOf(spelling)}`;
      const others = known.get(key);
      if (others) others.push(ids);
      else known.set(key, [ids]);
    }
  }
  return {
    like: (ids) => {
      const text = Array.from(ids, (id) => tokenizer.readable(id)).join('');
      const others = known.get(`${ids.length} ${caseOf(text)}`);
      return others !== undefined && others.length > 1 ? others : null;
    },
  };
}

function spellings(word: string): string[] {
  const lower = word.toLowerCase();
  const capital = lower.charAt(0).toUpperCase() + lower.slice(1);
  const byCase = new Map<LetterCase, string>();
  for (const spelling of [word, lower, capital]) byCase.set(caseOf(spelling), spelling);
  return [...byCase.values()];
}
