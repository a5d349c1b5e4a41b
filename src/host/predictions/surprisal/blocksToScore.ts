import {
  blocksIn,
  wholeParagraphs,
  type LineRange,
  type Lines,
  type TextBlock,
} from './textBlocks.js';

/** Characters from the beginning of a document that are scored for its pseudo-perplexity. */
const MOST_CHARACTERS = 12_000;

/** Blocks of a document in the order in which they are scored. */
export interface BlocksToScore {
  readonly inView: readonly TextBlock[];
  /** About one screen before and after. */
  readonly margin: readonly TextBlock[];
  /** The document from its beginning, as far as it is scored as a whole. */
  readonly whole: readonly TextBlock[];
  /** Whether the document is longer than `whole`. */
  readonly isCut: boolean;
}

/** Chooses what to score for an editor that shows ranges of lines. */
export function blocksToScore(lines: Lines, visible: readonly LineRange[]): BlocksToScore {
  const { whole, isCut } = beginningOf(lines);
  const isInView = ({ line, lastLine }: TextBlock): boolean =>
    visible.some(({ first, last }) => lastLine >= first && line <= last);
  const around = visible.flatMap(({ first, last }) => {
    const screen = last - first + 1;
    const wide = { first: Math.max(0, first - screen), last: lastOf(lines, last + screen) };
    return blocksIn(lines, wholeParagraphs(lines, wide));
  });
  const unique = [...new Map(around.map((block) => [keyOf(block), block])).values()];
  return {
    inView: unique.filter(isInView),
    margin: unique.filter((block) => !isInView(block)),
    whole,
    isCut,
  };
}

/** All blocks once, in no particular order. */
export function allBlocks({ inView, margin, whole }: BlocksToScore): TextBlock[] {
  const blocks = [...inView, ...margin, ...whole];
  return [...new Map(blocks.map((block) => [keyOf(block), block])).values()];
}

function beginningOf(lines: Lines): { whole: TextBlock[]; isCut: boolean } {
  let characters = 0;
  let last = -1;
  while (last + 1 < lines.lineCount && characters < MOST_CHARACTERS) {
    last++;
    characters += lines.textOf(last).length;
  }
  const whole: TextBlock[] = [];
  let size = 0;
  for (const block of blocksIn(lines, wholeParagraphs(lines, { first: 0, last }))) {
    if (size >= MOST_CHARACTERS) return { whole, isCut: true };
    whole.push(block);
    size += block.text.length;
  }
  for (let line = last + 1; line < lines.lineCount; line++) {
    if (line > (whole.at(-1)?.lastLine ?? -1) && lines.textOf(line).trim() !== '') {
      return { whole, isCut: true };
    }
  }
  return { whole, isCut: false };
}

function lastOf({ lineCount }: Lines, line: number): number {
  return Math.min(line, lineCount - 1);
}

function keyOf({ line, character }: TextBlock): string {
  return `${line}:${character}`;
}
