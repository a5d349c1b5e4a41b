import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import type { FileTap } from './dataFile.js';

/** How a file is read, whatever its format. */
export interface ReaderOptions {
  /** The file's name as the person knows it. */
  readonly shownAs: string;
  /** Of files without a byte order mark; UTF-8 where it is absent. */
  readonly encoding?: string | null;
  /** Hears of rows that are left out; throws where they are not to be. */
  readonly onBad: (error: AppError) => void;
  readonly tap?: FileTap | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A line, row or entry without end: what holds it would not fit into memory. */
export function tooLong(place: Pick<DataRecord, 'file' | 'line'>, what: string): AppError {
  return recordError(place, null, {
    problem: `${what} is longer than ${LONGEST_LINE / 1e6} million characters`,
    remedy: 'Break it up, or leave the file out if it holds no text.',
  });
}
