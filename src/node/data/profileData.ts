import { setImmediate } from 'node:timers/promises';
import { guessTextColumns } from '../../core/data/columns.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import type { TextColumns } from '../../core/data/records.js';
import type { CodePart, DataFormat } from '../../core/data/dataFormats.js';
import { NearDuplicates } from '../../core/data/splitting/nearDuplicates.js';
import type { DataProfile } from '../../core/profile/profile.js';
import { ProfileCollector } from '../../core/profile/profileCollector.js';
import { findPersonalData } from '../../core/profile/profilePersonal.js';
import { stopWordsOf } from '../../core/profile/functionWords.js';
import { describeError } from '../../core/errors.js';
import type { CleaningStep } from '../../core/cleaning/steps.js';
import { throwIfCancelled } from '../runtime/pauses.js';
import { readProfiledModel } from '../models/profiledModel.js';
import { ReadBytes } from '../files/readBytes.js';
import { collectDataFiles, type DataKind } from './textFiles.js';
import { readTextRecords } from './textRecords.js';

export interface ProfileDataOptions {
  /** Files and folders, relative to the workspace folder. */
  readonly paths: readonly string[];
  readonly workspaceFolder: string;
  /** Which files of folders are read; all that can be unless given. */
  readonly kind?: DataKind;
  /** Null for a profile without tokens. */
  readonly modelFolder: string | null;
  /** Null where they are guessed. */
  readonly columns?: TextColumns | null;
  readonly format?: DataFormat | null;
  readonly cleaning?: readonly CleaningStep[];
  /** What of source code is read, where it is looked for at all. */
  readonly code?: CodePart;
  /** Globs of files to leave out. */
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Called about twice a second with the profile of what has been read so far. */
  readonly onProgress?: (progress: ProfileProgress) => void;
  /** Gets a sample of the texts at the end, for a model to be tried on. */
  readonly onSample?: (texts: readonly string[]) => void;
}

export interface ProfileProgress {
  readonly profile: DataProfile;
  /** Share of the data that has been read. */
  readonly fraction: number;
  /** The file that is being read. */
  readonly file: string;
}

/** Of more text than this only a part is looked at word by word: enough for every share shown. */
const EXAMINED_BYTES = 50_000_000;
/** Rows of the first table, from which the names of its columns are told. */
const FIRST_ROWS = 100;
const MILLISECONDS_BETWEEN_REPORTS = 500;
const MILLISECONDS_BETWEEN_BREATHS = 30;

/**
 * Reads the data once, as a stream, and tells what is in it. Rows and files that cannot be read are
 * counted and passed over. Throws `UserInput` where there is no data, `Model` for a model folder
 * that cannot be read, and `Cancelled`.
 */
export async function profileData(options: ProfileDataOptions): Promise<DataProfile> {
  const { workspaceFolder, modelFolder, cleaning = [], signal, onProgress } = options;
  const known = modelFolder === null ? null : await readProfiledModel(modelFolder);
  const { files, skipped } = await collectDataFiles(options.paths, {
    workspaceFolder,
    kind: options.kind ?? 'any',
    code: options.code !== undefined,
    exclude: options.exclude ?? [],
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const collector = new ProfileCollector({
    model: known?.model ?? null,
    tokenizer: known?.tokenizer ?? null,
    cleaning,
    examinedShare: Math.min(1, EXAMINED_BYTES / Math.max(1, bytes)),
    nearDuplicates: new NearDuplicates(),
    findPersonalData,
    stopWords: stopWordsOf,
  });
  for (const file of files) collector.addFile(file);
  for (const { file, reason } of skipped) collector.addSkipped(`${file} ${reason}.`);
  const progress = new ReadBytes(files);
  const firstRows: DataRecord[] = [];
  const columnsOf = (): TextColumns | null =>
    options.columns ?? (firstRows.length === 0 ? null : guessTextColumns(firstRows));
  let reported = performance.now();
  let breathed = reported;
  for await (const record of readTextRecords(files, {
    workspaceFolder,
    columns: options.columns ?? null,
    format: options.format ?? null,
    cleaning,
    atLeast: 0,
    ...(options.code === undefined ? {} : { code: options.code }),
    onBad: (error) => {
      collector.addSkipped(describeError(error).message);
    },
    ...(signal === undefined ? {} : { signal }),
  })) {
    collector.add(record);
    const { file, line, values } = record;
    const isOfFirst = firstRows.length === 0 || firstRows[0]!.file === file;
    if (values !== null && isOfFirst && firstRows.length < FIRST_ROWS) {
      firstRows.push({ file, line, values });
    }
    progress.add(file, record.text.text);
    const now = performance.now();
    // A cancellation, and whoever else shares the process, must get through.
    if (now - breathed > MILLISECONDS_BETWEEN_BREATHS) {
      await setImmediate();
      throwIfCancelled(signal);
      breathed = performance.now();
    }
    if (onProgress !== undefined && now - reported > MILLISECONDS_BETWEEN_REPORTS) {
      const profile = collector.profile({ isComplete: false, columns: columnsOf() });
      onProgress({ profile, fraction: progress.fraction, file });
      reported = performance.now();
    }
  }
  options.onSample?.(collector.sampleTexts());
  return collector.profile({ isComplete: true, columns: columnsOf() });
}
