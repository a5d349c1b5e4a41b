import path from 'node:path';
import { BadInput } from '../../core/data/badInput.js';
import { guessColumns, guessTextColumns, type NamedColumns } from '../../core/data/columns.js';
import { isTableFormat, type DataFormat } from '../../core/data/dataFormats.js';
import { numberIn, type DataColumns, type DataRecord } from '../../core/data/labelledRows.js';
import type { TextColumns } from '../../core/data/records.js';
import { LabelScan, type TaskOptions } from '../../core/data/scanLabels.js';
import { AppError, describeError, type AppErrorData } from '../../core/errors.js';
import {
  labelledTask,
  objectiveOf,
  possibleTasks,
  TEXT_TASK,
} from '../../core/objectives/objectives.js';
import type { RunOptions } from '../../core/runs/options.js';
import type { DataFile, LabelledData, ReadingSpec, TaskSpec } from '../../core/runs/schema.js';
import type { CleaningStep } from '../../core/cleaning/steps.js';
import type { DataSize } from '../../core/train/defaults.js';
import { formatOf, readRecords } from './labelledFiles.js';
import { throwIfCancelled } from '../runtime/pauses.js';
import { readTextRecords } from './textRecords.js';
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
  readonly testFraction: number;
  readonly signal: AbortSignal | undefined;
  readonly report: (message: string) => void;
}

/** The data of a run, looked through and fingerprinted, and the task that it makes. */
export interface RunData {
  readonly files: DataFile[];
  readonly task: TaskSpec;
  readonly labelled: LabelledData | null;
  readonly reading: ReadingSpec;
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
  if (kind === 'text') return textData({ files, warnings }, request);
  const labelled = await labelledDataOf(files, request);
  if (labelled === null) return textData({ files, warnings }, request);
  const reading = readingOf(options);
  const bad = new BadInput(reading.skipBad);
  const scan = new LabelScan(labelled, { ...request, ...reading });
  for await (const record of recordsOf(files, labelled.format, { ...request, ...bad.listener })) {
    bad.attempt(() => {
      scan.add(record);
    });
  }
  scan.finish();
  const task = labelledTask(scan, options.task, taskOptionsOf(options));
  return {
    files,
    warnings: [...warnings, ...bad.warnings()],
    task,
    labelled,
    reading,
    size: { rows: scan.trainRows },
  };
}

/** How files become records and splits, with what a person chose. */
function readingOf(options: RunOptions): ReadingSpec {
  return {
    columns: null,
    format: options.format ?? null,
    cleaning: [...(options.clean ?? [])] as CleaningStep[],
    code: options.code ?? null,
    skipBad: options.skipBad ?? false,
    groupColumn: options.groupColumn ?? null,
    splitColumn: options.splitColumn ?? null,
    nearDuplicates: options.nearDuplicates ?? null,
  };
}

/** Running text, and the text of tables. Rows of tables are looked at before there is a run. */
async function textData(
  { files, warnings }: { files: DataFile[]; warnings: readonly string[] },
  request: RunDataRequest,
): Promise<RunData> {
  const { options, workspaceFolder, signal } = request;
  const labelOption = LABEL_OPTIONS.find((name) => options[name] !== undefined);
  if (labelOption !== undefined) throw noLabels(labelOption);
  const isTable = ({ path: file }: DataFile): boolean => {
    const format = options.format ?? formatOf(file);
    return format !== null && isTableFormat(format);
  };
  const tables = files.filter(isTable);
  const columns = await textColumnsOf(tables, request);
  const reading = { ...readingOf(options), columns };
  const bad = new BadInput(reading.skipBad);
  let bytes = files.reduce((sum, file) => sum + (isTable(file) ? 0 : file.bytes), 0);
  for await (const { text } of readTextRecords(tables, {
    workspaceFolder,
    columns,
    format: reading.format,
    cleaning: reading.cleaning,
    atLeast: 0,
    ...bad.listener,
    ...(signal === undefined ? {} : { signal }),
  })) {
    bytes += text.length;
  }
  if (bytes === 0) throw noText();
  return {
    files,
    warnings: [...warnings, ...bad.warnings()],
    task: TEXT_TASK,
    labelled: null,
    reading,
    size: { bytes },
  };
}

/** The columns of tables that are read as text; null where each file's are guessed. */
async function textColumnsOf(
  tables: readonly DataFile[],
  { options, workspaceFolder }: RunDataRequest,
): Promise<TextColumns | null> {
  const { textColumn: text, groupColumn: group, splitColumn: split } = options;
  const isNamed = text !== undefined || group !== undefined || split !== undefined;
  const [first] = tables;
  if (first === undefined) {
    if (isNamed) throw noColumns();
    return null;
  }
  if (!isNamed) return null;
  const records = await firstRecords(first, {
    workspaceFolder,
    format: options.format ?? null,
    skipBad: options.skipBad ?? false,
  });
  const named = {
    ...(text === undefined ? {} : { text }),
    ...(group === undefined ? {} : { group }),
    ...(split === undefined ? {} : { split }),
  };
  return { ...guessTextColumns(records, named), pair: null, label: null };
}

const LABEL_OPTIONS = ['pairColumn', 'labelColumn', 'labelDelimiter'] as const;

/**
 * Whether running text or records with labels are meant: what the task says, else what was named
 * file by file, else text where the folders hold any.
 */
export async function dataKindOf(
  paths: readonly string[],
  { options, workspaceFolder }: Pick<RunDataRequest, 'options' | 'workspaceFolder'>,
): Promise<DataKind> {
  if (options.task !== undefined) return objectiveOf({ kind: options.task }).data;
  if (options.format !== undefined) return isTableFormat(options.format) ? 'labelled' : 'text';
  const named = (kind: DataKind): boolean => paths.some((given) => isDataFile(given, kind));
  if (named('labelled')) return named('text') ? 'text' : 'labelled';
  const has = async (kind: DataKind): Promise<boolean> =>
    collectDataFiles(paths, { workspaceFolder, kind }).then(
      () => true,
      () => false,
    );
  return !(await has('text')) && (await has('labelled')) ? 'labelled' : 'text';
}

/** Tables are taken as running text where they are named, or where there is nothing else. */
async function collect(
  { paths, workspaceFolder, options }: RunDataRequest,
  kind: DataKind,
): Promise<CollectedFiles> {
  const anyEnding = options.format !== undefined;
  const code = options.code !== undefined;
  const namesTable = kind === 'text' && paths.some((given) => isDataFile(given, 'labelled'));
  if (namesTable || kind === 'labelled') {
    return collectDataFiles(paths, {
      workspaceFolder,
      kind: namesTable ? 'any' : kind,
      anyEnding,
      code,
    });
  }
  try {
    return await collectDataFiles(paths, { workspaceFolder, kind, anyEnding, code });
  } catch (thrown) {
    if (options.task === undefined) throw thrown;
    return collectDataFiles(paths, { workspaceFolder, kind: 'any', anyEnding, code }).catch(() => {
      throw thrown;
    });
  }
}

async function fingerprint(
  collected: CollectedFiles,
  { workspaceFolder, options, signal, report }: RunDataRequest,
): Promise<{ files: DataFile[]; warnings: string[] }> {
  const warnings = collected.skipped.map(({ file, reason }) => `${file}: ${reason}`);
  const files: DataFile[] = [];
  for (const file of collected.files) {
    throwIfCancelled(signal);
    report(`Reading ${file.path}`);
    const absolute = path.resolve(workspaceFolder, file.path);
    try {
      const { bytes, sha256, isBlank } = await checkTextFile(absolute, { shownAs: file.path });
      if (isBlank) warnings.push(`${file.path}: is empty and is left out`);
      else files.push({ path: file.path, bytes, sha256 });
    } catch (thrown) {
      if (options.skipBad !== true || !(thrown instanceof AppError) || thrown.code !== 'Data') {
        throw thrown;
      }
      warnings.push(`${describeError(thrown.data).message}; it is left out`);
    }
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
async function firstRecords(
  { path: shownAs }: Pick<CollectedFile, 'path'>,
  {
    workspaceFolder,
    format,
    skipBad = false,
  }: {
    readonly workspaceFolder: string;
    readonly format: DataFormat | null;
    /** Passes over what cannot be read: whoever reads it all tells of it. */
    readonly skipBad?: boolean;
  },
): Promise<DataRecord[]> {
  const records: DataRecord[] = [];
  const file = path.resolve(workspaceFolder, shownAs);
  const listener = skipBad ? { onBad: () => undefined } : {};
  for await (const record of readRecords(file, { shownAs, format, ...listener })) {
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

/** Null where nobody asked for labels and there are none. */
async function labelledDataOf(
  files: readonly DataFile[],
  { options, workspaceFolder }: Pick<RunDataRequest, 'options' | 'workspaceFolder'>,
): Promise<LabelledData | null> {
  const format = options.format ?? null;
  const skipBad = options.skipBad ?? false;
  const records = await firstRecords(files[0]!, { workspaceFolder, format, skipBad });
  const asksForLabels = ASKS_FOR_LABELS.some((name) => options[name] !== undefined);
  if (!asksForLabels && isTextAlone(records, options)) return null;
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

const ASKS_FOR_LABELS = [
  ...(['task', 'labelColumn', 'pairColumn', 'labelDelimiter'] as const),
  ...(['loss', 'labelSmoothing', 'classWeights'] as const),
];

/** Whether records hold a text and nothing that looks like a label: at most what tells them apart. */
function isTextAlone(records: readonly DataRecord[], { textColumn }: RunOptions): boolean {
  const named = textColumn === undefined ? {} : { text: textColumn };
  const text = orNull(() => guessTextColumns(records, named));
  if (text === null || text.label !== null) return false;
  const guessed = orNull(() => guessColumns(records, named));
  return guessed?.labels.every((column) => isIdentifier(records, column)) ?? true;
}

/** Fewer rows than this can all have different labels. */
const MANY_ROWS = 20;

function isIdentifier(records: readonly DataRecord[], column: string): boolean {
  const values = new Set(records.map(({ values: row }) => JSON.stringify(row[column])));
  const hasFraction = [...values].some((value) => numberIn(value) !== null && /[.e]/i.test(value));
  return records.length >= MANY_ROWS && values.size === records.length && !hasFraction;
}

function orNull<T>(guess: () => T): T | null {
  try {
    return guess();
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}

/** What tables hold, as a person confirms it before a run is made. */
export interface TableOverview {
  /** Names of all columns. */
  readonly names: readonly string[];
  /** No labels where there are none. */
  readonly columns: DataColumns;
  readonly rows: number;
  /** Tasks that the columns allow, the likeliest first. */
  readonly tasks: readonly TaskSpec[];
}

/** Looks through tables. Throws what `collectRunData` throws. */
export async function overviewOf(
  request: RunDataRequest,
  columns?: NamedColumns,
): Promise<TableOverview> {
  const files = (await collect(request, 'labelled')).files;
  const { workspaceFolder, options, signal } = request;
  const format = options.format ?? null;
  const skipBad = options.skipBad ?? false;
  const records = await firstRecords(files[0]!, { workspaceFolder, format, skipBad });
  const names = Object.keys(records[0]!.values);
  const bad = new BadInput(skipBad);
  const reader = { workspaceFolder, signal, ...bad.listener };
  if (columns?.labels?.length === 0 || (columns === undefined && isTextAlone(records, options))) {
    const text = guessTextColumns(
      records,
      columns?.text === undefined ? {} : { text: columns.text },
    );
    let rows = 0;
    for await (const record of recordsOf(files, format, reader)) rows += Number(record.line > 0);
    const found = { text: text.text, pair: null, labels: [] };
    return { names, columns: found, rows, tasks: [TEXT_TASK] };
  }
  const found = guessColumns(records, columns);
  const scan = new LabelScan(
    { columns: found, labelDelimiter: options.labelDelimiter ?? null },
    { ...request, ...readingOf(options) },
  );
  for await (const record of recordsOf(files, format, reader)) {
    bad.attempt(() => {
      scan.add(record);
    });
  }
  scan.finish();
  return {
    names,
    columns: found,
    rows: scan.rows,
    tasks: possibleTasks(scan, taskOptionsOf(options)),
  };
}

/** All records of files, one by one, in order. Throws `Data` or `Cancelled`. */
export async function* recordsOf(
  files: readonly Pick<DataFile, 'path'>[],
  format: DataFormat | null,
  {
    workspaceFolder,
    signal,
    onBad,
  }: {
    readonly workspaceFolder: string;
    readonly signal?: AbortSignal | undefined;
    /** Hears of rows and files that are left out; without it they are thrown. */
    readonly onBad?: (error: AppErrorData) => void;
  },
): AsyncGenerator<DataRecord> {
  const reporting =
    onBad === undefined
      ? {}
      : {
          onBad: (error: AppError) => {
            onBad(error.data);
          },
        };
  for (const { path: shownAs } of files) {
    throwIfCancelled(signal);
    yield* readRecords(path.resolve(workspaceFolder, shownAs), { shownAs, format, ...reporting });
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

function noColumns(): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: 'Columns are named, but there is no table among the files.',
      remedy: 'Choose .csv, .tsv, .jsonl or .parquet files, or leave the columns out.',
    },
  });
}

function noText(): AppError {
  return new AppError({
    code: 'UserInput',
    details: {
      problem: 'Nothing is left of the text that was chosen.',
      remedy: 'Choose another column or other files, or fewer steps of cleaning.',
    },
  });
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
