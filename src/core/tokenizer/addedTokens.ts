/** A token found in a text as it stands there, before anything else looks at it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Looked for in the normalized text instead of the source. */
  readonly normalized: boolean;
  /** Found only where no letter, digit or underscore touches it. */
  readonly singleWord: boolean;
  /** Swallows the white space on its left; on its right. */
  readonly stripsLeft: boolean;
  readonly stripsRight: boolean;
}

interface Node {
  readonly children: Map<number, Node>;
  token: AddedToken | null;
}

/** So many searches are quicker than one look at every character. */
const FEW = 4;

const ENDS_WITH_WORD = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]$/u;
const STARTS_WITH_WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]/u;
const WHITE_SPACE = /\p{White_Space}/u;

/** Finds added tokens in a text: the leftmost, and of those the longest. */
export class AddedTokenFinder {
  private readonly root: Node = { children: new Map(), token: null };
  /** 1 for UTF-16 units that a token begins with. */
  private readonly begins = new Uint8Array(0x10000);
  /** Those units as characters; null where they are too many to look for one by one. */
  private readonly beginnings: readonly string[] | null = [];

  /** `spelling` says how a token's content reads in the texts that are searched. */
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

  /** Visits the whole text in order: added tokens with their id, what is between with null. */
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
      // A token may lie in white space that the one before it has swallowed.
      visit(Math.min(start, end), end, token.id);
      reached = end;
    }
    if (reached < text.length) visit(reached, text.length, null);
  }

  /** Where a token may begin, from `at` on: the length of the text where none does. */
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
