import nlp from 'compromise';
import { builtinLexicon } from '../lexicons/builtin.js';
import {
  ADDRESSES,
  FIRM_NAMES,
  GREETINGS,
  KINDS_OF_PLACES,
  NICKNAMES,
  OTHER_WORDS,
  PARTICLES,
  ROLES,
  SPEECH_VERBS,
  TITLES,
} from './nameLists.js';

/** Properties of a word in names of persons, combined with `|`. */
export const IS = {
  given: 1 << 0,
  family: 1 << 1,
  /** A title, such as "Mr" or "Captain". */
  title: 1 << 2,
  /** A title that only names follow, such as "Mr". */
  address: 1 << 3,
  /** A common word, a place or an organization. */
  common: 1 << 4,
  /** A word that is not part of names: "the", "please", "Monday". */
  never: 1 << 5,
  place: 1 << 6,
  /** Part of the names of places and organizations: "University". */
  kindOfPlace: 1 << 7,
  /** A name that is also a common word, a month or a place: "Mark", "Rose", "Austin". */
  ambiguous: 1 << 8,
  /** A name that is also a verb, and as such is lowercase within a sentence: "Mark". */
  verb: 1 << 9,
  /** A name even in lowercase. */
  inAnyCase: 1 << 10,
  /** Precedes names: "dear", "regards", "by". */
  greeting: 1 << 11,
  /** A job or a relation: "coach", "sister". */
  role: 1 << 12,
  /** Its subject is usually a person: "said". */
  speech: 1 << 13,
  /** "van" and "de" within a name. */
  particle: 1 << 14,
} as const;

export const NAME = IS.given | IS.family;

/** Properties of the words that have a tag in the tagger's lexicon. Other words are common. */
const TAGS: readonly (readonly [flags: number, tags: string])[] = [
  [IS.given, 'MaleName FemaleName FirstName'],
  [IS.family, 'LastName Person'],
  [IS.common | IS.place, 'Place City Region Country Organization SportsTeam'],
  [IS.common | IS.role, 'Actor'],
  [
    IS.never,
    `Date Month WeekDay Duration Unit Value Cardinal Ordinal TextValue Determiner Pronoun Possessive
    Reflexive Preposition Conjunction Modal Copula QuestionWord Condition Negative Adverb Expression
    Demonym Currency Gerund Emoticon`,
  ],
  [0, 'ProperNoun Abbreviation'],
];
const FLAGS_OF_TAGS: ReadonlyMap<string, number> = new Map(
  TAGS.flatMap(([flags, tags]) => wordsOf(tags).map((tag) => [tag, flags] as const)),
);
/** Length of names that are hardly ever another word in lowercase. */
const LONG_NAME = 6;
const LIKE_COMMON = /er$|^(?:diesel|genesis|savannah|victor)$/;

export interface NameWords {
  /** `IS` of lowercase words. */
  readonly flags: ReadonlyMap<string, number>;
  /** Places, organizations and other terms of several words, in lowercase. */
  readonly places: ReadonlySet<string>;
}

let known: NameWords | null = null;

export function nameWords(): NameWords {
  return (known ??= buildNameWords());
}

/** The parts of the tagger's model that know names. */
interface TaggerModel {
  readonly one: { readonly lexicon: Readonly<Record<string, string | readonly string[]>> };
  readonly two: { readonly switches: Readonly<Record<string, string>> };
}

function buildNameWords(): NameWords {
  const flags = new Map<string, number>();
  const places = new Set<string>();
  const add = (word: string, flag: number): void => {
    flags.set(word, (flags.get(word) ?? 0) | flag);
  };
  const { one, two } = nlp.model() as TaggerModel;
  const persons: string[] = [];
  for (const [entry, tags] of Object.entries(one.lexicon)) {
    if (!entry.includes(' ')) {
      for (const tag of [tags].flat()) add(entry, FLAGS_OF_TAGS.get(tag) ?? IS.common);
    } else if (tags === 'Person') persons.push(entry);
    else places.add(entry);
  }
  for (const [word, kinds] of Object.entries(two.switches)) {
    const verb = kinds.endsWith('Verb') ? IS.verb : 0;
    add(word, kinds.startsWith('Person') ? IS.given | IS.ambiguous | verb : IS.common);
  }
  for (const person of persons) {
    for (const [index, word] of person.split(' ').entries()) {
      if (word.length > 3 && !flags.has(word)) add(word, index === 0 ? IS.given : IS.family);
    }
  }
  for (const name of builtinLexicon('builtin:names-en')) {
    const lower = name.toLowerCase();
    const isKnown = ((flags.get(lower) ?? 0) & NAME) !== 0;
    add(lower, IS.inAnyCase | (isKnown ? 0 : NAME));
  }
  for (const word of builtinLexicon('builtin:stop-words-en')) add(word.toLowerCase(), IS.never);
  for (const word of builtinLexicon('builtin:opinion-en')) add(word.toLowerCase(), IS.common);
  for (const [words, flag] of LISTS) for (const word of wordsOf(words)) add(word, flag);
  for (const [word, flag] of flags) flags.set(word, settled(word, flag, flags));
  for (const name of wordsOf(FIRM_NAMES)) flags.set(name, IS.given);
  return { flags, places };
}

const LISTS: readonly (readonly [words: string, flags: number])[] = [
  [TITLES, IS.title],
  [ADDRESSES, IS.title | IS.address],
  [ROLES, IS.role | IS.common],
  [GREETINGS, IS.greeting],
  [SPEECH_VERBS, IS.speech],
  [PARTICLES, IS.particle],
  [KINDS_OF_PLACES, IS.kindOfPlace | IS.common],
  [OTHER_WORDS, IS.never],
  [NICKNAMES, IS.inAnyCase],
  ['will', IS.given],
];

/** Adds what follows from the other properties of a word. */
function settled(word: string, flag: number, flags: ReadonlyMap<string, number>): number {
  if ((flag & NAME) === 0) return flag;
  const isPlural = word.endsWith('s') && ((flags.get(word.slice(0, -1)) ?? 0) & IS.common) !== 0;
  if (isPlural) return flag | IS.ambiguous | IS.common;
  if ((flag & (IS.common | IS.never | IS.place | IS.ambiguous)) !== 0) return flag | IS.ambiguous;
  return word.length >= LONG_NAME && !LIKE_COMMON.test(word) ? flag | IS.inAnyCase : flag;
}

function wordsOf(list: string): string[] {
  return list.trim().split(/\s+/);
}
