import { AppError } from '../../errors.js';

const LISTS: Readonly<Record<string, readonly string[]>> = {
  'builtin:stop-words-en': ['the', 'a', 'an', 'and', 'of', 'in', 'to'],
  'builtin:opinion-en': ['good', 'bad'],
  'builtin:names-en': ['James', 'Mary'],
};

/** The words of a list that comes with Masklab, by its name in a policy: `builtin:…`. */
export function builtinLexicon(name: string): readonly string[] {
  const words = LISTS[name];
  if (words === undefined)
    throw new AppError({ code: 'Internal', details: { message: `no list ${name}` } });
  return words;
}
