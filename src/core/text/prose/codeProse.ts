import { blank, blankEach } from './blank.js';
import type { CodeSyntax } from './codeSyntax.js';

/** Parts of code that are text for people. */
export type CodeParts = 'comments' | 'commentsAndStrings';

/** Three words in a row, by which a string is text and not a name or a path. */
const SENTENCE = /(?<!\p{L})\p{L}{1,40}[,;:]?\s{1,40}\p{L}{1,40}[,;:]?\s{1,40}\p{L}/u;
/** Signs with which lines of comments begin. */
const LINE_MARKS = /^[^\S\r\n]*(?:[*#;!/-]+(?=\s|$)|[*/]+)/gmu;
/** Tags of documentation comments, with their type. */
const TAGS = /(?<!\S)@\w+(?:[^\S\r\n]+\{[^}\r\n]*\})?/gu;
const COMMENT_TOOLS = /^\s*(?:eslint|prettier|@ts-|ts-|noqa|pylint|type:|c8|v8|istanbul|biome|!)/u;

/**
 * The comments of code, and its strings that are sentences: everything else is replaced by spaces, so
 * that offsets remain. Strings are found by their quotes alone; a quote in a regular expression can
 * hide text up to the end of its line.
 */
export function codeProse(code: string, syntax: CodeSyntax, parts: CodeParts): string {
  const opener = openerOf(syntax);
  let prose = '';
  let at = 0;
  for (;;) {
    opener.lastIndex = at;
    const match = opener.exec(code);
    if (match === null) return prose + blank(code.slice(at));
    const [open] = match;
    const start = match.index + open.length;
    prose += blank(code.slice(at, start));
    const { end, close, isComment } = partAt(code, { start, open, syntax });
    const text = code.slice(start, end);
    prose += isComment ? commentText(text) : parts === 'comments' ? blank(text) : stringText(text);
    at = Math.min(code.length, end + close.length);
    prose += blank(code.slice(end, at));
  }
}

/** A quote as a character, in languages where single quotes hold one. */
const QUOTE_CHARACTER = String.raw`'\\?"'`;

/** Pattern of everything that begins a comment or a string, longest first. */
function openerOf({ lineComments, blockComments, strings }: CodeSyntax): RegExp {
  const openers = [
    ...blockComments.map(([open]) => open),
    ...lineComments,
    ...strings.map(({ quote }) => quote),
  ].sort((a, b) => b.length - a.length);
  const escaped = openers.map((open) => open.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  const hasSingle = strings.some(({ quote }) => quote === "'");
  return new RegExp([...(hasSingle ? [] : [QUOTE_CHARACTER]), ...escaped].join('|'), 'gu');
}

function partAt(
  code: string,
  { start, open, syntax }: { start: number; open: string; syntax: CodeSyntax },
): { end: number; close: string; isComment: boolean } {
  const block = syntax.blockComments.find(([beginning]) => beginning === open);
  if (block !== undefined) {
    const end = code.indexOf(block[1], start);
    return { end: end < 0 ? code.length : end, close: block[1], isComment: true };
  }
  const string = syntax.strings.find(({ quote }) => quote === open);
  if (string === undefined) {
    const end = syntax.lineComments.includes(open) ? endOfLine(code, start) : start;
    return { end, close: '', isComment: true };
  }
  const most = string.isMultiline ? code.length : endOfLine(code, start);
  for (let at = start; at < most; at++) {
    if (code[at] === '\\') at++;
    else if (code.startsWith(open, at)) return { end: at, close: open, isComment: false };
  }
  return { end: most, close: '', isComment: false };
}

function endOfLine(code: string, from: number): number {
  const end = code.indexOf('\n', from);
  if (end < 0) return code.length;
  return code[end - 1] === '\r' && end - 1 >= from ? end - 1 : end;
}

function commentText(text: string): string {
  if (COMMENT_TOOLS.test(text)) return blank(text);
  return blankEach(blankEach(text, LINE_MARKS), TAGS);
}

function stringText(text: string): string {
  return SENTENCE.test(text) ? text : blank(text);
}
