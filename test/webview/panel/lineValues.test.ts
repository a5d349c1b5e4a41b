import { describe, expect, it, vi } from 'vitest';
import { Curves } from '../../../src/core/runs/runCurves.js';
import {
  closest,
  isSmoothed,
  nearest,
  onAxis,
  PLAIN_AXES,
  scaled,
  sceneOfLines,
  tableOfLines,
  valuesOfLines,
  type ShownLines,
} from '../../../webview/panel/lineValues.js';

// The page reads its language from its document.
vi.hoisted(() => {
  const page = { getElementById: () => null, documentElement: { lang: 'en' } };
  Object.assign(globalThis, { document: page });
});

/** Two steps a second and ten steps an epoch, with an evaluation at the first and the last step. */
function curves(): Curves {
  const made = new Curves();
  const at = (step: number) => ({ step, epoch: step / 10, time: step / 2 });
  made.push({ ...at(0), split: 'heldOut', loss: 4 });
  for (const step of [1, 2, 3, 4]) made.push({ ...at(step), split: 'train', loss: 5 - step });
  made.push({ ...at(4), split: 'heldOut', loss: 2 });
  return made;
}

function lines(x: 'step' | 'epoch' | 'time'): ShownLines {
  const values = valuesOfLines(curves(), 'loss', { ...PLAIN_AXES, x });
  return { values, names: ['train', 'smoothed', 'heldOut'] };
}

const texts = (x: 'step' | 'epoch' | 'time', isLogarithmic = false) =>
  ({ metric: 'loss', axes: { ...PLAIN_AXES, x, isLogarithmic }, summary: 'Loss' }) as const;

describe('the lines of a chart', () => {
  it.each([
    ['step', [0, 1, 2, 3, 4]],
    ['epoch', [0, 0.1, 0.2, 0.3, 0.4]],
    ['time', [0, 0.5, 1, 1.5, 2]],
  ] as const)('are at their places over the %s', (x, places) => {
    const [xs, train, , heldOut] = lines(x).values;
    expect(Array.from(xs).map((at) => Number(at.toFixed(6)))).toEqual(places);
    expect(Array.from(train!).slice(1)).toEqual([4, 3, 2, 1]);
    expect([heldOut![0], heldOut![4]]).toEqual([4, 2]);
    const step = onAxis({ xs: [3], ys: [0] }, curves(), { ...PLAIN_AXES, x }).xs[0];
    expect(step).toBeCloseTo(places[3], 6);
  });

  it('have a moving average of the training loss, as strong as a person wants it', () => {
    const average = (smoothing: number, metric: 'loss' | 'learningRate' = 'loss'): unknown[] =>
      Array.from(valuesOfLines(curves(), metric, { ...PLAIN_AXES, smoothing })[2]!);
    expect(average(0.5).slice(0, 3)).toEqual([undefined, 4, expect.closeTo(10 / 3, 9)]);
    expect(average(0.98)[4]).toBeGreaterThan(average(0.5)[4] as number);
    expect(average(0)).toEqual(new Array(5).fill(undefined));
    expect(isSmoothed('loss', { ...PLAIN_AXES, smoothing: 0 })).toBe(false);
    expect(isSmoothed('learningRate', PLAIN_AXES)).toBe(false);
  });

  it('have their logarithms on a logarithmic axis, and no place for other values', () => {
    const axes = { ...PLAIN_AXES, isLogarithmic: true };
    expect(
      scaled(
        [
          [1, 2, 3, 4],
          [100, 0, -1, null],
        ],
        axes,
      )[1],
    ).toEqual([2, null, null, null]);
  });

  it('are a table with one row per place, which is empty where a line has no value', () => {
    const { head, rows } = tableOfLines(lines('epoch'), texts('epoch'));
    expect(head).toEqual(['Epoch', 'each step', 'training', 'held-out']);
    expect(rows).toHaveLength(5);
    expect(rows[0]).toEqual(['0', '', '', '4.000']);
    expect(rows[1]!.slice(0, 2)).toEqual(['0.1', '4.000']);
  });

  it('are an image with the moving average instead of its values', () => {
    const said = sceneOfLines(lines('step'), texts('step'))
      .shapes.map((shape) => (shape.kind === 'text' ? shape.text : ''))
      .filter((text) => text !== '');
    expect(said).toEqual(expect.arrayContaining(['Loss', 'training', 'held-out', 'Step']));
    expect(said).not.toContain('each step');
  });
});

it.each([
  [-5, 0],
  [1.4, 0],
  [1.6, 1],
  [3.9, 2],
  [99, 2],
])('the place closest to %d is number %d', (x, index) => {
  expect(closest([1, 2, 4], x)).toBe(index);
});

it('the value at a place is the last one before it', () => {
  expect(nearest([null, 3, null, undefined, 5], 3)).toBe(3);
  expect(nearest([null, 3], 0)).toBeNull();
});
