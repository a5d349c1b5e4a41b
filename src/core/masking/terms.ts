import nlp from 'compromise';
import type { EntityKind, PartOfSpeech } from './policy.js';
import { textStretches } from './textStretches.js';

/** A word with what an English tagger says of it. */
export interface Term {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  readonly tags: ReadonlySet<string>;
  /** Whether nothing but space stands between it and the term before it, in the same sentence. */
  readonly follows: boolean;
}

export interface Entity {
  readonly start: number;
  readonly end: number;
  readonly kind: EntityKind;
}

/** The tagger's names; the first that fits counts, so money is no number. */
const KINDS: readonly (readonly [kind: EntityKind, tag: string])[] = [
  ['person', 'Person'],
  ['place', 'Place'],
  ['organization', 'Organization'],
  ['money', 'Money'],
  ['date', 'Date'],
  ['number', 'Value'],
];

const PARTS: Readonly<Record<PartOfSpeech, string>> = {
  noun: 'Noun',
  verb: 'Verb',
  adjective: 'Adjective',
  adverb: 'Adverb',
  pronoun: 'Pronoun',
  preposition: 'Preposition',
  conjunction: 'Conjunction',
  determiner: 'Determiner',
};

interface TaggedSentence {
  readonly terms: readonly {
    readonly text: string;
    readonly post: string;
    readonly tags: readonly string[];
    readonly offset: { readonly start: number; readonly length: number };
  }[];
}

/** The tagger's time grows faster than its text: more than this goes to it in parts. */
const MOST_CHARACTERS = 4000;

/** Tags the words of an English text. */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const [from, to] of textStretches(text, MOST_CHARACTERS)) {
    const view = nlp(text.slice(from, to));
    const sentences = view.json({ offset: true, terms: { offset: true } }) as TaggedSentence[];
    for (const sentence of sentences) {
      sentence.terms.forEach(({ text: word, tags, offset }, index) => {
        if (word === '') return;
        const start = from + offset.start;
        const before = sentence.terms[index - 1];
        terms.push({
          start,
          end: start + offset.length,
          tags: new Set(tags),
          follows: before !== undefined && before.post.trim() === '',
        });
      });
    }
  }
  return terms;
}

export function hasPartOfSpeech({ tags }: Term, part: PartOfSpeech): boolean {
  return tags.has(PARTS[part]);
}

/** Runs of terms that name one thing. */
export function entitiesOf(terms: readonly Term[]): Entity[] {
  const entities: Entity[] = [];
  let last: { start: number; end: number; kind: EntityKind } | null = null;
  for (const { start, end, tags, follows } of terms) {
    const kind = KINDS.find(([, tag]) => tags.has(tag))?.[0] ?? null;
    if (last !== null && follows && last.kind === kind) {
      last.end = end;
      continue;
    }
    last = kind === null ? null : { start, end, kind };
    if (last !== null) entities.push(last);
  }
  return entities;
}
