import type { Encoding } from '../../tokenizer/tokenizer.js';
import { entityGroups, sentenceGroups, tokenGroups, wordGroups } from './unitGroups.js';
import { lexemesOf, type Lexemes } from './lexemes.js';
import type { MaskingUnit } from '../policy/policy.js';
import { FoldedText } from '../personalData/foldedText.js';
import { findPersons } from '../persons/findPersons.js';
import { entitiesOf, visibleTerms, type Entity, type Term } from './terms.js';
import { VisibleText } from './readableText.js';

/** A text with properties that several rules use, each computed at most once, on demand. */
export class TextContext {
  private knownLexemes: Lexemes | null = null;
  private knownFolded: FoldedText | null = null;
  private knownVisible: VisibleText | null = null;
  private knownTerms: readonly Term[] | null = null;
  private knownPersons: readonly Entity[] | null = null;
  private knownEntities: readonly Entity[] | null = null;
  private readonly knownGroups = new Map<MaskingUnit, Int32Array>();

  constructor(
    readonly text: string,
    readonly encoding: Encoding,
    /** Path of the file of the text, relative to the workspace; `null` if unknown. */
    readonly file: string | null,
  ) {}

  get lexemes(): Lexemes {
    return (this.knownLexemes ??= lexemesOf(this.text));
  }

  /** The text as finders of personal data read it. */
  get folded(): FoldedText {
    return (this.knownFolded ??= new FoldedText(this.text));
  }

  /** The text without markup. */
  get visible(): VisibleText {
    return (this.knownVisible ??= new VisibleText(this.text));
  }

  /** Words of the visible text with their parts of speech. */
  get terms(): readonly Term[] {
    return (this.knownTerms ??= visibleTerms(this.visible));
  }

  /** Names of persons, for which no word is tagged. */
  get persons(): readonly Entity[] {
    return (this.knownPersons ??= personsOf(this.visible));
  }

  /** Persons, and the other entities that the tagger finds outside of their names, by place. */
  get entities(): readonly Entity[] {
    return (this.knownEntities ??= withPersons(entitiesOf(this.terms), this.persons));
  }

  /** One number per token: neighbors with the same number belong to one unit. */
  groups(unit: MaskingUnit): Int32Array {
    const known = this.knownGroups.get(unit);
    if (known) return known;
    const groups = this.makeGroups(unit);
    this.knownGroups.set(unit, groups);
    return groups;
  }

  /** Tokens that share characters with `[start, end)`: from the first to after the last. */
  tokensOf(start: number, end: number): [from: number, to: number] {
    const { starts, ends } = this.encoding;
    let from = firstWhere(ends.length, (token) => ends[token]! > start);
    let to = from;
    while (to < starts.length && starts[to]! < end) to++;
    while (from < to && starts[from] === ends[from]) from++;
    return [from, to];
  }

  private makeGroups(unit: MaskingUnit): Int32Array {
    switch (unit) {
      case 'token':
        return tokenGroups(this.encoding);
      case 'word':
      case 'span':
        return wordGroups(this.text, this.encoding, this.groups('token'));
      case 'sentence':
        return sentenceGroups(this.text, this.encoding);
      case 'entity':
        return entityGroups(this.groups('word'), this.entities, (start, end) =>
          this.tokensOf(start, end),
        );
    }
  }
}

/** First index of `[0, length)` from which on a monotonic condition holds; `length` if none. */
function firstWhere(length: number, has: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (has(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function personsOf(visible: VisibleText): Entity[] {
  const persons: Entity[] = [];
  findPersons(visible.aligned.text, (from, to) => {
    for (const range of visible.rangesOf(from, to)) persons.push({ ...range, kind: 'person' });
  });
  return persons;
}

function withPersons(tagged: readonly Entity[], persons: readonly Entity[]): Entity[] {
  const others = tagged.filter(({ start, end, kind }) => {
    const at = firstWhere(persons.length, (person) => persons[person]!.end > start);
    return kind !== 'person' && (persons[at]?.start ?? Infinity) >= end;
  });
  return [...persons, ...others].sort((a, b) => a.start - b.start);
}
