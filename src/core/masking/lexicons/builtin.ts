import { AppError } from '../../errors.js';
import type { BUILTIN_LEXICONS } from '../policy/policy.js';
import { NAMES } from './names.js';
import { OPINION_WORDS } from './opinionWords.js';
import { STOP_WORDS } from './stopWords.js';

const LISTS: Readonly<Record<(typeof BUILTIN_LEXICONS)[number], string>> = {
  'opinion-en': OPINION_WORDS,
  'stop-words-en': STOP_WORDS,
  'names-en': NAMES,
};

/** Words of a built-in list, by its name in a policy: `builtin:…`. */
export function builtinLexicon(name: string): readonly string[] {
  const list = Object.entries(LISTS).find(([known]) => name === `builtin:${known}`);
  if (list === undefined) {
    const message = `a rule names the list ${name}, which was not read`;
    throw new AppError({ code: 'Internal', details: { message } });
  }
  return list[1].trim().split(/\s+/);
}
