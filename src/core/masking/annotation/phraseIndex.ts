import { isSpaced, lexemesOf, type Lexemes } from './lexemes.js';

interface Node {
  isEnd: boolean;
  next: Map<string, Node> | null;
}

/** Finds words and phrases of a list in a text, ignoring case; the longest one at each place. */
export class PhraseIndex {
  private readonly root = new Map<string, Node>();

  constructor(phrases: Iterable<string>) {
    for (const phrase of phrases) this.add(lexemesOf(phrase));
  }

  /** Reports lexemes `[from, to)` of each phrase, in order and without overlap. */
  find(lexemes: Lexemes, found: (from: number, to: number) => void): void {
    const { words } = lexemes;
    for (let from = 0; from < words.length;) {
      const to = this.longest(lexemes, from);
      if (to > from) found(from, to);
      from = Math.max(to, from + 1);
    }
  }

  private longest(lexemes: Lexemes, from: number): number {
    let node = this.root.get(lexemes.words[from]!);
    let end = from;
    let at = from + 1;
    while (node !== undefined) {
      if (node.isEnd) end = at;
      if (node.next === null || at === lexemes.words.length) break;
      node = node.next.get(keyOf(lexemes, at++));
    }
    return end;
  }

  private add(lexemes: Lexemes): void {
    let level = this.root;
    lexemes.words.forEach((word, index) => {
      const key = index === 0 ? word : keyOf(lexemes, index);
      let node = level.get(key);
      if (!node) level.set(key, (node = { isEnd: false, next: null }));
      if (index === lexemes.words.length - 1) node.isEnd = true;
      else level = node.next ??= new Map<string, Node>();
    });
  }
}

/** A word after another one, with a space if there is one between them. */
function keyOf(lexemes: Lexemes, index: number): string {
  const word = lexemes.words[index]!;
  return isSpaced(lexemes, index) ? ` ${word}` : word;
}
