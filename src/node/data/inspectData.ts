/**
 * Data is a value. A `DataSelection` says which data and how it is read, a `DataReading` what is to
 * be learned from it, and `inspectData` makes a `DataSnapshot` of both: the files with their
 * fingerprints, the columns, the tasks that fit, sizes, warnings and a brief profile. The editor
 * asks the data worker for it, the command line calls it in its own process; wizard, warning, run,
 * estimate and sweep take the snapshot and look at no file again. Folders are walked once, and each
 * file is read once, as a stream that is fingerprinted while its rows are counted. The trainer reads
 * each file once more and compares the fingerprint on the way; a vocabulary to be trained, a policy
 * that counts words and the cleaning of boilerplate need a pass of their own before that.
 */
import type { TextColumns } from '../../core/data/records.js';
import { BadInput } from '../../core/data/badInput.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { LabelScan } from '../../core/data/scanLabels.js';
import type { TaskOptions } from '../../core/objectives/objective.js';
import { AppError, describeError, type AppErrorData } from '../../core/errors.js';
import { objectiveOf, possibleTasks, TEXT_TASK } from '../../core/objectives/objectives.js';
import type {
  DataReading,
  DataSnapshot,
  InspectionProgress,
} from '../../core/runs/dataSnapshot.js';
import { labelledTextColumns } from '../../core/specs/runData.js';
import type { LabelledData, TaskSpec } from '../../core/runs/schema.js';
import { readProfiledModel } from '../models/profiledModel.js';
import { BriefProfile, profileCollectorOf } from './briefProfile.js';
import { InspectedFiles } from './inspectedFiles.js';
import { namesTextColumns } from './tableColumns.js';
import { findDataFiles, isDataFile, type CollectedFiles, type FoundFiles } from './textFiles.js';
import { ENGLISH } from '../../core/messages/render.js';

export interface InspectionOptions {
  /** The model that the summary is made for. Null: the summary counts no tokens. */
  readonly modelFolder: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: InspectionProgress) => void;
}

/**
 * Inspects data, once. Throws `UserInput` or `Data` for what no run could be trained on, and
 * `Cancelled`.
 */
export async function inspectData(
  selection: DataSelection,
  reading: DataReading,
  options: InspectionOptions,
): Promise<DataSnapshot> {
  const { signal, onProgress = () => undefined } = options;
  onProgress({ message: 'Looking for data files', fraction: null, kind: null });
  const found = await findDataFiles(selection, signal);
  const kind = kindOf(found, selection, reading);
  const collected = collect(found, selection, { kind, task: reading.task });
  if (kind === 'text') refuseLabelOptions(selection, reading);
  onProgress({ message: 'Reading the data', fraction: 0, kind });
  const { modelFolder } = options;
  // Whoever starts from a model that cannot be read says so.
  const known =
    modelFolder === null ? null : await readProfiledModel(modelFolder).catch(() => null);
  const { cleaning, skipBad } = selection;
  const profile = new BriefProfile(profileCollectorOf(collected, { known, cleaning }));
  const bad = new BadInput(skipBad);
  const files = new InspectedFiles({
    ...{ selection, reading, kind, profile, bad, signal, onProgress },
    onBad: skipBad
      ? (error: AppErrorData) => {
          bad.listener.onBad?.(error);
          profile.addSkipped(describeError(error, ENGLISH).message);
        }
      : undefined,
  });
  await files.readAll(collected.files);
  const { layout, scan, textBytes } = files;
  if (files.inspected.length === 0) throw allEmpty();
  if (kind === 'text' && layout === null && namesTextColumns(selection.columns)) throw noColumns();
  const labelled = layout?.labelled ?? null;
  if (labelled === null && textBytes === 0) throw noText();
  scan?.finish();
  return {
    version: 1,
    selection,
    reading,
    files: files.inspected,
    kind,
    table: layout?.table ?? null,
    text: { columns: layout?.text ?? null, bytes: textBytes },
    labelled:
      labelled === null || scan === null
        ? null
        : { data: labelled, rows: scan.rows, trainRows: scan.trainRows },
    rows: scan?.rows ?? files.rows,
    tasks: tasksOf(scan, reading, { textBytes }),
    warnings: [...warningsOf(collected), ...files.warnings, ...bad.warnings()],
    summary: profile.profile(profiledColumns(layout?.text ?? null, labelled, selection)),
  };
}

/** Running text or records with labels: what the task says, else what was named or is there. */
function kindOf(
  found: FoundFiles,
  selection: DataSelection,
  { task }: DataReading,
): 'text' | 'labelled' {
  if (task !== null) return objectiveOf({ kind: task }).data;
  if (selection.kind !== null) return selection.kind === 'labelled' ? 'labelled' : 'text';
  return found.likelyKind;
}

/** Tables are taken as running text where they are named, or where there is nothing else. */
function collect(
  found: FoundFiles,
  { paths, kind: wanted }: DataSelection,
  { kind, task }: { readonly kind: 'text' | 'labelled'; readonly task: DataReading['task'] },
): CollectedFiles {
  if (kind === 'labelled') return found.of('labelled');
  const namesTable = paths.some((given) => isDataFile(given, 'labelled'));
  if (namesTable || wanted === 'any') return found.of('any');
  try {
    return found.of('text');
  } catch (thrown) {
    if (task === null) throw thrown;
    try {
      return found.of('any');
    } catch {
      throw thrown;
    }
  }
}

function warningsOf({ skipped }: CollectedFiles): string[] {
  return skipped.map(({ file, reason }) => `${file}: ${reason}`);
}

/** The tasks that fit: first the wanted one, or the likeliest. Throws where that one does not. */
function tasksOf(
  scan: LabelScan | null,
  reading: DataReading,
  { textBytes }: { readonly textBytes: number },
): TaskSpec[] {
  if (scan === null) return [TEXT_TASK];
  const tasks = possibleTasks(scan, reading.task ?? undefined, taskOptionsOf(reading));
  return textBytes > 0 ? tasks : tasks.filter((task) => objectiveOf(task).data !== 'text');
}

function taskOptionsOf({ labelSmoothing, classWeights, loss }: DataReading): TaskOptions {
  return {
    labelSmoothing: labelSmoothing ?? 0,
    classWeights:
      classWeights === null || classWeights === 'balanced'
        ? classWeights
        : classWeights.split(',').map(Number),
    loss,
  };
}

function profiledColumns(
  text: TextColumns | null,
  labelled: LabelledData | null,
  { columns }: DataSelection,
): TextColumns | null {
  if (labelled === null) return text;
  return labelledTextColumns(labelled, columns);
}

function refuseLabelOptions(
  { columns: { pair, labels } }: DataSelection,
  { labelDelimiter }: DataReading,
): void {
  const options = {
    pairColumn: pair !== undefined,
    labelColumn: labels !== undefined && labels.length > 0,
    labelDelimiter: labelDelimiter !== null,
  };
  const given = Object.entries(options).find(([, isGiven]) => isGiven);
  if (given === undefined) return;
  throw userInput(
    `${given[0]} is for files with labels; these are running text.`,
    'Choose .csv, .tsv, .jsonl or .conll files, or leave it out.',
  );
}

function noColumns(): AppError {
  return userInput(
    'Columns are named, but there is no table among the files.',
    'Choose .csv, .tsv, .jsonl or .parquet files, or leave the columns out.',
  );
}

function noText(): AppError {
  return userInput(
    'Nothing is left of the text that was chosen.',
    'Choose another column or other files, or fewer steps of cleaning.',
  );
}

function allEmpty(): AppError {
  return userInput('All the files chosen are empty.', 'Choose files that hold some text.');
}

function userInput(problem: string, remedy: string): AppError {
  return new AppError({ code: 'UserInput', details: { problem, remedy } });
}
