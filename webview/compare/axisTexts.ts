import { ticksBetween } from '../../src/core/charts/ticks.js';
import type { AxisTick } from '../../src/core/charts/valueScenes.js';
import {
  METRIC_AXIS,
  type CompareModel,
} from '../../src/core/experiments/compare/comparedGroups.js';
import {
  numberAtPlace,
  placeOnAxis,
  type ValueAxis,
} from '../../src/core/experiments/compare/relations.js';
import { formatParameter, parameterName } from '../../src/core/experiments/differences.js';
import type { ParameterValue } from '../../src/core/specs/runParameters.js';
import { METRICS } from '../shared/metricTexts.js';

/** Name of an axis. */
export function axisLabel(axis: string, { metric }: Pick<CompareModel, 'metric'>): string {
  return axis === METRIC_AXIS ? METRICS[metric].label : parameterName(axis);
}

/** Text of a value on an axis. */
export function axisText(
  axis: string,
  value: ParameterValue | null,
  { metric }: Pick<CompareModel, 'metric'>,
): string {
  if (value === null) return '–';
  return axis === METRIC_AXIS && typeof value === 'number'
    ? METRICS[metric].format(value)
    : formatParameter(value);
}

const MAX_TICKS = 12;

/** Ticks of an axis: round numbers, powers on a logarithmic one, or its texts. */
export function axisTicks(
  axis: ValueAxis,
  model: Pick<CompareModel, 'metric'>,
  count = 5,
): AxisTick[] {
  const { id, scale } = axis;
  if (scale.kind === 'text') {
    return scale.values
      .slice(0, MAX_TICKS)
      .map((text) => ({ place: placeOnAxis(axis, text) ?? 0, text }));
  }
  const values =
    scale.low === scale.high
      ? [scale.low]
      : scale.isLogarithmic
        ? [0, 0.5, 1].map((place) => Number(numberAtPlace(scale, place).toPrecision(2)))
        : ticksBetween(scale.low, scale.high, count);
  return values.map((value) => ({
    place: placeOnAxis(axis, value) ?? 0,
    text: id === METRIC_AXIS ? METRICS[model.metric].formatTick(value) : axisText(id, value, model),
  }));
}
