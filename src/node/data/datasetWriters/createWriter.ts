import path from 'node:path';
import { inputError } from '../../../core/errors.js';
import { problem } from '../../../core/messages/message.js';
import { AsideFile } from './asideFile.js';
import type { DatasetShape, DatasetWriter } from './maskedRecord.js';
import { parquetWriter } from './parquetWriter.js';
import { csvWriter, jsonLinesWriter, plainTextWriter } from './textWriters.js';

export const DATASET_FORMATS = ['jsonl', 'csv', 'parquet', 'txt'] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** Dataset format by file extension. Throws `UserInput` for an unknown extension. */
export function datasetFormatOf(file: string): DatasetFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = DATASET_FORMATS.find((name) => name === ending);
  if (format !== undefined) return format;
  const extensions = { list: DATASET_FORMATS.map((name) => `.${name}`), join: 'or' } as const;
  throw inputError(problem('dataset.unknownFormat', { file, extensions }));
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
