import type { TextRecord } from '../../core/data/records.js';
import type { AppErrorData } from '../../core/errors.js';
import type { DataFilesSpec } from '../../core/specs/preparationSpec.js';
import { readTextRecords } from '../data/textRecords.js';

export interface SpecRecordOptions {
  /** Characters after which a passage of running text ends at the next empty line. */
  readonly atLeast: number;
  /** Hears of each row or file that is left out, where a run leaves bad ones out. */
  readonly onBad?: (error: AppErrorData) => void;
}

/**
 * The texts of a run, read as its spec says. Throws `Data` where something cannot be read and is not
 * to be left out.
 */
export function specRecords(
  { data, workspaceFolder }: DataFilesSpec,
  { atLeast, onBad }: SpecRecordOptions,
): AsyncGenerator<TextRecord> {
  const { columns, format, cleaning, code, skipBad } = data.reading;
  return readTextRecords(data.files, {
    ...{ workspaceFolder, columns, format, cleaning, atLeast },
    ...(code === null ? {} : { code }),
    ...(skipBad && onBad !== undefined ? { onBad } : {}),
  });
}
