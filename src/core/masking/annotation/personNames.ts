import nlp from 'compromise';
import { builtinLexicon } from '../lexicons/builtin.js';

/** Tags of words of the tagger's lexicon for names of persons and the titles before them. */
const NAME_TAGS: ReadonlySet<string> = new Set(
  'Person FirstName MaleName FemaleName LastName Honorific'.split(' '),
);
const WORD = /\p{L}[\p{L}\p{M}]*/gu;

interface Lexicon {
  readonly one: { readonly lexicon: Readonly<Record<string, string | readonly string[]>> };
}

let known: { tagged: ReadonlySet<string>; unambiguous: ReadonlySet<string> } | null = null;

/**
 * Whether a sentence can name a person: it has a name with a capital letter, or one that is not a common
 * word. Tagging takes a thousand times as long, and few sentences name persons.
 */
export function canNamePerson(sentence: string): boolean {
  known ??= { tagged: taggedNames(), unambiguous: lowercased(builtinLexicon('builtin:names-en')) };
  for (const [word] of sentence.matchAll(WORD)) {
    const lower = word.toLowerCase();
    if (known.unambiguous.has(lower) || (word !== lower && known.tagged.has(lower))) return true;
  }
  return false;
}

function taggedNames(): ReadonlySet<string> {
  const { lexicon } = (nlp.model() as Lexicon).one;
  const names = Object.entries(lexicon).filter(([, tags]) =>
    [tags].flat().some((tag) => NAME_TAGS.has(tag)),
  );
  return lowercased(names.flatMap(([name]) => name.split(' ')));
}

function lowercased(words: Iterable<string>): ReadonlySet<string> {
  return new Set(Array.from(words, (word) => word.toLowerCase()));
}
