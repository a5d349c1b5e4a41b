import * as l10n from '@vscode/l10n';
import uPlot from 'uplot';
import { curvesScene, type SceneCurve } from '../../src/core/charts/curvesScene.js';
import type { Scene } from '../../src/core/charts/scene.js';
import type { XAxis } from '../../src/core/experiments/compare/compareView.js';
import {
  overClock,
  smoothed,
  type Columns,
} from '../../src/core/experiments/compare/groupCurve.js';
import type { TextTable } from '../../src/core/experiments/tableText.js';
import type { Curve } from '../../src/core/runs/curve.js';
import type { Curves, MetricName } from '../../src/core/runs/runCurves.js';
import { FORMAT_X, X_LABELS } from '../shared/curveAxes.js';
import { METRICS } from '../shared/metricTexts.js';

/** The lines of a chart. `smoothed` is the moving average of the training values. */
export const LINES = ['train', 'smoothed', 'heldOut'] as const;
export type Line = (typeof LINES)[number];

export const LINE_NAMES: Record<Line, string> = {
  train: l10n.t('each step'),
  smoothed: l10n.t('training'),
  heldOut: l10n.t('held-out'),
};

const TONES: Readonly<Record<Line, SceneCurve['tone']>> = {
  train: 'blue',
  smoothed: 'blue',
  heldOut: 'orange',
};

/** Axes of a chart. */
export interface ChartAxes {
  readonly x: XAxis;
  readonly isLogarithmic: boolean;
  /** Decay of the moving average from point to point, from 0 (none) to below 1. */
  readonly smoothing: number;
}
export const PLAIN_AXES: ChartAxes = { x: 'step', isLogarithmic: false, smoothing: 0.84 };

/** Quantities noisy enough from step to step to want a moving average over them. */
const NOISY: ReadonlySet<MetricName> = new Set(['loss', 'perplexity']);

/** Whether a metric has a moving average beside its training values. */
export function isSmoothed(metric: MetricName, { smoothing }: ChartAxes): boolean {
  return smoothing > 0 && NOISY.has(metric);
}

/** The curve that a line is drawn from. */
export function curveOfLine(curves: Curves, metric: MetricName, line: Line): Curve {
  return curves.curve(metric, line === 'heldOut' ? 'heldOut' : 'train');
}

function columnsOfLine(
  curves: Curves,
  { metric, line, axes }: { metric: MetricName; line: Line; axes: ChartAxes },
): Columns {
  const curve = curveOfLine(curves, metric, line);
  if (line !== 'smoothed') return curve.columns();
  return isSmoothed(metric, axes) ? smoothed(curve.means(), axes.smoothing) : { xs: [], ys: [] };
}

/** Lines of a chart that have values. */
export interface ShownLines {
  /** Places on the axis, then the values of every one of `LINES`. */
  readonly values: uPlot.AlignedData;
  readonly names: readonly Line[];
}

interface LineTexts {
  readonly metric: MetricName;
  readonly axes: ChartAxes;
}

/** A curve over steps, at its places on the axis. */
export function onAxis(columns: Columns, curves: Curves, { x }: ChartAxes): Columns {
  return x === 'step' ? columns : overClock(columns, curves.clock(x).columns());
}

/** Values of all lines of a metric over their joined places on the axis. */
export function valuesOfLines(
  curves: Curves,
  metric: MetricName,
  axes: ChartAxes,
): uPlot.AlignedData {
  const tables = LINES.map((line): uPlot.AlignedData => {
    const { xs, ys } = onAxis(columnsOfLine(curves, { metric, line, axes }), curves, axes);
    return [Array.from(xs), Array.from(ys)];
  });
  return uPlot.join(tables);
}

/** Values as they are drawn: their logarithms on a logarithmic axis, which has no place for others. */
export function scaled(values: uPlot.AlignedData, { isLogarithmic }: ChartAxes): uPlot.AlignedData {
  if (!isLogarithmic) return values;
  const [xs, ...lines] = values;
  const log = (y: number | null | undefined): number | null | undefined =>
    typeof y !== 'number' ? y : y > 0 ? Math.log10(y) : null;
  return [xs, ...lines.map((ys) => Array.from(ys, log))];
}

/** The lines as an image: the moving average instead of the values that it is of. */
export function sceneOfLines(
  { values, names }: ShownLines,
  { metric, axes: { x, isLogarithmic }, summary }: LineTexts & { readonly summary: string },
): Scene {
  const { label, formatTick } = METRICS[metric];
  const drawn = names.filter((line) => line !== 'train' || !names.includes('smoothed'));
  const curves = drawn.map((line): SceneCurve => {
    const ys = valuesOf(values, line);
    const points = Array.from(values[0]).flatMap((at, i) => {
      const y = ys[i];
      return typeof y === 'number' ? [[at, y] as const] : [];
    });
    return { name: LINE_NAMES[line], tone: TONES[line], isDashed: false, points, band: [] };
  });
  return curvesScene(curves, {
    ...{ summary, title: label, xLabel: X_LABELS[x], isLogarithmic },
    formatX: FORMAT_X[x],
    formatY: formatTick,
  });
}

/** The values of the lines, one row per place on the axis. */
export function tableOfLines(
  { values, names }: ShownLines,
  { metric, axes: { x } }: LineTexts,
): TextTable {
  const { format } = METRICS[metric];
  return {
    head: [X_LABELS[x], ...names.map((line) => LINE_NAMES[line])],
    rows: Array.from(values[0], (at, i) => [
      FORMAT_X[x](at),
      ...names.map((line) => {
        const y = valuesOf(values, line)[i];
        return typeof y === 'number' ? format(y) : '';
      }),
    ]),
  };
}

function valuesOf(values: uPlot.AlignedData, line: Line): uPlot.AlignedData[number] {
  return values[LINES.indexOf(line) + 1]!;
}

/** Index of the place that is closest to `x`. */
export function closest(xs: uPlot.AlignedData[0], x: number): number {
  let [low, high] = [0, xs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - xs[low - 1]! < xs[low]! - x ? low - 1 : low;
}

/** The last value at or before the cursor, since sparse lines have no value at most steps. */
export function nearest(
  column: readonly (number | null | undefined)[] | uPlot.TypedArray,
  index: number,
): number | null {
  for (let i = index; i >= 0; i--) {
    const value = column[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
