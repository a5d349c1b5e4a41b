import type { Point, Scene, Shape, Tone } from './scene.js';
import { ticksBetween } from './ticks.js';

/** A line of an image of curves, with the band of its interval. */
export interface SceneCurve {
  readonly name: string;
  readonly tone: Tone;
  readonly isDashed: boolean;
  readonly points: readonly Point[];
  /** Upper edge, then the lower one backwards; empty without a band. */
  readonly band: readonly Point[];
}

export interface CurvesSceneOptions {
  readonly summary: string;
  readonly title: string;
  readonly xLabel: string;
  readonly isLogarithmic: boolean;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

const WIDTH = 760;
const HEIGHT = 360;
const LEFT = 70;
const RIGHT = 20;
const TOP = 34;
const BOTTOM = 46;
const LEGEND_ROW = 20;

/** Curves in one frame with a legend below, as an image to keep. */
export function curvesScene(
  curves: readonly SceneCurve[],
  { summary, title, xLabel, isLogarithmic, formatX, formatY }: CurvesSceneOptions,
): Scene {
  const shown = (point: Point): boolean =>
    Number.isFinite(point[0]) && Number.isFinite(point[1]) && (!isLogarithmic || point[1] > 0);
  const all = curves.flatMap(({ points, band }) => [...points, ...band]).filter(shown);
  const scaleY = (y: number): number => (isLogarithmic ? Math.log10(y) : y);
  const [xLow, xHigh] = extent(all.map(([x]) => x));
  const [yLow, yHigh] = extent(all.map(([, y]) => scaleY(y)));
  const place = ([x, y]: Point): Point => [
    LEFT + ((x - xLow) / (xHigh - xLow)) * (WIDTH - LEFT - RIGHT),
    HEIGHT - BOTTOM - ((scaleY(y) - yLow) / (yHigh - yLow)) * (HEIGHT - TOP - BOTTOM),
  ];
  const shapes: Shape[] = [
    { kind: 'text', at: [LEFT, 18], text: title, tone: 'text', isBold: true },
  ];
  for (const tick of ticksBetween(yLow, yHigh)) {
    const value = isLogarithmic ? Number((10 ** tick).toPrecision(2)) : tick;
    const [, y] = place([xLow, value]);
    shapes.push(
      { kind: 'line', from: [LEFT, y], to: [WIDTH - RIGHT, y], tone: 'grid' },
      { kind: 'text', at: [LEFT - 8, y + 4], text: formatY(value), tone: 'muted', anchor: 'end' },
    );
  }
  for (const tick of ticksBetween(xLow, xHigh)) {
    const at: Point = [place([tick, isLogarithmic ? 10 ** yLow : yLow])[0], HEIGHT - BOTTOM + 18];
    shapes.push({ kind: 'text', at, text: formatX(tick), tone: 'muted', anchor: 'middle' });
  }
  const middle = (LEFT + WIDTH - RIGHT) / 2;
  shapes.push({
    ...{ kind: 'text', at: [middle, HEIGHT - 8], text: xLabel, tone: 'muted', anchor: 'middle' },
  });
  for (const { band, tone } of curves) {
    const points = band.filter(shown).map(place);
    if (points.length > 0) {
      shapes.push({ kind: 'path', points, tone, isFilled: true, strength: 0.16 });
    }
  }
  curves.forEach(({ name, tone, isDashed, points }, i) => {
    const y = HEIGHT + LEGEND_ROW * (i + 0.5);
    shapes.push(
      { kind: 'path', points: points.filter(shown).map(place), tone, width: 1.75, isDashed },
      { kind: 'line', from: [LEFT, y], to: [LEFT + 22, y], tone, width: 1.75, isDashed },
      { kind: 'text', at: [LEFT + 30, y + 4], text: name, tone: 'text' },
    );
  });
  return { width: WIDTH, height: HEIGHT + LEGEND_ROW * curves.length + 8, summary, shapes };
}

/** Least and largest value, apart from each other even if they are equal or there are none. */
export function extent(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  const pad = low === high ? Math.abs(low) * 0.05 || 1 : 0;
  return [low - pad, high + pad];
}
