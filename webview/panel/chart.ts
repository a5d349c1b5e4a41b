import * as l10n from '@vscode/l10n';
import uPlot from 'uplot';
import { groupThousands } from '../shared/pageNumbers.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import { h, setAttribute } from '../shared/dom.js';
import { LINES, type Curves, type Line, type MetricName } from '../../src/core/runs/runCurves.js';
import { BASELINES, type BaselineId } from './baselineLines.js';
import { alertSteps, summarizeChart, type ChartMarks } from './metricCurves.js';
import { METRICS } from '../shared/metricTexts.js';
import type { ChartColors } from '../shared/theme.js';

const HEIGHT = 200;
const NO_MARKS: ChartMarks = { baselines: [], alerts: [] };
/** Patterns that tell the baselines apart without colors. */
const DASHES: Readonly<Record<BaselineId, number[]>> = { bagOfWords: [8, 4], constant: [2, 3] };
const NAMES: Record<Line, string> = {
  train: l10n.t('each step'),
  smoothed: l10n.t('training'),
  heldOut: l10n.t('held-out'),
};

/** Chart of one metric over the steps of a run, with a legend for the values under the cursor. */
export class MetricChart {
  readonly element: HTMLElement;
  private readonly plotHost: HTMLElement;
  private readonly legend: HTMLElement;
  private plot: uPlot | null = null;
  private curves: Curves | null = null;
  private marks: ChartMarks = NO_MARKS;

  constructor(
    private shownMetric: MetricName,
    private colors: ChartColors,
  ) {
    this.legend = h('div', { class: 'legend', 'aria-live': 'off' });
    this.plotHost = h('div', { class: 'plot', tabindex: 0, role: 'img' });
    this.element = h('div', { class: 'chart' }, this.plotHost, this.legend);
    this.plotHost.addEventListener('keydown', (event) => {
      this.moveCursor(event);
    });
    this.plotHost.addEventListener('blur', () => {
      this.legend.ariaLive = 'off';
      this.plot?.setCursor({ left: -10, top: -10 });
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
  draw(curves: Curves, marks: ChartMarks): void {
    this.curves = curves;
    this.marks = marks;
    const data = this.data(curves);
    setAttribute(this.plotHost, 'aria-label', summarizeChart(curves, this.metric, marks));
    setAttribute(this.plotHost, 'data-empty', data[0].length === 0 && l10n.t('No values yet'));
    if (this.plotHost.clientWidth === 0) return;
    if (this.plot === null) this.plot = new uPlot(this.options(), data, this.plotHost);
    else this.plot.setData(data);
    this.drawLegend();
  }

  /** Values of all lines over their joined steps, then the baselines. */
  private data(curves: Curves): uPlot.AlignedData {
    const tables = LINES.map((line): uPlot.AlignedData => {
      const { xs, ys } = curves.curve(this.metric, line).columns();
      return [xs, ys];
    });
    const [steps, ...lines] = uPlot.join(tables);
    const levels = BASELINES.map((id) => {
      const value = this.marks.baselines.find((line) => line.id === id)?.value ?? null;
      return Array.from(steps, () => value);
    });
    return [steps, ...lines, ...levels];
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
    return {
      width: this.plotHost.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      // Leaves room on the right for half of a label such as 100K.
      padding: [10, 20, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: false, range: xRange } },
      axes: [
        {
          ...axis,
          size: 26,
          space: 70,
          grid: { show: false },
          incrs: WHOLE_STEPS,
          values: stepTicks,
        },
        {
          ...axis,
          size: 58,
          space: 36,
          values: (_, ticks) => ticks.map((tick) => formatTick(tick)),
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
        setCursor: [
          () => {
            this.drawLegend();
          },
        ],
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
    return this.curves?.curve(this.metric, 'smoothed').isEmpty === false;
  }

  /** Draws a dashed line and a triangle at the step of each alert. */
  private drawAlerts(plot: uPlot): void {
    const { ctx, bbox, scales } = plot;
    const [min, max] = [scales['x']?.min ?? 0, scales['x']?.max ?? 0];
    const size = 5 * devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = this.colors.warning;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([size, size / 2]);
    for (const { step } of this.marks.alerts) {
      // A step that diverged has no row: its mark is at the end of the curves.
      const x = plot.valToPos(Math.min(max, Math.max(min, step)), 'x', true);
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

  private drawLegend(): void {
    const { plot, curves } = this;
    if (plot === null || curves === null) return;
    const { format } = METRICS[this.metric];
    const index = plot.cursor.idx ?? null;
    const at = index === null ? undefined : plot.data[0][index];
    const items = LINES.flatMap((line, i) => {
      const { last } = curves.curve(this.metric, line);
      if (last === null) return [];
      const value = index === null ? last.y : nearest(plot.data[i + 1]!, index);
      const isRaw = line === 'train' && this.isSmoothed();
      // Under the cursor, the label of the raw values is their step.
      const step = at === undefined ? NAMES.train : l10n.t('step {0}', groupThousands(at));
      const name = isRaw ? step : line === 'train' ? NAMES.smoothed : NAMES[line];
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
    const where =
      at === undefined || this.isSmoothed() ? '' : l10n.t('step {0}', groupThousands(at));
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

  private moveCursor(event: KeyboardEvent): void {
    const { plot } = this;
    if (plot === null || plot.data[0].length === 0) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    const end = { Home: 0, End: plot.data[0].length - 1 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    this.legend.ariaLive = 'polite';
    const from = plot.cursor.idx ?? plot.data[0].length;
    const to = end ?? Math.min(plot.data[0].length - 1, Math.max(0, from + (step ?? 0)));
    plot.setCursor({ left: plot.valToPos(plot.data[0][to]!, 'x'), top: 10 });
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

/** The last value at or before the cursor, since sparse lines have no value at most steps. */
function nearest(
  column: readonly (number | null | undefined)[] | uPlot.TypedArray,
  index: number,
): number | null {
  for (let i = index; i >= 0; i--) {
    const value = column[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
