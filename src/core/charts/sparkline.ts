import { extent } from './curvesScene.js';
import { pixelColumns, pixelGrid } from './pixelColumns.js';
import type { Point, Scene, Tone } from './scene.js';

const WIDTH = 90;
const HEIGHT = 20;
const PAD = 2;

/** A curve without axes, as small as a word. `range` is shared by the sparklines of a column. */
export function sparkline(
  curve: { readonly xs: ArrayLike<number>; readonly ys: ArrayLike<number> },
  {
    tone,
    summary,
    range,
  }: { readonly tone: Tone; readonly summary: string; readonly range: readonly [number, number] },
): Scene {
  const scene = { width: WIDTH, height: HEIGHT, summary };
  const last = curve.xs.length - 1;
  if (last < 0) return { ...scene, shapes: [] };
  const grid = { low: curve.xs[0]!, high: curve.xs[last]!, columns: WIDTH - 2 * PAD };
  const [low, high] = extent(range);
  const y = (value: number): number =>
    HEIGHT - PAD - ((value - low) / (high - low)) * (HEIGHT - 2 * PAD);
  const [left, right] = [grid.low, grid.low === grid.high ? grid.low + 1 : grid.high];
  const x = (value: number): number => PAD + ((value - left) / (right - left)) * grid.columns;
  const xs = pixelGrid(grid);
  const points = pixelColumns(curve, grid).flatMap((value, i): Point[] =>
    value === null ? [] : [[Math.min(WIDTH - PAD, x(xs[i]!)), y(value)]],
  );
  const end: Point = [Math.min(WIDTH - PAD, x(curve.xs[last]!)), y(curve.ys[last]!)];
  return {
    ...scene,
    shapes: [
      { kind: 'path', points, tone, width: 1.25 },
      { kind: 'dot', at: end, radius: 2, tone },
    ],
  };
}
