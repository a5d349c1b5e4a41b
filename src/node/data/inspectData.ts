/**
 * Data is a value. A `DataSelection` selects the data and how it is read, a `DataReading` describes the
 * task, and `inspectData` turns both into a `DataSnapshot`: files with fingerprints, columns, tasks that
 * fit, sizes, warnings and a brief profile. The editor requests it from the data worker; the command
 * line calls it in process. Wizard, warnings, runs, estimates and sweeps use the snapshot and never open
 * the files again. Folders are walked once, and each file is read once, as a stream that is
 * fingerprinted while its rows are counted. The trainer reads each file once more and compares the
 * fingerprint on the way. A new vocabulary, a policy that counts words and the cleaning of boilerplate
 * each need one more pass before that.
 */
import type { TextColumns } from '../../core/data/records.js';
import { BadInput } from '../../core/data/badInput.js';
import { fileSplitMessages } from '../../core/data/splitting/fileSplits.js';
import { movedMessages } from '../../core/data/splitting/split.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { LabelScan } from '../../core/data/scanLabels.js';
import type { TaskOptions } from '../../core/objectives/objective.js';
import { errorMessage, inputError, type AppErrorData } from '../../core/errors.js';
import type { DataProfile } from '../../core/profile/profile.js';
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
import { inspectShifted } from './shiftedFiles.js';
import { namesTextColumns } from './tableColumns.js';
import { labelFormsOf } from './labelForms.js';
import { mergedLabelsOf, onlyTrainedMessages, splitRefusal } from './labelFindings.js';
import { findDataFiles, isDataFile, type CollectedFiles, type FoundFiles } from './textFiles.js';
import { message, problem } from '../../core/messages/message.js';

export interface InspectionOptions {
  /** Model for which the summary is made. `null`: the summary counts no tokens. */
  readonly modelFolder: string | null;
  /** Whether to profile the data for up to two seconds. Default: true. */
  readonly withSummary?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: InspectionProgress) => void;
}

/**
 * Inspects data in one pass. Throws `UserInput` or `Data` for data that no run can train on, and
 * `Cancelled`.
 */
export async function inspectData(
  selected: DataSelection,
  reading: DataReading,
  options: InspectionOptions,
): Promise<DataSnapshot> {
  const { signal, onProgress = () => undefined } = options;
  onProgress({ message: message('data.findingFiles'), fraction: null, kind: null });
  const found = (await findDataFiles(selected, signal)).forTask(reading.task);
  const selection = { ...selected, format: found.format };
  const kind = kindOf(found, selection, reading);
  const collected = collect(found, selection, { kind, task: reading.task });
  if (kind === 'text') refuseLabelOptions(selection, reading);
  onProgress({
    ...{ message: message('data.reading'), fraction: 0, kind },
    ...(kind === 'text' && reading.task === null ? { labelFolders: found.likelyLabels } : {}),
  });
  const { modelFolder, withSummary = true } = options;
  // A model that cannot be read is reported when the run is created.
  const known =
    modelFolder === null ? null : await readProfiledModel(modelFolder).catch(() => null);
  const { cleaning, skipBad } = selection;
  const profile = new BriefProfile(
    await profileCollectorOf(collected, { known, cleaning, ...reading }),
    { isOpen: withSummary },
  );
  const bad = new BadInput(skipBad);
  const files = new InspectedFiles({
    ...{ selection, reading, kind, profile, bad, signal, onProgress, files: collected.files },
    onBad: skipBad
      ? (error: AppErrorData) => {
          bad.listener.onBad?.(error);
          profile.addSkipped(errorMessage(error));
        }
      : undefined,
  });
  await files.readAll();
  const { layout, scan, textBytes } = files;
  if (files.inspected.length === 0) throw inputError(problem('data.allEmpty'));
  if (kind === 'text' && layout === null && namesTextColumns(selection.columns))
    throw inputError(problem('data.columnsWithoutTable'));
  if ((layout?.labelled ?? null) === null && textBytes === 0)
    throw inputError(problem('data.noText'));
  scan?.finish();
  const forms = labelFormsOf(layout?.labelled ?? null, scan, reading);
  const labels = mergedLabelsOf(forms.labelled, scan, reading);
  const { labelled, lookAlikes } = labels;
  const shifted = await inspectShifted(selection, signal);
  const tasks = tasksOf(scan, reading, { textBytes });
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
        : {
            data: labelled,
            rows: scan.rows,
            trainRows: scan.trainRows,
            refusal: splitRefusal(scan, tasks[0], taskOptionsOf(reading)),
          },
    shifted,
    rows: scan?.rows ?? files.rows,
    tasks,
    lookAlikes,
    warnings: [
      ...collected.skipped,
      ...collected.notes,
      ...fileSplitMessages(files.inspected),
      ...files.warnings,
      ...(scan === null ? [] : movedMessages(scan.moved)),
      ...forms.warnings,
      ...labels.warnings,
      ...(scan === null ? [] : onlyTrainedMessages(scan, tasks[0], taskOptionsOf(reading))),
      ...bad.warnings(),
    ],
    summary: summaryOf(
      profile.profile(profiledColumns(layout?.text ?? null, labelled, selection)),
      {
        isMerged: labels.warnings.length > 0,
        hasWeights: reading.classWeights !== null,
      },
    ),
  };
}

/** The profile without warnings about labels that the run merges, or balances by weights. */
function summaryOf(
  profile: DataProfile,
  { isMerged, hasWeights }: { readonly isMerged: boolean; readonly hasWeights: boolean },
): DataProfile {
  const warnings = profile.warnings.filter(
    ({ code }) =>
      !(isMerged && code === 'look-alike-labels') && !(hasWeights && code === 'label-imbalance'),
  );
  return { ...profile, warnings };
}

/** Running text or labeled records: decided by the task, else by the named or existing files. */
function kindOf(
  found: FoundFiles,
  selection: DataSelection,
  { task }: DataReading,
): 'text' | 'labelled' {
  if (task !== null) return objectiveOf({ kind: task }).data;
  if (selection.kind !== null) return selection.kind === 'labelled' ? 'labelled' : 'text';
  return found.likelyKind;
}

/** Collects files. Tables are read as running text if they are named or nothing else is there. */
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

/** Tasks that fit: first the requested or most likely one. Throws if the requested one does not fit. */
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
  const options = [
    { isGiven: pair !== undefined, option: message('option.pairColumn') },
    { isGiven: labels !== undefined && labels.length > 0, option: message('option.labelColumn') },
    { isGiven: labelDelimiter !== null, option: message('option.labelDelimiter') },
  ];
  const given = options.find(({ isGiven }) => isGiven);
  if (given === undefined) return;
  throw inputError(problem('data.optionNeedsLabels', { option: given.option }));
}
