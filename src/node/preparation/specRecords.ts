import type { TextRecord } from '../../core/data/records.js';
import type { AppErrorData } from '../../core/errors.js';
import type { DataFilesSpec } from '../../core/specs/preparationSpec.js';
import { readTextRecords } from '../data/textRecords.js';

export interface SpecRecordOptions {
  /** Characters after which a passage of running text ends at the next empty line. */
  readonly atLeast: number;
  /** Called for each skipped row or file of runs that skip invalid input. */
  readonly onBad?: (error: AppErrorData) => void;
}

/**
 * Texts of a run, read according to its spec. Throws `Data` for invalid input unless the run skips it.
 */
export function specRecords(
  { data, workspaceFolder }: DataFilesSpec,
  { atLeast, onBad }: SpecRecordOptions,
): AsyncGenerator<TextRecord> {
  const { columns, format, dialect, cleaning, code, skipBad } = data.reading;
  return readTextRecords(data.files, {
    ...{ workspaceFolder, columns, format, dialect, cleaning, atLeast },
    ...(code === null ? {} : { code }),
    ...(skipBad && onBad !== undefined ? { onBad } : {}),
  });
}
