import { labelText } from './labelText.js';
import type { Point, Scene, Shape, Tone } from './scene.js';
import { ticksBetween } from './ticks.js';

/** A tick of an axis: its place from 0 to 1, and its text. */
export interface AxisTick {
  readonly place: number;
  readonly text: string;
}

/** A trial as a point: places on both axes, from 0 to 1. */
export interface ScatterPoint {
  readonly datum: string;
  readonly title: string;
  readonly tone: Tone;
  readonly isHollow: boolean;
  readonly isFaint: boolean;
  readonly x: number;
  readonly y: number;
  /** Ends of the interval of y; `null` without one. */
  readonly interval: readonly [low: number, high: number] | null;
}

export interface ScatterOptions {
  readonly summary: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly AxisTick[];
  readonly yTicks: readonly AxisTick[];
}

const WIDTH = 620;
const HEIGHT = 300;
const FRAME = { left: 74, right: 20, top: 26, bottom: 48 };
const FAINT = 0.25;

/** Results over the values of a parameter: a dot per group, with the interval of its mean. */
export function scatterScene(
  points: readonly ScatterPoint[],
  { summary, xLabel, yLabel, xTicks, yTicks }: ScatterOptions,
): Scene {
  const { left, right, top, bottom } = FRAME;
  const pad = 14;
  const x = (place: number): number => left + pad + place * (WIDTH - left - right - 2 * pad);
  const y = (place: number): number =>
    HEIGHT - bottom - pad - place * (HEIGHT - top - bottom - 2 * pad);
  const floor = HEIGHT - bottom;
  const shapes: Shape[] = [
    { kind: 'text', at: [left, 14], text: yLabel, tone: 'muted' },
    { kind: 'line', from: [left, floor], to: [WIDTH - right, floor], tone: 'grid' },
    ...yTicks.flatMap(({ place, text }): Shape[] => [
      { kind: 'line', from: [left, y(place)], to: [WIDTH - right, y(place)], tone: 'grid' },
      { kind: 'text', at: [left - 8, y(place) + 4], text, tone: 'muted', anchor: 'end' },
    ]),
    ...xTicks.map(({ place, text }): Shape => ({
      ...{ kind: 'text', at: [x(place), floor + 18], text: labelText(text, 16) },
      ...{ tone: 'muted', anchor: 'middle' },
    })),
    {
      ...{ kind: 'text', at: [(left + WIDTH - right) / 2, HEIGHT - 8], text: xLabel },
      ...{ tone: 'muted', anchor: 'middle' },
    },
  ];
  for (const { datum, title, tone, isHollow, isFaint, interval, ...at } of points) {
    const strength = isFaint ? { strength: FAINT } : {};
    if (interval !== null) {
      const [from, to]: [Point, Point] = [
        [x(at.x), y(interval[0])],
        [x(at.x), y(interval[1])],
      ];
      shapes.push({ kind: 'line', from, to, tone, width: 1.5, ...strength });
    }
    const center: Point = [x(at.x), y(at.y)];
    shapes.push({ kind: 'dot', at: center, radius: 5, tone, isHollow, title, datum, ...strength });
  }
  return { width: WIDTH, height: HEIGHT, summary, shapes };
}

/** An axis of parallel coordinates. */
export interface ParallelAxis {
  readonly id: string;
  readonly label: string;
  readonly ticks: readonly AxisTick[];
  /** Selected places; `null` without a brush. */
  readonly brush: readonly [low: number, high: number] | null;
}

/** A trial as a line: its place on each axis; `null` where it has no value. */
export interface ParallelLine {
  readonly datum: string;
  readonly title: string;
  readonly tone: Tone;
  readonly isDashed: boolean;
  readonly isFaint: boolean;
  readonly places: readonly (number | null)[];
}

/** Space between axes: at least the first, more where few axes would leave room. */
const AXIS_SPACE = 130;
const FEW_AXES_WIDTH = 480;
const PARALLEL = { side: 70, top: 34, bottom: 20, height: 280 };
const BRUSH_WIDTH = 18;
/** Space between the name of an axis and the axis. */
const NAME_GAP = 8;

/** Width of parallel coordinates, which grows with their axes. */
function parallelWidth(axes: number): number {
  return 2 * PARALLEL.side + Math.max(FEW_AXES_WIDTH, (axes - 1) * AXIS_SPACE);
}

/** Place of an axis in a scene of parallel coordinates, in pixels. */
export function axisX(index: number, axes: number): number {
  const space = Math.max(AXIS_SPACE, FEW_AXES_WIDTH / Math.max(1, axes - 1));
  return PARALLEL.side + index * space;
}

/** Index of the axis whose place is the nearest to an x, in pixels. */
export function axisIndexAt(x: number, axes: number): number {
  const space = Math.max(AXIS_SPACE, FEW_AXES_WIDTH / Math.max(1, axes - 1));
  return Math.min(axes - 1, Math.max(0, Math.round((x - PARALLEL.side) / space)));
}

/** Whether a y is among the names of the axes, above them. */
export function isAtAxisName(y: number): boolean {
  return y < PARALLEL.top - NAME_GAP;
}

/** Height of a place on an axis, in pixels, and back. */
export function axisY(place: number): number {
  return PARALLEL.top + (1 - place) * (PARALLEL.height - PARALLEL.top - PARALLEL.bottom);
}
export function placeAtY(y: number): number {
  const place = 1 - (y - PARALLEL.top) / (PARALLEL.height - PARALLEL.top - PARALLEL.bottom);
  return Math.min(1, Math.max(0, place));
}

/** A line per group over one axis per parameter, the metric last; brushes select ranges. */
export function parallelScene(
  axes: readonly ParallelAxis[],
  lines: readonly ParallelLine[],
  summary: string,
): Scene {
  const ordered = [...lines].sort((a, b) => Number(b.isFaint) - Number(a.isFaint));
  const shapes: Shape[] = ordered.flatMap(({ places, tone, isDashed, isFaint, title, datum }) =>
    stretches(places).map((points): Shape => ({
      ...{ kind: 'path', points, tone, isDashed, title, datum },
      width: isFaint ? 1 : 1.75,
      ...(isFaint ? { strength: FAINT } : {}),
    })),
  );
  axes.forEach(({ label, ticks, brush }, i) => {
    const x = axisX(i, axes.length);
    if (brush !== null) {
      const [low, high] = brush;
      shapes.push({
        ...{ kind: 'rect', at: [x - BRUSH_WIDTH / 2, axisY(high) - 3], width: BRUSH_WIDTH },
        ...{ height: axisY(low) - axisY(high) + 6, tone: 'band', strength: 0.3 },
      });
    }
    shapes.push(
      { kind: 'line', from: [x, axisY(1)], to: [x, axisY(0)], tone: 'text' },
      { kind: 'text', at: [x, 18], text: labelText(label, 18), tone: 'text', anchor: 'middle' },
      ...ticks.map(({ place, text }): Shape => ({
        ...{ kind: 'text', at: [x + 6, axisY(place) + 4], text: labelText(text, 14) },
        tone: 'muted',
      })),
    );
  });
  return { width: parallelWidth(axes.length), height: PARALLEL.height, summary, shapes };
}

/** Points of a line, interrupted at axes on which it has no value. */
function stretches(places: readonly (number | null)[]): Point[][] {
  const found: Point[][] = [[]];
  places.forEach((place, i) => {
    if (place === null) found.push([]);
    else found.at(-1)!.push([axisX(i, places.length), axisY(place)]);
  });
  return found.filter((points) => points.length > 1);
}

/** Influence of a parameter. */
export interface InfluenceRow {
  readonly datum: string;
  readonly name: string;
  readonly value: number;
  readonly interval: readonly [low: number, high: number] | null;
  readonly title: string;
}

const INFLUENCE = { names: 200, row: 30, top: 10, axis: 44 };

export interface InfluenceOptions {
  readonly summary: string;
  readonly label: string;
  /** Ends of the axis, which has 0 on it; values beyond them widen it. */
  readonly range: readonly [low: number, high: number];
  readonly formatTick: (value: number) => string;
}

/** Bars from 0 with their intervals; bars whose interval has 0 in it are pale. */
export function influenceScene(
  rows: readonly InfluenceRow[],
  { summary, label, range, formatTick }: InfluenceOptions,
): Scene {
  const { names, row: height, top, axis } = INFLUENCE;
  const values = rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const low = Math.min(range[0], ...values);
  const high = Math.max(range[1], ...values);
  const x = (value: number): number =>
    names + ((value - low) / (high - low)) * (WIDTH - names - 20);
  const bottom = top + rows.length * height;
  const shapes: Shape[] = ticksBetween(low, high, 5).flatMap((tick): Shape[] => [
    { kind: 'line', from: [x(tick), top], to: [x(tick), bottom], tone: 'grid' },
    {
      ...{ kind: 'text', at: [x(tick), bottom + 16], text: formatTick(tick) },
      ...{ tone: 'muted', anchor: 'middle' },
    },
  ]);
  rows.forEach(({ datum, name, value, interval, title }, i) => {
    const y = top + (i + 0.5) * height;
    const isClear = interval !== null && (interval[0] > 0 || interval[1] < 0);
    shapes.push(
      {
        ...{ kind: 'text', at: [names - 10, y + 4], text: labelText(name, 26) },
        ...{ tone: 'text', anchor: 'end' },
      },
      {
        ...{ kind: 'rect', at: [Math.min(x(0), x(value)), y - 7], height: 14, datum, title },
        ...{ width: Math.abs(x(value) - x(0)), tone: 'mark', strength: isClear ? 0.9 : 0.4 },
      },
    );
    if (interval === null) return;
    const [from, to]: [Point, Point] = [
      [x(interval[0]), y],
      [x(interval[1]), y],
    ];
    shapes.push({ kind: 'line', from, to, tone: 'text', width: 1.5 });
  });
  const middle: Point = [x((low + high) / 2), bottom + 36];
  shapes.push({ kind: 'text', at: middle, text: label, tone: 'muted', anchor: 'middle' });
  return { width: WIDTH, height: bottom + axis, summary, shapes };
}
