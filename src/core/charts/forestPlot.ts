import type { Interval } from '../stats/intervals.js';
import { labelText } from './labelText.js';
import type { Scene, Shape } from './scene.js';
import { ticksBetween } from './ticks.js';

/** A setting against the baseline. */
export interface ForestRow {
  readonly name: string;
  /** Mean gain over the baseline; positive is better. */
  readonly mean: number;
  /** 95% interval of the mean; null below two seeds. */
  readonly interval: Interval | null;
  /** Gains of the seeds. */
  readonly gains: readonly number[];
  /** Verdict in words. */
  readonly verdict: string;
}

export interface ForestOptions {
  readonly summary: string;
  /** Unit and direction of the gains, below the axis. */
  readonly axis: string;
  /** Differences within ± this make no practical difference; null for none. */
  readonly margin: number | null;
  readonly format: (gain: number) => string;
}

const WIDTH = 860;
const NAMES = 190;
const VERDICTS = 290;
const ROW = 34;
const TOP = 12;
const AXIS = 46;
const NAME_LENGTH = 28;
const VERDICT_LENGTH = 46;

/**
 * Forest plot: gains over the baseline with their intervals, the largest first, a dot for each seed,
 * and the margin of practical equality as a band.
 */
export function forestPlot(
  rows: readonly ForestRow[],
  { summary, axis, margin, format }: ForestOptions,
): Scene {
  const sorted = [...rows].sort((a, b) => b.mean - a.mean);
  const values = [
    0,
    ...(margin === null ? [] : [-margin, margin]),
    ...rows.flatMap(({ mean, interval, gains }) => [
      mean,
      ...gains,
      ...(interval === null ? [] : [interval.low, interval.high]),
    ]),
  ].filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const pad = (most - least || Math.abs(most) || 1) * 0.06;
  const [low, high] = [least - pad, most + pad];
  const [left, right] = [NAMES, WIDTH - VERDICTS];
  const x = (value: number): number => left + ((value - low) / (high - low)) * (right - left);
  const bottom = TOP + sorted.length * ROW;
  const shapes: Shape[] = [];
  if (margin !== null) {
    shapes.push({
      kind: 'rect',
      at: [x(-margin), TOP],
      width: x(margin) - x(-margin),
      height: bottom - TOP,
      tone: 'band',
      strength: 0.2,
      title: `±${format(margin)}`,
    });
  }
  for (const tick of ticksBetween(low, high)) {
    shapes.push(
      { kind: 'line', from: [x(tick), TOP], to: [x(tick), bottom], tone: 'grid' },
      {
        kind: 'text',
        at: [x(tick), bottom + 18],
        text: format(tick),
        tone: 'muted',
        anchor: 'middle',
      },
    );
  }
  shapes.push({
    kind: 'line',
    from: [x(0), TOP],
    to: [x(0), bottom],
    tone: 'text',
    isDashed: true,
  });
  sorted.forEach((row, i) => {
    const y = TOP + (i + 0.5) * ROW;
    shapes.push(...rowShapes(row, { x, y, right, format }));
  });
  shapes.push({
    kind: 'text',
    at: [(left + right) / 2, bottom + 38],
    text: axis,
    tone: 'muted',
    anchor: 'middle',
  });
  return { width: WIDTH, height: bottom + AXIS, summary, shapes };
}

function rowShapes(
  { name, mean, interval, gains, verdict }: ForestRow,
  {
    x,
    y,
    right,
    format,
  }: { x: (value: number) => number; y: number; right: number; format: (gain: number) => string },
): Shape[] {
  const tone =
    interval === null || (interval.low <= 0 && interval.high >= 0)
      ? 'mark'
      : mean > 0
        ? 'good'
        : 'bad';
  return [
    {
      kind: 'text',
      at: [NAMES - 12, y + 4],
      text: labelText(name, NAME_LENGTH),
      tone: 'text',
      anchor: 'end',
    },
    ...gains.map((gain): Shape => ({
      kind: 'dot',
      at: [x(gain), y + 9],
      radius: 2.5,
      tone: 'muted',
      isHollow: true,
      title: format(gain),
    })),
    ...(interval === null
      ? []
      : [
          {
            kind: 'line',
            from: [x(interval.low), y],
            to: [x(interval.high), y],
            tone,
            width: 2,
          } as const,
        ]),
    { kind: 'dot', at: [x(mean), y], radius: 5, tone, title: format(mean) },
    {
      kind: 'text',
      at: [right + 12, y + 4],
      text: labelText(verdict, VERDICT_LENGTH),
      tone: 'text',
    },
  ];
}
