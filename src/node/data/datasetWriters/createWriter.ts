import path from 'node:path';
import { AppError } from '../../../core/errors.js';
import { AsideFile } from './asideFile.js';
import type { DatasetShape, DatasetWriter } from './maskedRecord.js';
import { parquetWriter } from './parquetWriter.js';
import { csvWriter, jsonLinesWriter, plainTextWriter } from './textWriters.js';

export const DATASET_FORMATS = ['jsonl', 'csv', 'parquet', 'txt'] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** The format that a file's ending says. Throws `UserInput` for another ending. */
export function datasetFormatOf(file: string): DatasetFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = DATASET_FORMATS.find((name) => name === ending);
  if (format !== undefined) return format;
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `${file} does not say what to write.`,
      remedy: `Let the file's name end in ${DATASET_FORMATS.map((name) => `.${name}`).join(', ')}.`,
    },
  });
}

const WRITERS: Readonly<
  Record<DatasetFormat, (file: AsideFile, shape: DatasetShape) => DatasetWriter>
> = {
  jsonl: jsonLinesWriter,
  csv: csvWriter,
  parquet: parquetWriter,
  txt: plainTextWriter,
};

export async function createWriter(
  file: string,
  { format, shape }: { format: DatasetFormat; shape: DatasetShape },
): Promise<DatasetWriter> {
  return WRITERS[format](await AsideFile.open(file), shape);
}
