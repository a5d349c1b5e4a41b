import { problem, type Problem } from '../messages/message.js';
import { objectiveOf } from '../objectives/objectives.js';
import { flagOf, type RunOptions } from '../runs/options.js';
import type { RunSpec } from '../runs/schema.js';

/** Other options that say which rows are held out. */
const OTHERS = ['heldOut', 'splitColumn'] as const;

/** Contradictions between the part that a run holds out and what else decides the splits. */
export function foldConflict(
  { task, data }: Pick<RunSpec, 'task' | 'data'>,
  options: RunOptions,
): Problem | null {
  if (data.fold === null) return null;
  if (objectiveOf(task).data === 'text') {
    const named = { option: 'fold', flag: flagOf('fold') };
    return problem('runs.onlyWithLabels', { ...named, task: task.kind });
  }
  const other = OTHERS.find((name) => options[name] !== undefined);
  if (other !== undefined) {
    return problem('runs.foldWithOption', { option: other, flag: flagOf(other) });
  }
  const file = data.files.find(({ split }) => split === 'heldOut');
  return file === undefined ? null : problem('runs.foldWithFileSplits', { path: file.path });
}
