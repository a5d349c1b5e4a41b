import type { ParameterValue } from '../../specs/runParameters.js';
import { tellingDifferences } from '../differences.js';
import {
  differencesOfGroups,
  estimateOf,
  METRIC_AXIS,
  NO_VALUE,
  type CompareModel,
  type GroupEstimate,
  type HeldOutCurves,
  type ShownGroup,
} from './comparedGroups.js';
import type { CompareView } from './compareView.js';

/** A group as one trial: its settings and its result. */
export interface Trial {
  readonly group: ShownGroup;
  readonly estimate: GroupEstimate | null;
}

/** An axis for values of a parameter, or of the metric. */
export interface ValueAxis {
  /** Name of the parameter, or `METRIC_AXIS`. */
  readonly id: string;
  readonly scale:
    | {
        readonly kind: 'number';
        readonly low: number;
        readonly high: number;
        readonly isLogarithmic: boolean;
      }
    | { readonly kind: 'text'; readonly values: readonly string[] };
}

/** Trials in the order of the groups. */
export function trialsOf(
  { groups, metric }: Pick<CompareModel, 'groups' | 'metric'>,
  view: CompareView,
  heldOut: ReadonlyMap<string, HeldOutCurves>,
): Trial[] {
  return groups.map((group) => ({ group, estimate: estimateOf(group, metric, view, heldOut) }));
}

/** Parameters that tell the groups apart. */
export function varyingParameters({ groups }: Pick<CompareModel, 'groups'>): string[] {
  return tellingDifferences(differencesOfGroups(groups)).map(({ parameter }) => parameter);
}

/** Axes of parallel coordinates: those that the person ordered first, then others, the metric last. */
export function orderedAxes(parameters: readonly string[], { axes }: CompareView): string[] {
  const all = [...parameters, METRIC_AXIS];
  const ordered = axes.filter((axis, i) => all.includes(axis) && axes.indexOf(axis) === i);
  return [...ordered, ...all.filter((axis) => !ordered.includes(axis))];
}

/** Axes with one of them moved to another place. */
export function withAxisAt(axes: readonly string[], axis: string, place: number): string[] {
  const others = axes.filter((id) => id !== axis);
  return [...others.slice(0, place), axis, ...others.slice(place)];
}

/** Value of a trial on an axis; `null` without one. */
export function valueOnAxis({ group, estimate }: Trial, axis: string): ParameterValue | null {
  return axis === METRIC_AXIS ? (estimate?.mean ?? null) : (group.parameters[axis] ?? null);
}

/** Values that span more than this are on a logarithmic axis. */
const LOGARITHMIC_SPAN = 100;

/** An axis that has room for the values of all trials. */
export function axisOf(trials: readonly Trial[], id: string): ValueAxis {
  const values = trials.map((trial) => valueOnAxis(trial, id));
  const numbers = values.filter((value) => typeof value === 'number');
  const areNumbers = values.every((value) => value === null || typeof value === 'number');
  if (areNumbers && numbers.length > 0) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const isLogarithmic = low > 0 && high / low >= LOGARITHMIC_SPAN;
    return { id, scale: { kind: 'number', low, high, isLogarithmic } };
  }
  const texts = new Set(values.map((value) => String(value ?? NO_VALUE)));
  return { id, scale: { kind: 'text', values: [...texts].sort() } };
}

/** Place of a value on an axis, from 0 to 1; `null` for a value that is not on it. */
export function placeOnAxis({ scale }: ValueAxis, value: ParameterValue | null): number | null {
  if (scale.kind === 'text') {
    const index = scale.values.indexOf(String(value ?? NO_VALUE));
    return index < 0 ? null : scale.values.length === 1 ? 0.5 : index / (scale.values.length - 1);
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const { low, high, isLogarithmic } = scale;
  if (low === high) return 0.5;
  return isLogarithmic
    ? Math.log(value / low) / Math.log(high / low)
    : (value - low) / (high - low);
}

/** Number at a place of an axis of numbers. */
export function numberAtPlace(
  { low, high, isLogarithmic }: Extract<ValueAxis['scale'], { kind: 'number' }>,
  place: number,
): number {
  return isLogarithmic ? low * (high / low) ** place : low + place * (high - low);
}
