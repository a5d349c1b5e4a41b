import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import * as l10n from '@vscode/l10n';
import { baselineLinesOf } from './baselineLines.js';
import { MetricChart } from './chart.js';
import { h } from '../shared/dom.js';
import type { MetricName } from '../../src/core/runs/runCurves.js';
import type { TaskMetrics } from '../../src/core/runs/metrics.js';
import { chartMetricsOf } from './metricCurves.js';
import { METRICS, isMetricName } from '../shared/metricTexts.js';
import type { PanelModel } from './state.js';
import { onDidChangeTheme, readChartColors } from '../shared/theme.js';

export interface ChartsOptions {
  /** Metric that the person chose before; default: the first metric of the task. */
  readonly metric: MetricName | null;
  readonly onDidChooseMetric: (metric: MetricName) => void;
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
  private metric: MetricName | null;
  private taskMetrics: TaskMetrics | null = null;

  constructor({ metric, onDidChooseMetric }: ChartsOptions) {
    const colors = readChartColors();
    this.metric = metric;
    this.loss = new MetricChart('loss', colors);
    this.chosen = new MetricChart(metric ?? 'perplexity', colors);
    const { select } = this;
    select.dataset['testid'] = 'chart-metric';
    select.addEventListener('change', () => {
      if (!isMetricName(select.value)) return;
      this.metric = select.value;
      this.chosen.setMetric(select.value);
      onDidChooseMetric(select.value);
    });
    this.element = h(
      'div',
      { class: 'charts' },
      h('section', { class: 'section' }, h('h2', {}, METRICS.loss.label), this.loss.element),
      h('section', { class: 'section' }, h('h2', {}, select), this.chosen.element),
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
    const alerts = model.run?.state?.alerts ?? [];
    for (const chart of [this.loss, this.chosen]) {
      chart.draw(model.curves, { baselines: baselineLinesOf(model, chart.metric), alerts });
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
