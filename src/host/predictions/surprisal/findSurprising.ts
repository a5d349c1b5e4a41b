import type { ScoredWord } from '../../../core/predict/scoreWords.js';
import {
  blocksIn,
  placeIn,
  wholeParagraphs,
  type LineRange,
  type Lines,
  type TextBlock,
} from './textBlocks.js';

/** Lines that are read at once. */
const CHUNK_LINES = 50;

export type Direction = 'next' | 'previous';

export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface SurprisingWord {
  readonly start: Place;
  readonly end: Place;
  /** Whether the search continued at the other end of the document. */
  readonly isWrapped: boolean;
}

export interface WordSearch {
  readonly lines: Lines;
  readonly from: Place;
  readonly direction: Direction;
  readonly isSurprising: (word: ScoredWord) => boolean;
  readonly score: (block: TextBlock) => Promise<readonly ScoredWord[]>;
  /** Called with the line that is searched. */
  readonly onLine: (line: number) => void;
}

/**
 * Finds the first surprising word that begins after `from`, or the last one before it, and continues
 * at the other end of the document, back to `from`. Scores no more blocks than it has to.
 */
export async function findSurprising(search: WordSearch): Promise<SurprisingWord | null> {
  const { lines, from, direction } = search;
  const isAhead = (place: Place): boolean =>
    direction === 'next' ? isBefore(from, place) : isBefore(place, from);
  for (const { range, isStart, isWrapped } of chunksFrom(lines, from.line, direction)) {
    for (const block of ordered(blocksIn(lines, range), direction)) {
      search.onLine(block.line);
      const words = (await search.score(block)).filter(search.isSurprising);
      for (const { start, end } of ordered(words, direction)) {
        const place = placeIn(block, start);
        // In the chunk of the start, one half is searched first and the other one last.
        if (isStart && isAhead(place) === isWrapped) continue;
        return { start: place, end: placeIn(block, end), isWrapped };
      }
    }
  }
  return null;
}

interface Chunk {
  readonly range: LineRange;
  readonly isStart: boolean;
  readonly isWrapped: boolean;
}

/** Ranges of whole paragraphs that cover a document once, and the paragraph of the start twice. */
function* chunksFrom(lines: Lines, line: number, direction: Direction): Generator<Chunk> {
  const start = wholeParagraphs(lines, { first: line, last: line });
  const after = { first: start.last + 1, last: lines.lineCount - 1 };
  const before = { first: 0, last: start.first - 1 };
  yield { range: start, isStart: true, isWrapped: false };
  const isNext = direction === 'next';
  for (const range of chunksOf(lines, isNext ? after : before, direction)) {
    yield { range, isStart: false, isWrapped: false };
  }
  for (const range of chunksOf(lines, isNext ? before : after, direction)) {
    yield { range, isStart: false, isWrapped: true };
  }
  yield { range: start, isStart: true, isWrapped: true };
}

function* chunksOf(
  lines: Lines,
  { first, last }: LineRange,
  direction: Direction,
): Generator<LineRange> {
  let [from, to] = [first, last];
  while (from <= to) {
    if (direction === 'next') {
      const near = { first: from, last: Math.min(to, from + CHUNK_LINES) };
      const end = Math.min(to, wholeParagraphs(lines, near).last);
      yield { first: from, last: end };
      from = end + 1;
    } else {
      const near = { first: Math.max(from, to - CHUNK_LINES), last: to };
      const start = Math.max(from, wholeParagraphs(lines, near).first);
      yield { first: start, last: to };
      to = start - 1;
    }
  }
}

function ordered<T>(items: readonly T[], direction: Direction): readonly T[] {
  return direction === 'next' ? items : items.toReversed();
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
