import type { Tokenizer } from '../../tokenizer/tokenizer.js';

type Vocabulary = Pick<
  Tokenizer,
  'vocabularySize' | 'isSpecial' | 'isContinuation' | 'readable' | 'idToToken'
>;

const SCRIPTS: readonly (readonly [name: string, letter: RegExp])[] = [
  ['latin', /\p{sc=Latin}/u],
  ['han', /\p{sc=Han}/u],
  ['kana', /[\p{sc=Hiragana}\p{sc=Katakana}]/u],
  ['cyrillic', /\p{sc=Cyrillic}/u],
  ['other', /\p{L}/u],
];

/** Classifies the tokens of a vocabulary by their form, for random replacements. */
export class TokenClasses {
  /** Tokens with text: without special tokens, parts of characters and whitespace. */
  readonly all: Int32Array;
  private knownMembers: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(private readonly vocabulary: Vocabulary) {
    const all: number[] = [];
    for (let id = 0; id < vocabulary.vocabularySize; id++) {
      if (!vocabulary.isSpecial(id) && isText(vocabulary, id)) all.push(id);
    }
    this.all = Int32Array.from(all);
  }

  /** Tokens of the same class: position in a word, script, case, digits or signs. */
  like(id: number): ArrayLike<number> {
    this.knownMembers ??= this.makeMembers();
    return this.knownMembers.get(this.classOf(id)) ?? this.all;
  }

  private makeMembers(): ReadonlyMap<string, readonly number[]> {
    const members = new Map<string, number[]>();
    for (const id of this.all) {
      const name = this.classOf(id);
      const known = members.get(name);
      if (known) known.push(id);
      else members.set(name, [id]);
    }
    return members;
  }

  private classOf(id: number): string {
    const text = this.vocabulary.readable(id);
    return `${this.vocabulary.isContinuation(id) ? 'inner' : 'first'} ${shapeOf(text)}`;
  }
}

function isText(vocabulary: Vocabulary, id: number): boolean {
  const text = vocabulary.readable(id);
  const isReserved = /^[[<]unused[-_]?\d+[\]>]$/.test(vocabulary.idToToken(id));
  return text.trim() !== '' && !text.includes('\uFFFD') && !isReserved;
}

function shapeOf(text: string): string {
  if (/^\p{Nd}+$/u.test(text)) return 'digits';
  const script = SCRIPTS.find(([, letter]) => letter.test(text))?.[0];
  return `${script ?? 'signs'} ${caseOf(text)}`;
}

export type LetterCase = 'lower' | 'capital' | 'upper' | 'none';

export function caseOf(text: string): LetterCase {
  const lower = text.toLowerCase();
  const upper = text.toUpperCase();
  if (lower === upper) return 'none';
  if (text === lower) return 'lower';
  return text === upper && Array.from(text).length > 1 ? 'upper' : 'capital';
}
