import { LONGEST_LINE } from '../../../core/data/paragraphs.js';
import type { FileDialect } from '../../../core/data/fileDialect.js';
import { recordError, type DataRecord } from '../../../core/data/labelledRows.js';
import type { AppError } from '../../../core/errors.js';
import { problem, type Message } from '../../../core/messages/message.js';
import type { FileTap } from './dataFile.js';

/** Options of reading a file of any format. */
export interface ReaderOptions {
  /** Displayed name of the file. */
  readonly shownAs: string;
  readonly dialect?: FileDialect | undefined;
  /** Whether blank lines of a table are rows without values, instead of being skipped. */
  readonly keepsBlank?: boolean | undefined;
  /** Called for each invalid row; throws if invalid rows are not to be skipped. */
  readonly onBad: (error: AppError) => void;
  /** Called with a reason why the file may be read otherwise than intended. */
  readonly onDoubt?: ((doubt: Message) => void) | undefined;
  readonly tap?: FileTap | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A row that contains a NUL character, which text never does. */
export function withNul(place: Pick<DataRecord, 'file' | 'line'>): AppError {
  return recordError(place, null, problem('data.nulCharacter'));
}

/** A line, row, list entry or text of a label folder that is too long to fit into memory. */
export function tooLong(
  place: Pick<DataRecord, 'file' | 'line'>,
  id: 'data.lineTooLong' | 'data.rowTooLong' | 'data.entryTooLong' | 'data.fileTooLong',
): AppError {
  return recordError(place, null, problem(id, { limit: LONGEST_LINE }));
}
