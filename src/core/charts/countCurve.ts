import type { Scene, Shape } from './scene.js';
import { ticksBetween } from './ticks.js';

export interface CountCurveOptions {
  /** Summary in one sentence. */
  readonly summary: string;
  readonly xAxis: string;
  readonly yAxis: string;
  readonly format: (value: number) => string;
}

const WIDTH = 640;
const HEIGHT = 280;
const LEFT = 70;
const RIGHT = 20;
const TOP = 30;
const BOTTOM = 50;

/** Values for 1, 2, 3, … as a curve with a dot for each. */
export function countCurve(
  values: readonly number[],
  { summary, xAxis, yAxis, format }: CountCurveOptions,
): Scene {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least) * 0.08 || Math.abs(most) * 0.05 || 1;
  const [low, high] = [least - margin, most + margin];
  const x = (count: number): number =>
    LEFT + ((count - 1) / Math.max(1, values.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number =>
    TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const shapes: Shape[] = [
    { kind: 'text', at: [LEFT, TOP - 12], text: yAxis, tone: 'muted' },
    {
      kind: 'text',
      at: [WIDTH - RIGHT, HEIGHT - 10],
      text: xAxis,
      tone: 'muted',
      anchor: 'end',
    },
  ];
  for (const tick of ticksBetween(low, high)) {
    shapes.push(
      { kind: 'line', from: [LEFT, y(tick)], to: [WIDTH - RIGHT, y(tick)], tone: 'grid' },
      {
        kind: 'text',
        at: [LEFT - 8, y(tick) + 4],
        text: format(tick),
        tone: 'muted',
        anchor: 'end',
      },
    );
  }
  for (const tick of ticksBetween(1, values.length, 8)) {
    if (!Number.isInteger(tick)) continue;
    const at = [x(tick), HEIGHT - BOTTOM + 20] as const;
    shapes.push({ kind: 'text', at, text: String(tick), tone: 'muted', anchor: 'middle' });
  }
  values.slice(1).forEach((value, i) => {
    shapes.push({
      kind: 'line',
      from: [x(i + 1), y(values[i]!)],
      to: [x(i + 2), y(value)],
      tone: 'mark',
      width: 2,
    });
  });
  values.forEach((value, i) => {
    const title = `${i + 1}: ${format(value)}`;
    shapes.push({ kind: 'dot', at: [x(i + 1), y(value)], radius: 3, tone: 'mark', title });
  });
  return { width: WIDTH, height: HEIGHT, summary, shapes };
}
