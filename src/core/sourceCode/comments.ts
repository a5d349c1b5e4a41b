import { AlignedText, AlignedTextBuilder } from '../text/alignedText.js';
import type { Language } from './commentSyntax.js';
import { CommentScanner, indentBefore, type FoundComment } from './scanner.js';

/** Part of a line of a comment, without its marks. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Texts of comments and docstrings of source code, in order, without their marks; consecutive line
 * comments are joined. Each character keeps its source position. Comments without words are
 * skipped. Never throws: malformed code ends with its line or with the file.
 */
export function commentsOf(source: string, language: Language): AlignedText[] {
  const all = AlignedText.of(source);
  return grouped(new CommentScanner(source, language).scan(), source)
    .map((comments) => comments.flatMap((comment) => stretchesOf(source, comment)))
    .map((stretches) => linesOf(all, stretches))
    .filter(({ text }) => /\p{L}{2}/u.test(text));
}

/** Consecutive line comments on their own lines belong together. */
function grouped(found: readonly FoundComment[], source: string): FoundComment[][] {
  const groups: FoundComment[][] = [];
  for (const comment of found) {
    if (comment.kind === 'line' && source.startsWith('#!', comment.start) && comment.start === 0) {
      continue;
    }
    const group = groups.at(-1);
    const last = group?.at(-1);
    const follows =
      last?.kind === 'line' &&
      comment.kind === 'line' &&
      indentBefore(source, last.start)?.trim() === '' &&
      /^\r?\n[ \t]*$/.test(source.slice(last.end, comment.start));
    if (follows) group!.push(comment);
    else groups.push([comment]);
  }
  return groups;
}

/**
 * Marks at the start of a line comment, of the first line of a block comment, and of its other
 * lines.
 */
const LINE_MARKS = /[/!#'*-]*[ \t]?/y;
const FIRST_MARKS = /[*!]*[ \t]*/y;
const STARRED_MARKS = /[ \t]*(?:\*+[ \t]?)?/y;
const INDENT = /[ \t]*/y;

function stretchesOf(source: string, comment: FoundComment): Stretch[] {
  const { kind, start, open, end, close } = comment;
  const from = start + open;
  const to = end - close;
  if (kind === 'line') return [stretch(source, LINE_MARKS, from, to)];
  const isStarred = source.startsWith('/*', start);
  const stretches: Stretch[] = [];
  let at = from;
  for (;;) {
    const feed = source.indexOf('\n', at);
    const isLast = feed === -1 || feed >= to;
    const marks = at === from ? FIRST_MARKS : isStarred ? STARRED_MARKS : INDENT;
    stretches.push(stretch(source, marks, at, isLast ? to : feed));
    if (isLast) return trimmed(stretches);
    at = feed + 1;
  }
}

/** Rest of a line without marks at its start, and without stars and spaces at its end. */
function stretch(source: string, marks: RegExp, from: number, to: number): Stretch {
  marks.lastIndex = from;
  marks.test(source);
  const start = Math.min(to, marks.lastIndex);
  const text = source.slice(start, to);
  return { from: start, to: start + text.replace(/[\s*]+$/, '').length };
}

/** Removes empty lines at the start and the end. */
function trimmed(stretches: readonly Stretch[]): Stretch[] {
  const isFull = ({ from, to }: Stretch): boolean => to > from;
  return stretches.slice(stretches.findIndex(isFull), stretches.findLastIndex(isFull) + 1);
}

function linesOf(source: AlignedText, stretches: readonly Stretch[]): AlignedText {
  const text = new AlignedTextBuilder();
  for (const [i, { from, to }] of stretches.entries()) {
    if (i > 0) text.add('\n', stretches[i - 1]!.to, from);
    text.copy(source, from, to);
  }
  return text.build();
}
