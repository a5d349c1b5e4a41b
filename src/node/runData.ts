import path from 'node:path';
import { guessColumns, type NamedColumns } from '../core/data/columns.js';
import type { DataFormat } from '../core/data/dataFormats.js';
import type { DataColumns, DataRecord } from '../core/data/labelledRows.js';
import { LabelScan, type TaskOptions } from '../core/data/scanLabels.js';
import { AppError } from '../core/errors.js';
import type { RunOptions } from '../core/runs/options.js';
import type { DataFile, LabelledData, TaskSpec } from '../core/runs/schema.js';
import type { DataSize } from '../core/train/defaults.js';
import { readRecords } from './labelledFiles.js';
import {
  checkTextFile,
  collectDataFiles,
  isDataFile,
  type CollectedFile,
  type CollectedFiles,
  type DataKind,
} from './textFiles.js';

export interface RunDataRequest {
  /** Data paths are written relative to this folder. */
  readonly workspaceFolder: string;
  /** Files and folders of text, or of records with labels. */
  readonly paths: readonly string[];
  readonly options: RunOptions;
  readonly splitSeed: number;
  readonly heldOutFraction: number;
  readonly signal: AbortSignal | undefined;
  readonly report: (message: string) => void;
}

/** The data of a run, looked through and fingerprinted, and the task that it makes. */
export interface RunData {
  readonly files: DataFile[];
  readonly task: TaskSpec;
  readonly labelled: LabelledData | null;
  readonly size: DataSize;
  /** Files that were left out, and why, in words for a person. */
  readonly warnings: readonly string[];
}

/** Looks through everything that is to be trained on. Throws `UserInput`, `Data` or `Cancelled`. */
export async function collectRunData(request: RunDataRequest): Promise<RunData> {
  const { options, report } = request;
  report('Looking for data files');
  const kind = await dataKindOf(request.paths, request);
  const collected = await collect(request, kind);
  const { files, warnings } = await fingerprint(collected, request);
  if (kind === 'text') {
    const labelOption = LABEL_OPTIONS.find((name) => options[name] !== undefined);
    if (labelOption !== undefined) throw noLabels(labelOption);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { files, warnings, task: { kind: 'masked-lm' }, labelled: null, size: { bytes } };
  }
  const labelled = await labelledDataOf(files, request);
  const scan = new LabelScan(labelled, {
    seed: request.splitSeed,
    heldOutFraction: request.heldOutFraction,
  });
  for await (const record of recordsOf(files, labelled.format, request)) scan.add(record);
  const wanted = options.task === 'masked-lm' ? undefined : options.task;
  const task = scan.task(wanted ?? scan.guessTask(), taskOptionsOf(options));
  return { files, warnings, task, labelled, size: { rows: scan.trainRows } };
}

const LABEL_OPTIONS = ['textColumn', 'pairColumn', 'labelColumn', 'labelDelimiter'] as const;

/**
 * Whether running text or records with labels are meant: what the task says, else what was named
 * file by file, else text where the folders hold any.
 */
export async function dataKindOf(
  paths: readonly string[],
  { options, workspaceFolder }: Pick<RunDataRequest, 'options' | 'workspaceFolder'>,
): Promise<DataKind> {
  if (options.task !== undefined) return options.task === 'masked-lm' ? 'text' : 'labelled';
  if (options.format !== undefined) return 'labelled';
  const named = (kind: DataKind): boolean => paths.some((given) => isDataFile(given, kind));
  if (named('labelled')) return named('text') ? 'text' : 'labelled';
  const has = async (kind: DataKind): Promise<boolean> =>
    collectDataFiles(paths, { workspaceFolder, kind }).then(
      () => true,
      () => false,
    );
  return !(await has('text')) && (await has('labelled')) ? 'labelled' : 'text';
}

function collect(
  { paths, workspaceFolder, options }: RunDataRequest,
  kind: DataKind,
): Promise<CollectedFiles> {
  return collectDataFiles(paths, {
    workspaceFolder,
    kind,
    anyEnding: options.format !== undefined,
  });
}

async function fingerprint(
  collected: CollectedFiles,
  { workspaceFolder, signal, report }: RunDataRequest,
): Promise<{ files: DataFile[]; warnings: string[] }> {
  const warnings = collected.skipped.map(({ file, reason }) => `${file}: ${reason}`);
  const files: DataFile[] = [];
  for (const file of collected.files) {
    throwIfCancelled(signal);
    report(`Reading ${file.path}`);
    const absolute = path.resolve(workspaceFolder, file.path);
    const { bytes, sha256, isBlank } = await checkTextFile(absolute, { shownAs: file.path });
    if (isBlank) warnings.push(`${file.path}: is empty and is left out`);
    else files.push({ path: file.path, bytes, sha256 });
  }
  if (files.length > 0) return { files, warnings };
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: 'All the files chosen are empty.',
      remedy: 'Choose files that hold some text.',
    },
  });
}

/** Records that columns are guessed from. */
const FIRST_RECORDS = 100;

/** The first records of a file. Throws `Data` for a file that holds none. */
export async function firstRecords(
  { path: shownAs }: Pick<CollectedFile, 'path'>,
  { workspaceFolder, format }: { workspaceFolder: string; format: DataFormat | null },
): Promise<DataRecord[]> {
  const records: DataRecord[] = [];
  const file = path.resolve(workspaceFolder, shownAs);
  for await (const record of readRecords(file, { shownAs, format })) {
    records.push(record);
    if (records.length === FIRST_RECORDS) break;
  }
  if (records.length > 0) return records;
  throw new AppError({
    code: 'Data',
    details: {
      file: shownAs,
      problem: 'holds no rows',
      remedy: 'Leave it out, or put rows below the line that names the columns.',
    },
  });
}

async function labelledDataOf(
  files: readonly DataFile[],
  { options, workspaceFolder }: RunDataRequest,
): Promise<LabelledData> {
  const format = options.format ?? null;
  const records = await firstRecords(files[0]!, { workspaceFolder, format });
  const { text, pair, labels } = guessColumns(records, {
    ...(options.textColumn === undefined ? {} : { text: options.textColumn }),
    ...(options.pairColumn === undefined ? {} : { pair: options.pairColumn || null }),
    ...(options.labelColumn === undefined ? {} : { labels: options.labelColumn }),
  });
  return {
    format,
    columns: { text, pair, labels: [...labels] },
    labelDelimiter: options.labelDelimiter ?? null,
  };
}

/** What labelled files hold, as a person confirms it before a run is made. */
export interface LabelledOverview {
  /** Names of all columns. */
  readonly names: readonly string[];
  readonly columns: DataColumns;
  readonly rows: number;
  /** Tasks that the labels allow, the likeliest first. */
  readonly tasks: readonly TaskSpec[];
}

/** Looks through labelled files. Throws what `collectRunData` throws. */
export async function overviewOf(
  request: RunDataRequest,
  columns?: NamedColumns,
): Promise<LabelledOverview> {
  const files = (await collect(request, 'labelled')).files;
  const { workspaceFolder, options, signal } = request;
  const format = options.format ?? null;
  const records = await firstRecords(files[0]!, { workspaceFolder, format });
  const found = guessColumns(records, columns);
  const scan = new LabelScan(
    { columns: found, labelDelimiter: options.labelDelimiter ?? null },
    { seed: request.splitSeed, heldOutFraction: request.heldOutFraction },
  );
  for await (const record of recordsOf(files, format, { workspaceFolder, signal })) {
    scan.add(record);
  }
  const likely = scan.guessTask();
  const taskOptions = taskOptionsOf(options);
  const others = LABELLED_TASKS.filter((kind) => kind !== likely).flatMap((kind) => {
    try {
      return [scan.task(kind, taskOptions)];
    } catch {
      return [];
    }
  });
  return {
    names: Object.keys(records[0]!.values),
    columns: found,
    rows: scan.rows,
    tasks: [scan.task(likely, taskOptions), ...others],
  };
}

const LABELLED_TASKS = ['classification', 'regression', 'token-classification'] as const;

/** All records of files, one by one, in order. Throws `Data` or `Cancelled`. */
export async function* recordsOf(
  files: readonly Pick<DataFile, 'path'>[],
  format: DataFormat | null,
  { workspaceFolder, signal }: { workspaceFolder: string; signal?: AbortSignal | undefined },
): AsyncGenerator<DataRecord> {
  for (const { path: shownAs } of files) {
    throwIfCancelled(signal);
    yield* readRecords(path.resolve(workspaceFolder, shownAs), { shownAs, format });
  }
}

function taskOptionsOf({ labelSmoothing, classWeights, loss }: RunOptions): TaskOptions {
  return {
    labelSmoothing: labelSmoothing ?? 0,
    classWeights:
      classWeights === undefined || classWeights === 'balanced'
        ? (classWeights ?? null)
        : classWeights.split(',').map(Number),
    loss: loss ?? null,
  };
}

function noLabels(option: string): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: `${option} is for files with labels; these are running text.`,
      remedy: 'Choose .csv, .tsv, .jsonl or .conll files, or leave it out.',
    },
  });
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError({ code: 'Cancelled', details: {} });
}
