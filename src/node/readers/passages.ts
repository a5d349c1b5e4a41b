import { LONGEST_LINE, PassageSplitter, type Passage } from '../../core/data/paragraphs.js';
import { recordError } from '../../core/data/labelledRows.js';
import type { AppError } from '../../core/errors.js';
import { decodeFile } from '../textFiles.js';

export interface PassageFileOptions {
  readonly shownAs: string;
  /** Characters after which a passage ends at the next empty line; 0 for a passage a paragraph. */
  readonly atLeast: number;
  /** Hears of what is left out; it may throw. */
  readonly onBad: (error: AppError) => void;
}

/** The passages of a file of running text. Throws what `decodeFile` throws. */
export async function* readPassages(
  file: string,
  { shownAs, atLeast, onBad }: PassageFileOptions,
): AsyncGenerator<Passage> {
  const onLongLine = (line: number): void => onBad(longLine({ file: shownAs, line }));
  const splitter = new PassageSplitter({ atLeast, onLongLine });
  for await (const piece of decodeFile(file, { shownAs })) yield* splitter.push(piece);
  yield* splitter.end();
}

export function longLine(place: { file: string; line: number }): AppError {
  return recordError(place, null, {
    problem: `is longer than ${LONGEST_LINE / 1e6} million characters`,
    remedy: 'Break the line, or leave the file out if it holds no text.',
  });
}
