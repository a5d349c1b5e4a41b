import nlp from 'compromise';
import { LruCache } from '../../collections/lruCache.js';
import type { EntityKind, PartOfSpeech } from '../policy/policy.js';
import { textStretches } from './textStretches.js';
import type { VisibleText } from './readableText.js';

/** A word with its tags from an English tagger. */
export interface Term {
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  readonly tags: ReadonlySet<string>;
  /** Whether only whitespace separates it from the previous term of the same sentence. */
  readonly follows: boolean;
}

export interface Entity {
  readonly start: number;
  readonly end: number;
  readonly kind: EntityKind;
}

/** Tags of the tagger in order of precedence, so that money is not tagged as a number. */
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

/** The tagger's time grows faster than the text, so longer sentences are split. */
const MOST_CHARACTERS = 4000;
/** Number of tagged sentences to keep, since tagging is slow and an edit changes only one. */
const SENTENCES_KEPT = 20_000;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const known = new LruCache<string, readonly Term[]>(SENTENCES_KEPT);

/**
 * Tags the words of an English text, sentence by sentence, with offsets in its source. Markup ends an
 * entity, since it is never masked.
 */
export function visibleTerms(visible: VisibleText): Term[] {
  const terms: Term[] = [];
  for (const term of termsOf(visible.aligned.text)) {
    for (const range of visible.rangesOf(term.start, term.end)) {
      const last = terms.at(-1);
      const follows =
        term.follows && last !== undefined && !visible.isSeparated(last.end, range.start);
      terms.push({ ...term, ...range, follows });
    }
  }
  return terms;
}

/** Tags the words of an English text, sentence by sentence. */
function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    for (const [from, to] of textStretches(segment, MOST_CHARACTERS)) {
      const offset = index + from;
      for (const term of sentenceTerms(segment.slice(from, to))) {
        terms.push({ ...term, start: offset + term.start, end: offset + term.end });
      }
    }
  }
  return terms;
}

function sentenceTerms(text: string): readonly Term[] {
  const tagged = known.get(text);
  if (tagged !== undefined) return tagged;
  const sentences = nlp(text).json({ offset: true, terms: { offset: true } }) as TaggedSentence[];
  const terms = sentences.flatMap(({ terms: words }) =>
    words.flatMap(({ text: word, tags, offset: { start, length } }, index) => {
      if (word === '') return [];
      const before = words[index - 1];
      const follows = before !== undefined && before.post.trim() === '';
      return [{ start, end: start + length, tags: new Set(tags), follows }];
    }),
  );
  known.set(text, terms);
  return terms;
}

const OPEN_CLASSES = ['verb', 'adjective', 'adverb', 'noun'] as const;

/** Part of speech of the English word that begins at an offset; `null` if it is of no open class. */
export function openClassAt(text: string, start: number): string | null {
  const term = termsOf(text).find((other) => other.start === start);
  if (term === undefined) return null;
  const part = OPEN_CLASSES.find((open) => hasPartOfSpeech(term, open));
  if (part === undefined) return null;
  // Numbers and forms are told apart, so that a wrong choice is not given away by its ending.
  const form = ['Plural', 'PastTense', 'Gerund', 'PresentTense', 'Infinitive'].find((tag) =>
    term.tags.has(tag),
  );
  return `${part} ${form ?? ''}`.trim();
}

export function hasPartOfSpeech({ tags }: Term, part: PartOfSpeech): boolean {
  return tags.has(PARTS[part]);
}

/** Runs of terms that form one named entity. */
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
