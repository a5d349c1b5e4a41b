import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import * as l10n from '@vscode/l10n';
import { baselineLinesOf } from './baselineLines.js';
import { MetricChart } from './chart.js';
import { PLAIN_AXES, type ChartAxes } from './lineValues.js';
import { X_AXES, type XAxis } from '../../src/core/experiments/compare/compareView.js';
import { ChartTools, type SaveChart } from '../shared/chartTools.js';
import { CURVE_KEYS, X_LABELS } from '../shared/curveAxes.js';
import { CurveFocus } from '../shared/curveFocus.js';
import { h } from '../shared/dom.js';
import { SelectField } from '../shared/selectField.js';
import type { MetricName } from '../../src/core/runs/runCurves.js';
import type { TaskMetrics } from '../../src/core/runs/metrics.js';
import { chartMetricsOf } from './metricCurves.js';
import { METRICS, isMetricName } from '../shared/metricTexts.js';
import type { PanelModel } from './state.js';
import { onDidChangeTheme, readChartColors } from '../shared/theme.js';

/** Metric and axes that a person has chosen. */
export type ChartsView = Partial<ChartAxes> & {
  /** Metric that the person chose before; default: the first metric of the task. */
  readonly metric: MetricName | null;
};

export interface ChartsOptions {
  readonly view: ChartsView;
  readonly onDidChangeView: (view: ChartsView) => void;
  readonly save: SaveChart;
}

/** Two charts: the loss, and a metric that the person chooses. */
export class Charts {
  readonly element: HTMLElement;
  private readonly loss: MetricChart;
  private readonly chosen: MetricChart;
  private readonly select = h('vscode-single-select', {
    label: l10n.t('Metric of the second chart'),
    'aria-label': l10n.t('Metric of the second chart'),
  });
  private readonly focus = new CurveFocus(() => undefined);
  private readonly tools: readonly ChartTools[];
  private readonly xAxis: SelectField<XAxis>;
  private readonly smoothing = h('input', {
    ...{ type: 'range', min: 0, max: 0.98, step: 0.02, 'data-testid': 'smoothing' },
  });
  private readonly logarithmic = h('input', { type: 'checkbox', 'data-testid': 'logarithmic' });
  private metric: MetricName | null;
  private axes: ChartAxes;
  private model: PanelModel | null = null;
  private taskMetrics: TaskMetrics | null = null;

  constructor({ view, onDidChangeView, save }: ChartsOptions) {
    const colors = readChartColors();
    const { metric, ...axes } = view;
    this.metric = metric;
    this.axes = { ...PLAIN_AXES, ...axes };
    this.loss = new MetricChart('loss', colors, this.focus);
    this.chosen = new MetricChart(metric ?? 'perplexity', colors, this.focus);
    this.tools = [new ChartTools(save), new ChartTools(save)];
    const keep = (): void => {
      onDidChangeView({ metric: this.metric, ...this.axes });
    };
    const changeAxes = (changes: Partial<ChartAxes>): void => {
      this.axes = { ...this.axes, ...changes };
      if (this.model !== null) this.draw(this.model);
      keep();
    };
    this.xAxis = new SelectField({
      ...{ label: l10n.t('Over'), testId: 'x-axis' },
      onDidChoose: (x: XAxis) => {
        // Places on one axis mean nothing on another.
        this.focus.reset();
        changeAxes({ x });
      },
    });
    this.smoothing.addEventListener('input', () => {
      changeAxes({ smoothing: this.smoothing.valueAsNumber });
    });
    this.logarithmic.addEventListener('change', () => {
      changeAxes({ isLogarithmic: this.logarithmic.checked });
    });
    const { select } = this;
    select.dataset['testid'] = 'chart-metric';
    select.addEventListener('change', () => {
      if (!isMetricName(select.value)) return;
      this.metric = select.value;
      this.chosen.setMetric(select.value);
      keep();
    });
    const [lossTools, chosenTools] = this.tools as [ChartTools, ChartTools];
    this.element = h(
      'div',
      {},
      h(
        'div',
        { class: 'toolbar' },
        this.xAxis.element,
        h(
          'label',
          { class: 'field' },
          h('span', {}, l10n.t('Smooth training curves')),
          this.smoothing,
        ),
        h('label', { class: 'check' }, this.logarithmic, ` ${l10n.t('Logarithmic')}`),
      ),
      h(
        'div',
        { class: 'charts' },
        h(
          'section',
          { class: 'section', 'data-testid': 'chart-loss' },
          h('h2', {}, METRICS.loss.label, lossTools.buttons),
          this.loss.element,
          lossTools.details,
        ),
        h(
          'section',
          { class: 'section', 'data-testid': 'chart-chosen' },
          h('h2', {}, select, chosenTools.buttons),
          this.chosen.element,
          chosenTools.details,
        ),
      ),
      h('p', { class: 'section-note' }, CURVE_KEYS),
    );
    onDidChangeTheme(() => {
      const changed = readChartColors();
      this.loss.setColors(changed);
      this.chosen.setColors(changed);
    });
  }

  draw(model: PanelModel): void {
    const taskMetrics = model.run?.metrics ?? null;
    if (taskMetrics?.join() !== this.taskMetrics?.join()) this.offer(taskMetrics);
    this.model = model;
    this.xAxis.draw(
      X_AXES.map((value) => ({ value, label: X_LABELS[value] })),
      this.axes.x,
    );
    this.smoothing.valueAsNumber = this.axes.smoothing;
    this.logarithmic.checked = this.axes.isLogarithmic;
    const alerts = model.run?.state?.alerts ?? [];
    for (const [i, chart] of [this.loss, this.chosen].entries()) {
      const marks = { baselines: baselineLinesOf(model, chart.metric), alerts };
      chart.draw(model.curves, marks, this.axes);
      this.tools[i]!.draw({
        name: METRICS[chart.metric].label,
        scene: () => chart.scene(),
        table: () => chart.table(),
      });
    }
  }

  /** Offers the metrics of a task. */
  private offer(taskMetrics: TaskMetrics | null): void {
    this.taskMetrics = taskMetrics;
    const metrics = chartMetricsOf(taskMetrics ?? []);
    const metric =
      this.metric !== null && metrics.includes(this.metric) ? this.metric : metrics[0]!;
    this.chosen.setMetric(metric);
    this.select.replaceChildren(
      ...metrics.map((name) =>
        h('vscode-option', { value: name, selected: name === metric }, METRICS[name].label),
      ),
    );
  }
}
