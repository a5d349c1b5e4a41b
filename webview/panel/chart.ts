import * as l10n from '@vscode/l10n';
import uPlot from 'uplot';
import type { Scene } from '../../src/core/charts/scene.js';
import type { TextTable } from '../../src/core/experiments/tableText.js';
import { FORMAT_X, PLACES } from '../shared/curveAxes.js';
import type { CurveFocus } from '../shared/curveFocus.js';
import { focusHooks, moveCursor, pinByClick } from '../shared/plotCursor.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import { h, setAttribute } from '../shared/dom.js';
import type { Curves, MetricName } from '../../src/core/runs/runCurves.js';
import { BASELINES, type BaselineId } from './baselineLines.js';
import { alertSteps, summarizeChart, type ChartMarks } from './metricCurves.js';
import { METRICS } from '../shared/metricTexts.js';
import type { ChartColors } from '../shared/theme.js';
import {
  closest,
  curveOfLine,
  isSmoothed,
  LINE_NAMES,
  LINES,
  nearest,
  onAxis,
  PLAIN_AXES,
  scaled,
  sceneOfLines,
  tableOfLines,
  valuesOfLines,
  type ChartAxes,
  type Line,
  type ShownLines,
} from './lineValues.js';

const HEIGHT = 200;
const NO_MARKS: ChartMarks = { baselines: [], alerts: [] };
/** Patterns that tell the baselines apart without colors. */
const DASHES: Readonly<Record<BaselineId, number[]>> = { bagOfWords: [8, 4], constant: [2, 3] };

/**
 * Chart of one metric over the steps, epochs or time of a run, with a legend for the values under the
 * cursor, which is shared with other charts as the zoom is.
 */
export class MetricChart {
  readonly element: HTMLElement;
  private readonly plotHost: HTMLElement;
  private readonly legend: HTMLElement;
  private plot: uPlot | null = null;
  private curves: Curves | null = null;
  private marks: ChartMarks = NO_MARKS;
  private axes: ChartAxes = PLAIN_AXES;
  /** Values of all lines as they are, also where the axis is logarithmic. */
  private values: uPlot.AlignedData = [[]];
  private shownZoom: CurveFocus['zoom'] = null;

  constructor(
    private shownMetric: MetricName,
    private colors: ChartColors,
    private readonly focus: CurveFocus,
  ) {
    this.legend = h('div', { class: 'legend', 'aria-live': 'off' });
    this.plotHost = h('div', { class: 'plot', tabindex: 0, role: 'img' });
    this.element = h('div', { class: 'chart' }, this.plotHost, this.legend);
    this.plotHost.addEventListener('keydown', (event) => {
      this.onKey(event);
    });
    this.plotHost.addEventListener('blur', () => {
      this.legend.ariaLive = 'off';
      this.focus.move(null);
    });
    pinByClick(this.plotHost, this.focus, () => this.plot);
    this.focus.add(({ x, zoom }) => {
      if (zoom !== this.shownZoom) {
        this.shownZoom = zoom;
        this.plot?.setData(scaled(this.values, this.axes));
      }
      this.showCursor(x);
    });
    new ResizeObserver(() => {
      this.resize();
    }).observe(this.plotHost);
  }

  get metric(): MetricName {
    return this.shownMetric;
  }

  setMetric(metric: MetricName): void {
    if (metric === this.shownMetric) return;
    this.shownMetric = metric;
    this.marks = { ...this.marks, baselines: [] };
    this.redraw();
  }

  setColors(colors: ChartColors): void {
    this.colors = colors;
    this.redraw();
  }

  /** Makes the plot again: its axes keep the font and the metric that they were made with. */
  private redraw(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.curves !== null) this.draw(this.curves, this.marks);
  }

  /** The baselines have values of the metric that the chart shows. */
  draw(curves: Curves, marks: ChartMarks, axes: ChartAxes = this.axes): void {
    const isNewAxis = axes.x !== this.axes.x || axes.isLogarithmic !== this.axes.isLogarithmic;
    this.curves = curves;
    this.marks = marks;
    this.axes = axes;
    this.values = this.valuesOf(curves);
    const data = scaled(this.values, axes);
    if (isNewAxis) {
      this.plot?.destroy();
      this.plot = null;
    }
    this.shownZoom = this.focus.zoom;
    setAttribute(this.plotHost, 'aria-label', summarizeChart(curves, this.metric, marks));
    setAttribute(this.plotHost, 'data-empty', data[0].length === 0 && l10n.t('No values yet'));
    if (this.plotHost.clientWidth === 0) return;
    if (this.plot === null) this.plot = new uPlot(this.options(), data, this.plotHost);
    else this.plot.setData(data);
    this.showCursor(this.focus.x);
  }

  /** The lines as an image to keep. */
  scene(): Scene {
    const { curves } = this;
    const summary = curves === null ? '' : summarizeChart(curves, this.metric, this.marks);
    return sceneOfLines(this.lines(), { metric: this.metric, axes: this.axes, summary });
  }

  /** All points of the lines, one row per place on the axis. */
  table(): TextTable {
    return tableOfLines(this.lines(), { metric: this.metric, axes: this.axes });
  }

  private lines(): ShownLines {
    const { curves, values } = this;
    const isShown = (line: Line): boolean =>
      curves !== null && this.hasLine(line) && !curveOfLine(curves, this.metric, line).isEmpty;
    return { values, names: LINES.filter(isShown) };
  }

  /** Values of all lines over their joined places on the axis, then the baselines. */
  private valuesOf(curves: Curves): uPlot.AlignedData {
    const [xs, ...lines] = valuesOfLines(curves, this.metric, this.axes);
    const levels = BASELINES.map((id) => {
      const value = this.marks.baselines.find((line) => line.id === id)?.value ?? null;
      return Array.from(xs, () => value);
    });
    return [xs, ...lines, ...levels];
  }

  private options(): uPlot.Options {
    const axis: uPlot.Axis = {
      stroke: () => this.colors.text,
      font: this.colors.font,
      grid: { stroke: () => this.colors.grid, width: 1 },
      ticks: { show: false },
      gap: 6,
    };
    const { formatTick } = METRICS[this.metric];
    const { x, isLogarithmic } = this.axes;
    return {
      width: this.plotHost.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      // Leaves room on the right for half of a label such as 100K.
      padding: [10, 20, 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        // A pinned cursor stays where it is.
        move: (plot, left, top) =>
          this.focus.pinned === null ? [left, top] : [plot.valToPos(this.focus.pinned, 'x'), top],
      },
      scales: {
        x: {
          time: false,
          range: (plot, min, max) => {
            const { zoom } = this.focus;
            return zoom === null ? xRange(plot, min, max) : [zoom.low, zoom.high];
          },
        },
      },
      axes: [
        {
          ...axis,
          size: 26,
          space: 70,
          grid: { show: false },
          ...(x === 'step'
            ? { incrs: WHOLE_STEPS, values: stepTicks }
            : { values: (_: uPlot, ticks: number[]) => ticks.map(FORMAT_X[x]) }),
        },
        {
          ...axis,
          size: 58,
          space: 36,
          values: (_, ticks) =>
            ticks.map((tick) =>
              formatTick(isLogarithmic ? Number((10 ** tick).toPrecision(2)) : tick),
            ),
        },
      ],
      series: [
        {},
        this.line('train', { width: 1 }),
        this.line('smoothed', { width: 1.75 }),
        this.line('heldOut', { width: 1.75, points: { show: true, size: 5 } }),
        ...BASELINES.map((id) => this.level(id)),
      ],
      hooks: {
        draw: [
          (plot) => {
            this.drawAlerts(plot);
          },
        ],
        ...focusHooks(this.focus),
      },
    };
  }

  private line(line: Line, extra: uPlot.Series): uPlot.Series {
    const stroke = (): string => this.colorOf(line);
    const points = { show: false, ...extra.points, stroke, fill: stroke };
    return { spanGaps: true, stroke, ...extra, points };
  }

  private level(id: BaselineId): uPlot.Series {
    const stroke = (): string => this.colors.text;
    return { stroke, width: 1.25, dash: DASHES[id], points: { show: false } };
  }

  /** Raw training values are faint if their moving average is drawn over them. */
  private colorOf(line: Line): string {
    switch (line) {
      case 'heldOut':
        return this.colors.heldOut;
      case 'smoothed':
        return this.colors.train;
      case 'train':
        return this.isSmoothed() ? this.colors.trainFaint : this.colors.train;
    }
  }

  private isSmoothed(): boolean {
    return isSmoothed(this.metric, this.axes);
  }

  private hasLine(line: Line): boolean {
    return line !== 'smoothed' || this.isSmoothed();
  }

  /** Draws a dashed line and a triangle at the step of each alert. */
  private drawAlerts(plot: uPlot): void {
    const { ctx, bbox, scales } = plot;
    const [min, max] = [scales['x']?.min ?? 0, scales['x']?.max ?? 0];
    const last = this.values[0].at(-1) ?? 0;
    const size = 5 * devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = this.colors.warning;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([size, size / 2]);
    for (const { step } of this.marks.alerts) {
      // A step that diverged has no row: its mark is at the end of the curves.
      const at = Math.min(last, this.placeOf(step) ?? last);
      if (at < min || at > max) continue;
      const x = plot.valToPos(at, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + size);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(x - size, bbox.top + size);
      ctx.lineTo(x + size, bbox.top + size);
      ctx.lineTo(x, bbox.top - size / 2);
      ctx.fill();
    }
    ctx.restore();
  }

  /** Place of a step on the axis; undefined if it has none. */
  private placeOf(step: number): number | undefined {
    const { curves } = this;
    const point = { xs: [step], ys: [0] };
    return curves === null ? undefined : onAxis(point, curves, this.axes).xs[0];
  }

  private showCursor(x: number | null): void {
    const { plot } = this;
    if (plot === null) return;
    moveCursor(plot, x);
    this.drawLegend(x);
  }

  private drawLegend(x: number | null): void {
    const { plot, curves } = this;
    if (plot === null || curves === null) return;
    const { format } = METRICS[this.metric];
    const [xs] = this.values;
    const index = x === null || xs.length === 0 ? null : closest(xs, x);
    const at = index === null ? undefined : xs[index];
    const pin = this.focus.pinned === null ? '' : ` ${l10n.t('(pinned)')}`;
    const place = at === undefined ? '' : `${PLACES[this.axes.x](FORMAT_X[this.axes.x](at))}${pin}`;
    const items = LINES.flatMap((line, i) => {
      if (!this.hasLine(line) || curveOfLine(curves, this.metric, line).isEmpty) return [];
      const ys = this.values[i + 1]!;
      const value = nearest(ys, index ?? ys.length - 1);
      const isRaw = line === 'train' && this.isSmoothed();
      // Under the cursor, the label of the raw values is their place.
      const name = isRaw
        ? place || LINE_NAMES.train
        : line === 'train'
          ? LINE_NAMES.smoothed
          : LINE_NAMES[line];
      const faint = isRaw ? 'faint ' : '';
      return [
        h(
          'span',
          { class: 'legend-item' },
          h('span', { class: `swatch ${faint}${line}` }),
          `${name} `,
          h('span', { class: 'number' }, value === null ? '–' : format(value)),
        ),
      ];
    });
    const where = this.isSmoothed() ? '' : place;
    const levels = this.marks.baselines.map(({ id, name, value }) =>
      h(
        'span',
        { class: 'legend-item', 'data-testid': `baseline-${id}` },
        h('span', { class: `swatch baseline ${id}` }),
        `${name} `,
        h('span', { class: 'number' }, format(value)),
      ),
    );
    const alerts =
      this.marks.alerts.length === 0
        ? []
        : [
            h(
              'span',
              { class: 'legend-item', 'data-testid': 'alert-marks' },
              h('span', { class: 'swatch alert' }),
              alertSteps(this.marks.alerts),
            ),
          ];
    this.legend.replaceChildren(...items, ...levels, ...alerts, where);
  }

  private onKey(event: KeyboardEvent): void {
    const [xs] = this.values;
    const { focus } = this;
    if (xs.length === 0) return;
    const last = xs.length - 1;
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    const end = { Home: 0, End: last }[event.key];
    const factor = { '+': 0.5, '=': 0.5, '-': 2 }[event.key];
    if (event.key === 'Enter') focus.togglePin(focus.x ?? xs[last]!);
    else if (event.key === 'Escape') focus.reset();
    else if (factor !== undefined) focus.zoomBy(factor, { low: xs[0]!, high: xs[last]! });
    else if (step !== undefined || end !== undefined) {
      const from = focus.x === null ? xs.length : closest(xs, focus.x);
      focus.unpin();
      focus.move(xs[end ?? Math.min(last, Math.max(0, from + (step ?? 0)))]!);
    } else return;
    event.preventDefault();
    this.legend.ariaLive = 'polite';
  }

  private resize(): void {
    const width = this.plotHost.clientWidth;
    if (width === 0) return;
    if (this.plot === null) {
      this.redraw();
    } else if (this.plot.width !== width) {
      this.plot.setSize({ width, height: HEIGHT });
    }
  }
}

/** Steps are whole numbers, so there are no ticks between them. */
const WHOLE_STEPS = Array.from({ length: 9 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

const STEP_TICK = new Intl.NumberFormat(PAGE_WORDS.locale, { notation: 'compact' });

function stepTicks(_: uPlot, ticks: number[]): string[] {
  return ticks.map((tick) => STEP_TICK.format(tick));
}

/** Gives an axis to a run with only one point so far. */
function xRange(_: uPlot, min: number, max: number): uPlot.Range.MinMax {
  return max > min ? [min, max] : [min, min + 1];
}
