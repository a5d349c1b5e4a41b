import { HELD_OUT_METRICS, type HeldOutMetricName } from '../../runs/metrics.js';
import type { RunColor } from '../../runs/annotations.js';
import { parametersOfFacts } from '../../specs/runFacts.js';
import type { RunParameters } from '../../specs/runParameters.js';
import { estimateMean, type MeanEstimate } from '../../stats/intervals.js';
import {
  comparisonOf,
  mainMetricOf,
  metricsOfRuns,
  type ComparedRun,
  type Comparison,
} from '../comparison.js';
import { differencesAmong, type Difference } from '../differences.js';
import { groupColors } from '../groupColors.js';
import { groupRuns, type RunGroup } from '../runGroups.js';
import type { CompareView } from './compareView.js';
import type { Columns } from './groupCurve.js';

/** A run with the color that its group has in the tree. */
export interface ColoredRun extends ComparedRun {
  readonly color: RunColor | null;
}

/** Held-out curves of a run, by metric. */
export type HeldOutCurves = Readonly<Partial<Record<HeldOutMetricName, Columns>>>;

export interface CompareInput {
  /** Newest first. */
  readonly runs: readonly ColoredRun[];
  /** By directory; of runs that have been read so far. */
  readonly heldOut: ReadonlyMap<string, HeldOutCurves>;
  readonly view: CompareView;
  /** Whether two runs were evaluated on the same items, although their settings may differ. */
  readonly haveSameItems: (first: ColoredRun, second: ColoredRun) => boolean;
}

/** Runs that differ in nothing but their seed, as every part of a comparison shows them. */
export interface ShownGroup {
  readonly key: string;
  readonly name: string;
  /** Newest first. */
  readonly runs: readonly ColoredRun[];
  readonly color: RunColor;
  /** Groups before it with the same color: line styles tell them apart. */
  readonly sameColorBefore: number;
  readonly parameters: RunParameters;
  readonly isBaseline: boolean;
  /** Whether it passes all brushes. */
  readonly isSelected: boolean;
}

export interface CompareModel {
  readonly metric: HeldOutMetricName;
  /** Metrics of the shown tasks. */
  readonly metrics: readonly HeldOutMetricName[];
  /** The baseline first, then the newest; in the order of `comparison.groups`. */
  readonly groups: readonly ShownGroup[];
  readonly comparison: Comparison;
  /** Older groups that are not shown until the person asks for all. */
  readonly older: number;
  /** Groups that the person took out. */
  readonly hidden: number;
}

/** Parameters that differ among groups. */
export function differencesOfGroups(
  groups: readonly Pick<ShownGroup, 'runs' | 'parameters'>[],
): Difference[] {
  return differencesAmong(
    groups.map(({ parameters }) => parameters),
    (i) => (groups[i]!.runs[0]?.facts.imported ?? null) !== null,
  );
}

/** Groups that a comparison opens with. */
export const MAX_OPENED = 8;

/** Compares the groups that a view shows. `null` without any. */
export function compareModelOf({
  runs,
  heldOut,
  view,
  haveSameItems,
}: CompareInput): CompareModel | null {
  const all = groupRuns(runs);
  const kept = all.filter(({ key }) => !view.hiddenGroups.includes(key));
  const newest = kept.filter(
    ({ key }, i) =>
      view.showsAll || i < MAX_OPENED || key === view.baseline || view.pinned.includes(key),
  );
  const baseline = newest.find(({ key }) => key === view.baseline) ?? newest.at(-1);
  if (baseline === undefined) return null;
  const ordered = [baseline, ...newest.filter((group) => group !== baseline)];
  const metrics = metricsOfRuns(ordered.flatMap(({ runs }) => runs));
  const metric =
    view.metric !== null && metrics.includes(view.metric)
      ? view.metric
      : mainMetricOf(baseline.runs[0]!);
  const comparison = comparisonOf(ordered, {
    metric,
    split: view.split,
    margin: null,
    hasSameItems: (i) => haveCommonItems(baseline.runs, ordered[i]!.runs, haveSameItems),
    resultOf: (run) => valueAt(run, metric, view, heldOut.get(run.directory)),
  });
  const parameters = ordered.map(({ runs: [first] }) => parametersOfFacts(first!.facts));
  const colors = colorsOf(ordered);
  const groups = ordered.map(({ key, runs: members }, i): ShownGroup => ({
    key,
    name: comparison.groups[i]!.name,
    runs: members,
    ...colors[i]!,
    parameters: parameters[i]!,
    isBaseline: i === 0,
    isSelected: true,
  }));
  return {
    metric,
    metrics,
    groups: groups.map((group) => ({
      ...group,
      isSelected: passes(
        group,
        view,
        (one) => estimateOf(one, metric, view, heldOut)?.mean ?? null,
      ),
    })),
    comparison,
    older: kept.length - newest.length,
    hidden: all.length - kept.length,
  };
}

/** Axis of the metric in brushes; all others are parameters. */
export const METRIC_AXIS = 'metric';

/** Text of a parameter that a group does not have. */
export const NO_VALUE = '–';

function passes(
  group: ShownGroup,
  { brushes }: CompareView,
  resultOf: (group: ShownGroup) => number | null,
): boolean {
  return brushes.every((brush) => {
    const value = brush.axis === METRIC_AXIS ? resultOf(group) : group.parameters[brush.axis];
    if ('values' in brush) return brush.values.includes(String(value ?? NO_VALUE));
    return typeof value === 'number' && value >= brush.low && value <= brush.high;
  });
}

/** Mean of a metric over a group. */
export interface GroupEstimate extends MeanEstimate {
  /** Whether no run of the group has finished. */
  readonly isProvisional: boolean;
}

/** Mean over the finished runs of a group, one per seed, or over all while none has finished. */
export function estimateOf(
  { runs }: Pick<ShownGroup, 'runs'>,
  metric: HeldOutMetricName,
  view: CompareView,
  heldOut: ReadonlyMap<string, HeldOutCurves>,
): GroupEstimate | null {
  const finished = runs.filter(({ status }) => status === 'finished');
  for (const [members, isProvisional] of [
    [finished, false],
    [runs, true],
  ] as const) {
    const bySeed = new Map<number, number>();
    for (const run of [...members].reverse()) {
      const value = valueAt(run, metric, view, heldOut.get(run.directory));
      if (value !== undefined && Number.isFinite(value)) bySeed.set(run.facts.seed, value);
    }
    if (bySeed.size > 0) return { ...estimateMean([...bySeed.values()]), isProvisional };
  }
  return null;
}

/** Value of a metric of a run at the moment of the view; `undefined` without one. */
export function valueAt(
  { state }: ComparedRun,
  metric: HeldOutMetricName,
  { split, moment, step }: Pick<CompareView, 'split' | 'moment' | 'step'>,
  curves: HeldOutCurves | undefined,
): number | undefined {
  if (split === 'test') return state?.test?.[metric];
  if (moment === 'last') return state?.latest?.[metric];
  const curve = curves?.[metric];
  if (curve === undefined || curve.xs.length === 0) return undefined;
  if (moment === 'best') {
    const { better } = HELD_OUT_METRICS[metric];
    const ys = Array.from(curve.ys);
    return ys.reduce((a, b) => ((better === 'more' ? b > a : b < a) ? b : a));
  }
  let found: number | undefined;
  for (let i = 0; i < curve.xs.length && curve.xs[i]! <= step; i++) found = curve.ys[i];
  return found;
}

/** Whether models of a common seed were evaluated on the same items. */
function haveCommonItems(
  first: readonly ColoredRun[],
  second: readonly ColoredRun[],
  haveSameItems: CompareInput['haveSameItems'],
): boolean {
  return first.some((before) =>
    second.some((after) => before.facts.seed === after.facts.seed && haveSameItems(before, after)),
  );
}

/** Colors of the tree, moved apart where groups from several places of it would share one. */
function colorsOf(
  groups: readonly RunGroup<ColoredRun>[],
): { readonly color: RunColor; readonly sameColorBefore: number }[] {
  const used = new Set<RunColor>();
  const chosen = groups.map(({ key, runs: [first] }) => {
    const color = first!.color !== null && !used.has(first!.color) ? first!.color : null;
    if (color !== null) used.add(color);
    return { key, chosen: color };
  });
  const colors = groupColors(chosen);
  const counts = new Map<RunColor, number>();
  return groups.map(({ key }) => {
    const color = colors.get(key)!;
    const sameColorBefore = counts.get(color) ?? 0;
    counts.set(color, sameColorBefore + 1);
    return { color, sameColorBefore };
  });
}
