import type { BlockComment, Language } from './commentSyntax.js';

/** Source range of a comment or docstring, including its marks. */
export interface FoundComment {
  readonly start: number;
  readonly end: number;
  /** Lengths of the opening and the closing mark. */
  readonly open: number;
  readonly close: number;
  readonly kind: 'line' | 'block' | 'docstring';
}

/** Maximum length of a regular expression that is distinguished from a division. */
const LONGEST_EXPRESSION = 500;
/** Text that precedes a regular expression and never a division. */
const BEFORE_EXPRESSION =
  /(?:^|[([{,;:=!&|?+\-*%~^<>}]|\b(?:return|typeof|case|in|of|do|else))\s*$/;
const TEMPLATE_PART = /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)?/y;

/**
 * Finds the comments of source code from left to right. It recognizes literals and skips everything
 * else.
 */
export class CommentScanner {
  private readonly tokens: RegExp;
  private at = 0;
  private readonly found: FoundComment[] = [];
  /** Number of open braces, and the counts at which a template literal continues. */
  private depth = 0;
  private readonly templates: number[] = [];

  constructor(
    private readonly source: string,
    private readonly language: Language,
  ) {
    this.tokens = new RegExp(patternOf(language), 'g');
  }

  scan(): FoundComment[] {
    if (this.language.island !== undefined) this.goToIsland(this.language.island.open);
    for (;;) {
      this.tokens.lastIndex = this.at;
      const token = this.tokens.exec(this.source);
      if (token === null) return this.found;
      this.at = token.index + token[0].length;
      this.take(token.index, token[0]);
    }
  }

  private take(start: number, text: string): void {
    const { lineComments = [], blockComments = [], island } = this.language;
    const block = blockComments.find(({ open }) => text === open);
    const line = lineComments.find((mark) => text.startsWith(mark));
    if (text === island?.close) this.goToIsland(island.open);
    else if (block !== undefined) this.takeBlock(start, block);
    else if (line !== undefined) {
      this.found.push({ start, end: this.at, open: line.length, close: 0, kind: 'line' });
    } else if (this.isDocstring(start, text)) {
      const close = text.length >= 6 && text.endsWith(text.slice(0, 3)) ? 3 : 0;
      this.found.push({ start, end: this.at, open: 3, close, kind: 'docstring' });
    } else if (this.language.isEcmaScript === true) this.takeEcmaScript(start, text);
  }

  private takeBlock(start: number, { open, close, nests = false }: BlockComment): void {
    let { at } = this;
    for (let depth = 1; depth > 0;) {
      const end = this.source.indexOf(close, at);
      const inner = nests ? this.source.indexOf(open, at) : -1;
      if (end === -1) {
        this.at = this.source.length;
        this.found.push({ start, end: this.at, open: open.length, close: 0, kind: 'block' });
        return;
      }
      const isInner = inner !== -1 && inner < end;
      depth += isInner ? 1 : -1;
      at = isInner ? inner + open.length : end + close.length;
    }
    this.at = at;
    this.found.push({
      ...{ start, end: at, open: open.length, close: close.length },
      kind: 'block',
    });
  }

  /** Whether the literal begins a statement, with only white space before it in its line. */
  private isDocstring(start: number, text: string): boolean {
    const { docstrings } = this.language;
    if (docstrings?.some((quotes) => text.startsWith(quotes)) !== true) return false;
    const indent = indentBefore(this.source, start);
    if (indent === null || !/^\s*[rRuU]?$/.test(indent)) return false;
    const lineStart = start - indent.length;
    const before = this.source.slice(Math.max(0, lineStart - 200), lineStart).trimEnd();
    return before === '' || !/[=([{,+\\]$/.test(before);
  }

  private takeEcmaScript(start: number, text: string): void {
    if (text === '`') this.takeTemplate();
    else if (text === '{') this.depth++;
    else if (text === '}') {
      if (this.templates.at(-1) === this.depth) {
        this.templates.pop();
        this.takeTemplate();
      } else this.depth--;
    } else if (text === '/') {
      const before = this.source.slice(Math.max(0, start - 40), start);
      if (BEFORE_EXPRESSION.test(before)) this.at = expressionEnd(this.source, start) ?? this.at;
    }
  }

  /** Skips the template literal, or moves to the code in it. */
  private takeTemplate(): void {
    TEMPLATE_PART.lastIndex = this.at;
    const part = TEMPLATE_PART.exec(this.source)!;
    this.at += part[0].length;
    if (part[1] === '${') this.templates.push(this.depth);
  }

  private goToIsland(open: string): void {
    const start = this.source.indexOf(open, this.at);
    this.at = start === -1 ? this.source.length : start + open.length;
  }
}

/** Text before a position in its line, or `null` if it is too long. */
export function indentBefore(source: string, place: number): string | null {
  const before = source.slice(Math.max(0, place - 200), place);
  const feed = before.lastIndexOf('\n');
  return feed === -1 && place > before.length ? null : before.slice(feed + 1);
}

/** End of the regular expression that a slash begins, or `null` if the line ends first. */
function expressionEnd(source: string, start: number): number | null {
  let isInClass = false;
  for (let at = start + 1; at < start + LONGEST_EXPRESSION; at++) {
    const character = source[at];
    if (character === undefined || character === '\n') return null;
    if (character === '\\') at++;
    else if (character === '[') isInClass = true;
    else if (character === ']') isInClass = false;
    else if (character === '/' && !isInClass) return at + 1;
  }
  return null;
}

function patternOf(language: Language): string {
  const { lineComments = [], blockComments = [], literals, island } = language;
  const rest = island === undefined ? '[^\\n\\r]*' : `(?:(?!${escaped(island.close)})[^\\n\\r])*`;
  const marks = lineComments.map((mark) => {
    if (mark === '//') return `(?<!:)//${rest}`;
    return mark === '#' && language.hashNeedsSpace === true
      ? `(?<!\\S)#(?!\\[)${rest}`
      : `${escaped(mark)}${rest}`;
  });
  return [
    ...(island === undefined ? [] : [escaped(island.close)]),
    ...blockComments.map(({ open }) => escaped(open)),
    ...marks,
    ...literals,
    ...(language.isEcmaScript === true ? ['[`{}/]'] : []),
  ].join('|');
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
