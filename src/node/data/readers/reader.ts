import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import type { FileTap } from './dataFile.js';

/** Options of reading a file of any format. */
export interface ReaderOptions {
  /** Displayed name of the file. */
  readonly shownAs: string;
  /** Encoding of files without a byte order mark. Default: UTF-8. */
  readonly encoding?: string | null;
  /** Called for each invalid row; throws if invalid rows are not to be skipped. */
  readonly onBad: (error: AppError) => void;
  readonly tap?: FileTap | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A line, row or list entry that is too long to fit into memory. */
export function tooLong(
  place: Pick<DataRecord, 'file' | 'line'>,
  id: 'data.lineTooLong' | 'data.rowTooLong' | 'data.entryTooLong',
): AppError {
  return recordError(place, null, problem(id, { limit: LONGEST_LINE }));
}
