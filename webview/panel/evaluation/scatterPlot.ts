import * as l10n from '@vscode/l10n';
import uPlot from 'uplot';
import { h, setAttribute } from '../../shared/dom.js';
import { formatFraction, groupThousands } from '../../shared/pageNumbers.js';
import { readChartColors, type ChartColors } from '../../shared/theme.js';

export type Points = readonly (readonly [expected: number, predicted: number])[];

const HEIGHT = 260;

/** Targets in rising order, the predictions for them, and the targets again as the ideal line. */
export function scatterColumns(points: Points): [number[], number[], number[]] {
  const sorted = [...points].sort(([a], [b]) => a - b);
  const targets = sorted.map(([expected]) => expected);
  return [targets, sorted.map(([, predicted]) => predicted), targets];
}

/** Summary of a plot in one sentence, for screen readers. */
export function summarizeScatter(name: string, points: Points): string {
  const range = (values: readonly number[]): [string, string] => [
    formatFraction(Math.min(...values), 3),
    formatFraction(Math.max(...values), 3),
  ];
  return l10n.t(
    '{0}: {1} examples, targets from {2} to {3}, predictions from {4} to {5}',
    ...[name, groupThousands(points.length)],
    ...range(points.map(([expected]) => expected)),
    ...range(points.map(([, predicted]) => predicted)),
  );
}

/** Predicted numbers over their targets; points on the line are right. */
export class ScatterPlot {
  readonly element: HTMLElement;
  private readonly host = h('div', { class: 'plot scatter', role: 'img' });
  private plot: uPlot | null = null;

  constructor(
    name: string,
    private readonly points: Points,
  ) {
    setAttribute(this.host, 'aria-label', summarizeScatter(name, points));
    this.element = h(
      'div',
      { class: 'chart', 'data-testid': 'scatter' },
      h('p', { class: 'section-note' }, l10n.t('{0}: predictions over targets', name)),
      this.host,
    );
    new ResizeObserver(() => {
      const width = this.host.clientWidth;
      if (width === 0) return;
      if (this.plot === null) this.draw();
      else if (this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
    }).observe(this.host);
  }

  /** Draws the plot again in the colors of the theme. */
  draw(): void {
    const width = this.host.clientWidth;
    if (width === 0) return;
    this.plot?.destroy();
    this.plot = new uPlot(
      optionsOf(readChartColors(), width),
      scatterColumns(this.points),
      this.host,
    );
  }
}

function optionsOf(
  { text, font, grid, train, heldOut }: ChartColors,
  width: number,
): uPlot.Options {
  const axis: uPlot.Axis = { stroke: text, font, grid: { stroke: grid, width: 1 } };
  return {
    ...{ width, height: HEIGHT, legend: { show: false }, padding: [10, 20, 0, 0] },
    cursor: { show: false },
    scales: { x: { time: false } },
    axes: [
      { ...axis, ticks: { show: false }, size: 26 },
      { ...axis, ticks: { show: false }, size: 58 },
    ],
    series: [
      {},
      {
        stroke: heldOut,
        paths: () => null,
        points: { show: true, size: 5, stroke: heldOut, fill: heldOut },
      },
      { stroke: train, width: 1, dash: [4, 4], points: { show: false } },
    ],
  };
}
