import { groupBy } from '../../../core/collections/groupBy.js';
import { colorsOfGroups } from '../../../core/experiments/groupColors.js';
import { groupRuns } from '../../../core/experiments/runGroups.js';
import type { RunColor } from '../../../core/runs/annotations.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import type { ComparedRunView } from '../../../protocol/comparePanelMessages.js';

/** Colors of all runs in the tree, by directory. `runs` are newest first. */
export function treeColors(runs: readonly RunSummary[]): Map<string, RunColor> {
  const colors = new Map<string, RunColor>();
  const places = groupBy(runs, ({ facts }) =>
    JSON.stringify([facts?.experiment ?? null, facts?.study?.id ?? null]),
  );
  for (const members of places.values()) {
    const groups = groupRuns(members);
    const ofGroups = colorsOfGroups(groups);
    for (const group of groups) {
      for (const { directory } of group.runs) colors.set(directory, ofGroups.get(group.key)!);
    }
  }
  return colors;
}

/** Reshapes a run for the page; `null` if it cannot be read. */
export function comparedRunView(
  { directory, id, name, status, facts, state }: RunSummary,
  color: RunColor | null,
): ComparedRunView | null {
  return facts === null ? null : { directory, id, name, status, facts, state, color };
}
