import { AppError } from '../../core/errors.js';
import { listOfGroups, mergedLabels, type LookAlikes } from '../../core/data/lookAlikeLabels.js';
import type { LabelScan } from '../../core/data/scanLabels.js';
import { message, type Message, type Problem } from '../../core/messages/message.js';
import { shortList } from '../../core/text/shortList.js';
import type { TaskOptions } from '../../core/objectives/objective.js';
import { chosenObjective, objectiveOf } from '../../core/objectives/objectives.js';
import type { DataReading, DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { LabelledData, TaskSpec } from '../../core/runs/schema.js';

interface MergedLabels {
  readonly labelled: LabelledData | null;
  readonly lookAlikes: DataSnapshot['lookAlikes'];
  /** A sentence about what was merged. */
  readonly warnings: readonly Message[];
}

/** Labels with look-alikes, which are merged if that is wanted. */
export function mergedLabelsOf(
  labelled: LabelledData | null,
  scan: LabelScan | null,
  { mergeLabels, task, loss }: DataReading,
): MergedLabels {
  if (scan === null || labelled === null) return { labelled, lookAlikes: [], warnings: [] };
  const found = orNone(() =>
    chosenObjective(scan, task ?? undefined).labelCounts(scan, { loss }) === null
      ? []
      : scan.lookAlikes(),
  );
  const lookAlikes = found.map(({ into, spellings }) => ({ into, spellings: [...spellings] }));
  if (!mergeLabels || found.length === 0) return { labelled, lookAlikes, warnings: [] };
  const merged = mergedLabels(found);
  scan.merge(merged);
  const said = { count: found.length, groups: listOfGroups(found) };
  return {
    labelled: { ...labelled, merged },
    lookAlikes,
    warnings: [message('data.labelsMerged', said)],
  };
}

/** Values that cannot be labels have no look-alikes; choosing the task reports them. */
function orNone(find: () => LookAlikes[]): LookAlikes[] {
  try {
    return find();
  } catch (thrown) {
    if (thrown instanceof AppError) return [];
    throw thrown;
  }
}

/** Why no run can split these rows for the task; `null` if one can. */
export function splitRefusal(
  scan: LabelScan,
  task: TaskSpec | undefined,
  options: TaskOptions,
): Problem | null {
  const objective = task === undefined ? null : objectiveOf(task);
  if (objective?.data !== 'labelled') return scan.refusal;
  return scan.refusal ?? objective.labelCounts(scan, options)?.refusal ?? null;
}

const NAMED_LABELS = 5;

/** A sentence about labels that are trained but have no row for evaluation; none if all have one. */
export function onlyTrainedMessages(
  scan: LabelScan,
  task: TaskSpec | undefined,
  options: TaskOptions,
): Message[] {
  const objective = task === undefined ? null : objectiveOf(task);
  if (objective?.data !== 'labelled') return [];
  const counts = [...(objective.labelCounts(scan, options)?.counts ?? [])];
  const isUnseen = ([, { train, heldOut }]: (typeof counts)[number]): boolean =>
    train > 0 && heldOut === 0;
  const names = counts.filter(isUnseen).map(([label]) => `"${label}"`);
  if (names.length === 0 || names.length === counts.length) return [];
  return [
    message('data.labelsOnlyTrained', {
      count: names.length,
      labels: shortList(names, NAMED_LABELS),
    }),
  ];
}
