import * as l10n from '@vscode/l10n';
import uPlot from 'uplot';
import { lastAtOrBefore, pixelColumns, pixelGrid } from '../../src/core/charts/pixelColumns.js';
import type { Columns, GroupCurve } from '../../src/core/experiments/compare/groupCurve.js';
import { h, setAttribute } from '../shared/dom.js';
import type { ChartColors } from '../shared/theme.js';
import type { CurveFocus } from '../shared/curveFocus.js';
import { focusHooks, moveCursor, pinByClick } from '../shared/plotCursor.js';

const HEIGHT = 240;
/** With fewer points than this, each is marked. */
const MAX_MARKED = 60;
/** Distances between ticks at whole numbers. */
const WHOLE_INCREMENTS = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((factor) => factor * 10 ** power),
).flat();

/** A group as one line, with a band if it has enough runs. */
export interface OverlaySeries {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly line: Columns;
  /** `null` for a single curve. */
  readonly group: GroupCurve | null;
}

export interface OverlayOptions {
  readonly title: string;
  readonly format: (value: number) => string;
  readonly formatTick: (value: number) => string;
  readonly formatX: (x: number) => string;
  readonly xLabel: string;
  /** Whether x are whole numbers, between which there is no tick. */
  readonly hasWholeX: boolean;
  /** A place on the x axis, such as `step 120`. */
  readonly placeOf: (x: number) => string;
  readonly isLogarithmic: boolean;
}

/** Curves of several groups in one frame. A drag zooms, a double click shows all again. */
export class OverlayChart {
  readonly element: HTMLElement;
  private readonly host: HTMLElement;
  private readonly legend = h('div', { class: 'legend compare-legend', 'aria-live': 'off' });
  private plot: uPlot | null = null;
  private series: readonly OverlaySeries[] = [];
  private options: OverlayOptions | null = null;
  private shape = '';
  /** Place at which the pointer was pressed. */
  private shownZoom: CurveFocus['zoom'] = null;

  constructor(
    private colors: ChartColors,
    private readonly focus: CurveFocus,
  ) {
    this.host = h('div', { class: 'plot overlay', tabindex: 0, role: 'img' });
    this.element = h('div', { class: 'chart' }, this.host, this.legend);
    this.host.addEventListener('keydown', (event) => {
      this.onKey(event);
    });
    this.host.addEventListener('blur', () => {
      this.legend.ariaLive = 'off';
    });
    pinByClick(this.host, this.focus, () => this.plot);
    this.focus.add(({ x, zoom }) => {
      if (zoom === this.shownZoom) this.showCursor(x);
      else this.redraw();
    });
    new ResizeObserver(() => {
      this.redraw();
    }).observe(this.host);
  }

  setColors(colors: ChartColors): void {
    this.colors = colors;
    this.plot?.destroy();
    this.plot = null;
    this.redraw();
  }

  draw(series: readonly OverlaySeries[], options: OverlayOptions): void {
    this.series = series;
    this.options = options;
    const isEmpty = series.every(({ line }) => line.xs.length === 0);
    setAttribute(this.host, 'data-empty', isEmpty && l10n.t('No values yet'));
    setAttribute(this.host, 'aria-label', this.summary());
    this.redraw();
  }

  /** Summary in one sentence, for screen readers. */
  summary(): string {
    const { options } = this;
    if (options === null) return '';
    const { title, format } = options;
    const parts = this.series.flatMap(({ name, line }) => {
      const last = line.xs.length - 1;
      if (last < 0) return [];
      return [l10n.t('{0} from {1} to {2}', name, format(line.ys[0]!), format(line.ys[last]!))];
    });
    return parts.length === 0
      ? l10n.t('{0}: no values yet', title)
      : l10n.t('{0}: {1}', title, parts.join('; '));
  }

  private range(): readonly [number, number] {
    const { zoom } = this.focus;
    return zoom === null ? this.fullRange() : [zoom.low, zoom.high];
  }

  private fullRange(): readonly [number, number] {
    let [low, high] = [Infinity, -Infinity];
    for (const { line } of this.series) {
      if (line.xs.length === 0) continue;
      low = Math.min(low, line.xs[0]!);
      high = Math.max(high, line.xs[line.xs.length - 1]!);
    }
    if (low > high) return [0, 1];
    return [low, high > low ? high : low + 1];
  }

  private redraw(): void {
    const { options } = this;
    const width = this.host.clientWidth;
    if (width === 0 || options === null) return;
    const shape = JSON.stringify([
      options.isLogarithmic,
      options.xLabel,
      options.title,
      this.series.map(({ key, color, dash, group }) => [key, color, dash, group === null]),
      this.series.map(({ line }) => line.xs.length <= MAX_MARKED),
    ]);
    if (this.plot !== null && shape !== this.shape) {
      this.plot.destroy();
      this.plot = null;
    }
    this.shape = shape;
    this.shownZoom = this.focus.zoom;
    const data = this.data(width);
    if (this.plot === null)
      this.plot = new uPlot(this.plotOptions(options, width), data, this.host);
    else {
      if (this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
      this.plot.setData(data);
    }
    this.showCursor(this.focus.x);
  }

  /** All lines on one grid of pixels, however many points they have. */
  private data(width: number): uPlot.AlignedData {
    const [low, high] = this.range();
    const grid = { low, high, columns: Math.max(2, width - 80) };
    const isLogarithmic = this.options?.isLogarithmic === true;
    const onGrid = (curve: Columns): (number | null)[] => {
      const values = pixelColumns(curve, grid);
      return isLogarithmic
        ? values.map((y) => (y !== null && y > 0 ? Math.log10(y) : null))
        : values;
    };
    const columns = this.series.flatMap(({ line, group }) =>
      group === null
        ? [onGrid(line)]
        : [onGrid(line), onGrid(bandEdge(group, 'low')), onGrid(bandEdge(group, 'high'))],
    );
    return [pixelGrid(grid), ...columns];
  }

  private plotOptions(options: OverlayOptions, width: number): uPlot.Options {
    const axis: uPlot.Axis = {
      stroke: () => this.colors.text,
      font: this.colors.font,
      grid: { stroke: () => this.colors.grid, width: 1 },
      ticks: { show: false },
      gap: 6,
    };
    const series: uPlot.Series[] = [{}];
    const bands: uPlot.Band[] = [];
    for (const { color, dash, line, group } of this.series) {
      const points = { show: line.xs.length <= MAX_MARKED, size: 5, stroke: color, fill: color };
      series.push({ ...{ stroke: color, width: 1.75, dash: [...dash] }, spanGaps: true, points });
      if (group === null) continue;
      const at = series.length;
      const edge: uPlot.Series = {
        width: 0,
        stroke: color,
        spanGaps: true,
        points: { show: false },
      };
      series.push(edge, edge);
      bands.push({ series: [at + 1, at], fill: translucent(color) });
    }
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      padding: [10, 20, 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        // A pinned cursor stays where it is.
        move: (plot, left, top) =>
          this.focus.pinned === null ? [left, top] : [plot.valToPos(this.focus.pinned, 'x'), top],
      },
      scales: {
        x: { time: false, range: () => [...this.range()] },
      },
      axes: [
        {
          ...{ ...axis, size: 26, space: 70, grid: { show: false } },
          ...(options.hasWholeX ? { incrs: WHOLE_INCREMENTS } : {}),
          values: (_, ticks) => ticks.map((tick) => options.formatX(tick)),
        },
        {
          ...{ ...axis, size: 58, space: 36 },
          values: (_, ticks) => ticks.map((tick) => options.formatTick(valueOfTick(tick, options))),
        },
      ],
      series,
      bands,
      hooks: focusHooks(this.focus),
    };
  }

  private showCursor(x: number | null): void {
    const { plot } = this;
    if (plot === null) return;
    moveCursor(plot, x);
    this.drawLegend(x);
  }

  private drawLegend(x: number | null): void {
    const { options } = this;
    if (options === null) return;
    const items = this.series.flatMap(({ name, color, dash, line, group }) => {
      const at = x === null ? line.xs.length - 1 : lastAtOrBefore(line.xs, x);
      if (at < 0) return [];
      const swatch = h('span', { class: 'swatch', 'data-dashed': dash.length > 0 });
      swatch.style.borderTopColor = color;
      const count = group === null ? '' : l10n.t('n = {0}', group.n[at]!);
      return [
        h(
          'span',
          { class: 'legend-item' },
          ...[swatch, `${name} `],
          h('span', { class: 'number' }, options.format(line.ys[at]!)),
          count === '' ? null : h('span', { class: 'faint' }, ` ${count}`),
        ),
      ];
    });
    const pin = this.focus.pinned === null ? '' : ` ${l10n.t('(pinned)')}`;
    const where = x === null ? [] : [h('span', {}, `${options.placeOf(x)}${pin}`)];
    this.legend.replaceChildren(...where, ...items);
  }

  private onKey(event: KeyboardEvent): void {
    const [low, high] = this.range();
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02, PageUp: -0.2, PageDown: 0.2 }[event.key];
    const to = { Home: low, End: high }[event.key];
    const factor = { '+': 0.5, '=': 0.5, '-': 2 }[event.key];
    if (event.key === 'Enter') this.focus.togglePin(this.focus.x ?? high);
    else if (event.key === 'Escape') this.focus.reset();
    else if (factor !== undefined) {
      const [first, last] = this.fullRange();
      this.focus.zoomBy(factor, { low: first, high: last });
    } else if (to !== undefined || by !== undefined) {
      const x = to ?? (this.focus.x ?? high) + by! * (high - low);
      this.focus.unpin();
      this.focus.move(Math.min(high, Math.max(low, x)));
    } else return;
    event.preventDefault();
    this.legend.ariaLive = 'polite';
  }
}

/** Value that a tick of the y axis stands for. */
function valueOfTick(tick: number, { isLogarithmic }: OverlayOptions): number {
  return isLogarithmic ? Number((10 ** tick).toPrecision(2)) : tick;
}

function bandEdge({ xs, low, high }: GroupCurve, edge: 'low' | 'high'): Columns {
  const ys = edge === 'low' ? low : high;
  const known = xs.flatMap((x, i) => (ys[i] === null ? [] : [[x, ys[i]!] as const]));
  return { xs: known.map(([x]) => x), ys: known.map(([, y]) => y) };
}

function translucent(color: string): string {
  return `color-mix(in srgb, ${color} 18%, transparent)`;
}
