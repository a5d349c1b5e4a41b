/** A token found literally in a text, before any other stage. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Whether to search the normalized text instead of the source. */
  readonly normalized: boolean;
  /** Whether the token must not be adjacent to a letter, digit or underscore. */
  readonly singleWord: boolean;
  /** Whether the token includes the white space on its left, or on its right. */
  readonly stripsLeft: boolean;
  readonly stripsRight: boolean;
}

interface Node {
  readonly children: Map<number, Node>;
  token: AddedToken | null;
}

/**
 * Maximum number of single-character searches that are faster than one pass over all characters.
 */
const FEW = 4;

const ENDS_WITH_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]$/u;
const STARTS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]/u;
const WHITE_SPACE = /\p{White_Space}/u;

/** Finds added tokens in a text: the leftmost first, then the longest. */
export class AddedTokenFinder {
  private readonly root: Node = { children: new Map(), token: null };
  /** 1 for UTF-16 units that begin a token. */
  private readonly begins = new Uint8Array(0x10000);
  /** The same units as characters, or `null` if they are too many to search for one by one. */
  private readonly beginnings: readonly string[] | null = [];

  /** `spelling` returns the text of a token in the texts to search. */
  constructor(tokens: readonly AddedToken[], spelling: (content: string) => string) {
    for (const token of tokens) {
      const content = spelling(token.content);
      if (content === '') continue;
      this.begins[content.charCodeAt(0)] = 1;
      let node = this.root;
      for (let i = 0; i < content.length; i++) {
        let child = node.children.get(content.charCodeAt(i));
        if (child === undefined) {
          child = { children: new Map(), token: null };
          node.children.set(content.charCodeAt(i), child);
        }
        node = child;
      }
      node.token = token;
    }
    const beginnings = Array.from(this.root.children.keys(), (unit) => String.fromCharCode(unit));
    this.beginnings = beginnings.length <= FEW ? beginnings : null;
  }

  get isEmpty(): boolean {
    return this.root.children.size === 0;
  }

  /** Visits the whole text in order: added tokens with their id, other text with `null`. */
  forEach(text: string, visit: (start: number, end: number, id: number | null) => void): void {
    let reached = 0;
    for (let at = this.nextBeginning(text, 0); at < text.length;) {
      const found = this.begins[text.charCodeAt(at)] === 1 ? this.longestAt(text, at) : null;
      if (found === null) {
        at = this.nextBeginning(text, at + 1);
        continue;
      }
      const { token, end: foundEnd } = found;
      const before = at;
      at = foundEnd;
      if (token.singleWord && !standsAlone(text, before, foundEnd)) continue;
      let start = before;
      let end = foundEnd;
      if (token.stripsLeft) while (start > reached && isWhite(text, start - 1)) start--;
      if (token.stripsRight) while (end < text.length && isWhite(text, end)) end++;
      if (start > reached) visit(reached, start, null);
      // A token may be in white space that belongs to the previous token.
      visit(Math.min(start, end), end, token.id);
      reached = end;
    }
    if (reached < text.length) visit(reached, text.length, null);
  }

  /** Next position from `at` at which a token may begin, or the length of the text. */
  private nextBeginning(text: string, at: number): number {
    const { beginnings } = this;
    if (beginnings === null || (at > 0 && beginnings.length > 1)) return at;
    let next = text.length;
    for (const beginning of beginnings) {
      const found = text.indexOf(beginning, at);
      if (found >= 0 && found < next) next = found;
    }
    return next;
  }

  private longestAt(text: string, start: number): { token: AddedToken; end: number } | null {
    let found: { token: AddedToken; end: number } | null = null;
    let node: Node | undefined = this.root;
    for (let at = start; at < text.length; at++) {
      node = node.children.get(text.charCodeAt(at));
      if (node === undefined) break;
      if (node.token !== null) found = { token: node.token, end: at + 1 };
    }
    return found;
  }
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  return !ENDS_WITH_WORD.test(before) && !STARTS_WITH_WORD.test(text.slice(end, end + 2));
}

function isWhite(text: string, at: number): boolean {
  return WHITE_SPACE.test(text[at]!);
}
