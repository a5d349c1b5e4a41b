import { labelText } from './labelText.js';
import { HUES, type Point, type Scene, type Shape } from './scene.js';

/** Texts of a chart over two shares, from 0 to 1. */
export interface ShareTexts {
  readonly summary: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** A tick, such as `50%`. */
  readonly tick: (share: number) => string;
}

const SIDE = 250;
const FRAME = { left: 56, right: 18, top: 26, bottom: 46 };
const WIDTH = FRAME.left + SIDE + FRAME.right;
const HEIGHT = FRAME.top + SIDE + FRAME.bottom;
const FLOOR = FRAME.top + SIDE;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const LEGEND_LINE = 17;

function at(x: number, y: number): Point {
  return [FRAME.left + x * SIDE, FLOOR - y * SIDE];
}

/** Axes from 0 to 1, with the diagonal. */
function frame({ xLabel, yLabel, tick }: ShareTexts): Shape[] {
  return [
    { kind: 'text', at: [FRAME.left, 14], text: yLabel, tone: 'muted' },
    ...TICKS.flatMap((share): Shape[] => [
      { kind: 'line', from: at(0, share), to: at(1, share), tone: 'grid' },
      {
        ...{ kind: 'text', at: [FRAME.left - 8, at(0, share)[1] + 4], text: tick(share) },
        ...{ tone: 'muted', anchor: 'end' },
      },
      {
        ...{ kind: 'text', at: [at(share, 0)[0], FLOOR + 18], text: tick(share) },
        ...{ tone: 'muted', anchor: 'middle' },
      },
    ]),
    {
      ...{ kind: 'text', at: [FRAME.left + SIDE / 2, HEIGHT - 6], text: xLabel },
      ...{ tone: 'muted', anchor: 'middle' },
    },
    { kind: 'line', from: at(0, 0), to: at(1, 1), tone: 'muted', isDashed: true },
  ];
}

/** An ROC curve with the text of its legend. */
export interface RocLine {
  readonly label: string;
  readonly text: string;
  readonly points: readonly Point[];
}

/** ROC curves of labels; the diagonal is that of guesses. */
export function rocScene(lines: readonly RocLine[], texts: ShareTexts): Scene {
  const legendTop = FLOOR - 10 - (lines.length - 1) * LEGEND_LINE;
  const shapes = lines.flatMap(({ label, text, points }, i): Shape[] => {
    // Blue first; colors repeat with dashes.
    const tone = HUES[(i + HUES.indexOf('blue')) % HUES.length]!;
    const isDashed = i % 2 === 1;
    const y = legendTop + i * LEGEND_LINE;
    const right = FRAME.left + SIDE;
    return [
      {
        ...{ kind: 'path', points: points.map(([x, share]) => at(x, share)), tone, isDashed },
        ...{ width: 2, title: text, datum: label },
      },
      {
        ...{ kind: 'line', from: [right - 30, y - 4], to: [right - 8, y - 4], tone, isDashed },
        width: 2,
      },
      {
        ...{ kind: 'text', at: [right - 36, y], text: labelText(text, 30) },
        ...{ tone: 'text', anchor: 'end' },
      },
    ];
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    summary: texts.summary,
    shapes: [...frame(texts), ...shapes],
  };
}

/** Predictions of a bin. */
export interface ReliabilityPoint {
  readonly datum: string;
  readonly title: string;
  readonly meanProbability: number;
  readonly shareRight: number;
  /** Share of all predictions. */
  readonly weight: number;
}

/**
 * Reliability diagram: how often predictions of a probability are right. Points are as large as
 * their share of the predictions; lines lead to the diagonal, on which a model is calibrated.
 */
export function reliabilityScene(points: readonly ReliabilityPoint[], texts: ShareTexts): Scene {
  const shapes = points.flatMap(
    ({ datum, title, meanProbability, shareRight, weight }): Shape[] => [
      {
        ...{ kind: 'line', from: at(meanProbability, meanProbability) },
        ...{ to: at(meanProbability, shareRight), tone: 'bad', width: 2, strength: 0.6 },
      },
      {
        ...{ kind: 'dot', at: at(meanProbability, shareRight), tone: 'mark', title, datum },
        radius: 3 + 9 * Math.sqrt(weight),
      },
    ],
  );
  const line = points.map(({ meanProbability, shareRight }) => at(meanProbability, shareRight));
  return {
    ...{ width: WIDTH, height: HEIGHT, summary: texts.summary },
    shapes: [
      ...frame(texts),
      { kind: 'path', points: line, tone: 'mark', width: 1.5, strength: 0.6 },
      ...shapes,
    ],
  };
}
