import fs from 'node:fs';
import path from 'node:path';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { stringify } from 'yaml';
import { inputError } from '../../core/errors.js';
import type { ComparedRun } from '../../core/experiments/comparison.js';
import { problem } from '../../core/messages/message.js';
import { dvcliveFiles, type TextFiles } from '../../core/openFormats/dvclive.js';
import { safeName, type ExportedRun } from '../../core/openFormats/exportedRun.js';
import { METRIC_COLUMNS, metricRows, runTable } from '../../core/openFormats/metricTable.js';
import { mlflowFiles } from '../../core/openFormats/mlflow.js';
import { eventFileName, tensorboardEvents } from '../../core/openFormats/tensorboard.js';
import { CsvRows } from '../../core/text/csvRows.js';
import { asideOf, renameWithRetries, storageError } from '../files/storage.js';
import { readExportedRun } from './readExportedRun.js';

export const METRIC_FORMATS = ['csv', 'parquet', 'tensorboard', 'mlflow', 'dvclive'] as const;
export type MetricFormat = (typeof METRIC_FORMATS)[number];

export interface ExportMetricsOptions {
  readonly format: MetricFormat;
  /** Folder to create. */
  readonly to: string;
  /** Whether cells of tables that spreadsheets run as formulas get an apostrophe. */
  readonly safeCsv?: boolean;
}

/**
 * Writes metrics and parameters of runs into a new folder, in a format of another tool. Throws
 * `UserInput` if the folder exists, or `Storage`; then nothing is left behind.
 */
export async function exportMetrics(
  runs: readonly ComparedRun[],
  { format, to, safeCsv = false }: ExportMetricsOptions,
): Promise<void> {
  if (fs.existsSync(to)) throw inputError(problem('metrics.folderExists', { folder: to }));
  const exported: ExportedRun[] = [];
  for (const run of runs) exported.push(await readExportedRun(run));
  const aside = asideOf(to);
  try {
    for (const [name, content] of filesOf(exported, format, safeCsv)) {
      const file = path.join(aside, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
    await renameWithRetries(aside, to);
  } catch (thrown) {
    fs.rmSync(aside, { recursive: true, force: true });
    throw storageError(to, thrown);
  }
}

function filesOf(
  runs: readonly ExportedRun[],
  format: MetricFormat,
  isSafe: boolean,
): Iterable<readonly [string, string | Uint8Array]> {
  switch (format) {
    case 'csv':
      return [
        ['metrics.csv', csvOf(METRIC_COLUMNS, cellsOf(runs), isSafe)],
        ['runs.csv', csvOf(runTable(runs).columns, runTable(runs).rows, isSafe)],
      ];
    case 'parquet':
      return [['metrics.parquet', parquetOf(runs)]];
    case 'tensorboard':
      return runs.map((run) => [`${folderOf(run)}/${eventFileName(run)}`, tensorboardEvents(run)]);
    case 'mlflow':
      return mlflowFiles(runs, stringify);
    case 'dvclive':
      return runs.flatMap((run) => inFolder(folderOf(run), dvcliveFiles(run, stringify)));
  }
}

/** Unique, since ids are. */
function folderOf({ id, name }: ExportedRun): string {
  return id.endsWith(safeName(name)) ? safeName(id) : `${safeName(name)} ${safeName(id)}`;
}

function inFolder(folder: string, files: TextFiles): [string, string][] {
  return [...files].map(([name, content]) => [`${folder}/${name}`, content]);
}

function* cellsOf(runs: readonly ExportedRun[]): Generator<readonly unknown[]> {
  for (const row of metricRows(runs)) yield METRIC_COLUMNS.map((name) => row[name]);
}

function csvOf(
  columns: readonly string[],
  rows: Iterable<readonly unknown[]>,
  isSafe: boolean,
): string {
  const csv = new CsvRows({ isSafe });
  const lines = [csv.row(columns)];
  for (const row of rows) lines.push(csv.row(row));
  return lines.join('');
}

const TYPES = {
  run: 'STRING',
  name: 'STRING',
  experiment: 'STRING',
  group: 'STRING',
  seed: 'DOUBLE',
  step: 'DOUBLE',
  epoch: 'DOUBLE',
  time: 'DOUBLE',
  split: 'STRING',
  metric: 'STRING',
  value: 'DOUBLE',
} as const satisfies Record<(typeof METRIC_COLUMNS)[number], string>;

const GROUP_ROWS = 100_000;

function parquetOf(runs: readonly ExportedRun[]): Uint8Array {
  const bytes = new ByteWriter();
  const rows = [...metricRows(runs)];
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: METRIC_COLUMNS.length },
      ...METRIC_COLUMNS.map((name) => ({
        name,
        repetition_type: 'REQUIRED' as const,
        ...(TYPES[name] === 'STRING'
          ? { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const }
          : { type: 'DOUBLE' as const }),
      })),
    ],
    createdBy: 'masklab',
  });
  for (let from = 0; from < rows.length; from += GROUP_ROWS) {
    const part = rows.slice(from, from + GROUP_ROWS);
    const columnData = METRIC_COLUMNS.map((name) => ({ name, data: part.map((row) => row[name]) }));
    void writer.write({ columnData, rowGroupSize: part.length });
  }
  void writer.finish();
  return new Uint8Array(bytes.getBuffer());
}
