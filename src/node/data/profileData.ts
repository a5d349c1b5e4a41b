import { guessTextColumns } from '../../core/data/columns.js';
import { textColumnsIn, type DataSelection } from '../../core/data/dataSelection.js';
import type { DataRecord } from '../../core/data/labelledRows.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { TextColumns } from '../../core/data/records.js';
import type { DataProfile } from '../../core/profile/profile.js';
import type { ProfileCollector } from '../../core/profile/profileCollector.js';
import { withShiftedSample } from '../../core/profile/profileLeaks.js';
import { ShiftedSample } from '../../core/profile/shiftedSample.js';
import { errorMessage, inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { Pace } from '../runtime/pace.js';
import { readProfiledModel } from '../models/profiledModel.js';
import { ReadBytes } from '../files/readBytes.js';
import { profileCollectorOf, profiledParts } from './briefProfile.js';
import { FIRST_ROWS } from './readers/rowTexts.js';
import { collectDataFiles, findDataFiles } from './textFiles.js';
import { readTextRecords } from './textRecords.js';

export interface ProfileDataOptions {
  readonly selection: DataSelection;
  /** `null`: the profile counts no tokens. */
  readonly modelFolder: string | null;
  /** Options of the run that the data is for. Default: none. */
  readonly reading?: DataReading | undefined;
  /** Files, folders and globs with a labeled sample of shifted texts. Default: none. */
  readonly shifted?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called about twice a second with the profile of the data read so far. */
  readonly onProgress?: (progress: ProfileProgress) => void;
  /** Called at the end with a sample of the texts, to be scored by a model. */
  readonly onSample?: (texts: readonly string[]) => void;
}

export interface ProfileProgress {
  readonly profile: DataProfile;
  /** Share of the data that has been read. */
  readonly fraction: number;
  /** File that is being read. */
  readonly file: string;
}

const MILLISECONDS_BETWEEN_REPORTS = 500;

/**
 * Profiles data in one streaming pass. Invalid rows and unreadable files are counted and skipped. Throws
 * `UserInput` if there is no data, `Model` for a model folder that cannot be read, and `Cancelled`.
 */
export async function profileData(options: ProfileDataOptions): Promise<DataProfile> {
  const { modelFolder, signal, onProgress, reading } = options;
  const found = (await findDataFiles(options.selection, signal)).forTask(reading?.task ?? null);
  const selection = { ...options.selection, format: found.format };
  const { workspaceFolder, format, dialect, cleaning, code } = selection;
  const known = modelFolder === null ? null : await readProfiledModel(modelFolder);
  const collected = found.of(selection.kind ?? 'any');
  const { files } = collected;
  const collector = await profileCollectorOf(collected, {
    ...{ known, cleaning, ...reading },
    findsLeaks: true,
  });
  const columns = textColumnsIn(selection.columns);
  const progress = new ReadBytes(files);
  const firstRows: DataRecord[] = [];
  const columnsOf = (): TextColumns | null =>
    firstRows.length === 0 ? null : guessTextColumns(firstRows, columns);
  const pace = new Pace(signal);
  let reported = performance.now();
  for await (const record of readTextRecords(files, {
    ...{ workspaceFolder, columns, format, dialect, cleaning, signal },
    atLeast: 0,
    ...(code === null ? {} : { code }),
    onDoubt: (doubt) => {
      collector.addDoubt(doubt);
    },
    onBadTags: ({ data }) => {
      collector.addSkipped(errorMessage(data));
    },
    onBad: (error) => {
      collector.addSkipped(errorMessage(error));
    },
  })) {
    for (const part of profiledParts(record)) {
      if (pace.isOver) await pace.turn();
      collector.add(part);
    }
    const { file, line, values } = record;
    const isOfFirst = firstRows.length === 0 || firstRows[0]!.file === file;
    if (values !== null && isOfFirst && firstRows.length < FIRST_ROWS) {
      firstRows.push({ file, line, values });
    }
    progress.add(file, record.text.text);
    const now = performance.now();
    if (onProgress !== undefined && now - reported > MILLISECONDS_BETWEEN_REPORTS) {
      const profile = collector.profile({ isComplete: false, columns: columnsOf() });
      onProgress({ profile, fraction: progress.fraction, file });
      reported = performance.now();
    }
  }
  options.onSample?.(collector.sampleTexts());
  const profile = collector.profile({ isComplete: true, columns: columnsOf() });
  const { shifted = [] } = options;
  return shifted.length === 0
    ? profile
    : compareShifted(profile, collector, { ...options, selection, shifted });
}

/**
 * Tests the leaks of a profile in a sample of shifted texts, which is read as the data is. Throws
 * `UserInput` if there is no such data, or if the profile has no labels to compare.
 */
async function compareShifted(
  profile: DataProfile,
  collector: ProfileCollector,
  { selection, shifted, signal }: ProfileDataOptions & { readonly shifted: readonly string[] },
): Promise<DataProfile> {
  const tested = collector.testedCues();
  if (tested === null) throw inputError(problem('profile.shiftedWithoutLabels'));
  const paths = [...shifted];
  const { files } = await collectDataFiles({ ...selection, paths, exclude: [] }, 'any', signal);
  const { workspaceFolder, format, dialect, cleaning } = selection;
  const sample = new ShiftedSample(tested.table, tested.leaks, tested.labelsOf);
  const pace = new Pace(signal);
  // Columns that nobody named are guessed, since the sample may name them otherwise.
  const columns = textColumnsIn(selection.columns);
  for await (const record of readTextRecords(files, {
    ...{ workspaceFolder, columns, format, dialect, cleaning, signal, atLeast: 0 },
    onBad: (error) => {
      sample.addSkipped(errorMessage(error));
    },
  })) {
    if (pace.isOver) await pace.turn();
    collector.addShifted(record, sample);
  }
  return withShiftedSample(profile, tested, sample);
}
