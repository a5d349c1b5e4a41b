import { keyHash } from '../random.js';
import { RUN_COLORS, type RunAnnotations, type RunColor } from '../runs/annotations.js';
import type { RunGroup } from './runGroups.js';

/**
 * Colors of groups for which nobody chose one. Red is left out: the icon of a run has the color of
 * its group, and a red check mark reads as a failure.
 */
const DEFAULT_COLORS = RUN_COLORS.filter((color) => color !== 'red');

/** A group of runs to color. */
export interface ColoredGroup {
  readonly key: string;
  /** Color that the person chose; null for the default. */
  readonly chosen: RunColor | null;
}

/**
 * Colors of groups that are shown together, by key. The default follows from the key; a group whose
 * color is in use by an earlier one gets the next free color. With the oldest group first, a new
 * group changes no other color.
 */
export function groupColors(groups: readonly ColoredGroup[]): Map<string, RunColor> {
  const colors = new Map<string, RunColor>();
  const uses = new Map<RunColor, number>();
  const take = (key: string, color: RunColor): void => {
    colors.set(key, color);
    uses.set(color, (uses.get(color) ?? 0) + 1);
  };
  for (const { key, chosen } of groups) if (chosen !== null) take(key, chosen);
  for (const { key, chosen } of groups) {
    if (chosen === null) take(key, leastUsedFrom(defaultColorIndex(key), uses));
  }
  return colors;
}

/** Colors of groups, newest first, as the tree shows those of one experiment or study. */
export function colorsOfGroups(
  groups: readonly RunGroup<{ readonly annotations: Pick<RunAnnotations, 'color'> }>[],
): Map<string, RunColor> {
  return groupColors(
    [...groups].reverse().map(({ key, runs }) => ({
      key,
      chosen: runs.find(({ annotations }) => annotations.color)?.annotations.color ?? null,
    })),
  );
}

function defaultColorIndex(key: string): number {
  return Number.parseInt(keyHash('group color', key).slice(0, 8), 16) % DEFAULT_COLORS.length;
}

/** The least used color, the first such at or after `start`. */
function leastUsedFrom(start: number, uses: ReadonlyMap<RunColor, number>): RunColor {
  const order = [...DEFAULT_COLORS.slice(start), ...DEFAULT_COLORS.slice(0, start)];
  const usesOf = (color: RunColor): number => uses.get(color) ?? 0;
  return order.reduce((best, color) => (usesOf(color) < usesOf(best) ? color : best));
}
