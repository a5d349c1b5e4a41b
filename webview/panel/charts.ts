import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { MetricChart } from './chart.js';
import { h } from './dom.js';
import { METRICS, isMetricName, type MetricName } from './metrics.js';
import type { PanelModel } from './state.js';
import { onDidChangeTheme, readChartColors } from './theme.js';

export interface ChartsOptions {
  readonly metric: MetricName;
  readonly onDidChooseMetric: (metric: MetricName) => void;
}

/** Two charts: the loss always, and beside it the metric that the person chooses. */
export class Charts {
  readonly element: HTMLElement;
  private readonly loss: MetricChart;
  private readonly chosen: MetricChart;

  constructor({ metric, onDidChooseMetric }: ChartsOptions) {
    const colors = readChartColors();
    this.loss = new MetricChart('loss', colors);
    this.chosen = new MetricChart(metric, colors);
    const select = h(
      'vscode-single-select',
      { label: 'Metric of the second chart', 'aria-label': 'Metric of the second chart' },
      ...Object.entries(METRICS)
        .filter(([name]) => name !== 'loss')
        .map(([name, { label }]) =>
          h('vscode-option', { value: name, selected: name === metric }, label),
        ),
    );
    select.dataset['testid'] = 'chart-metric';
    select.addEventListener('change', () => {
      if (!isMetricName(select.value)) return;
      this.chosen.setMetric(select.value);
      onDidChooseMetric(select.value);
    });
    this.element = h(
      'div',
      { class: 'charts' },
      h('section', { class: 'section' }, h('h2', {}, 'Loss'), this.loss.element),
      h('section', { class: 'section' }, h('h2', {}, select), this.chosen.element),
    );
    onDidChangeTheme(() => {
      const changed = readChartColors();
      this.loss.setColors(changed);
      this.chosen.setColors(changed);
    });
  }

  draw({ curves }: PanelModel): void {
    this.loss.draw(curves);
    this.chosen.draw(curves);
  }
}
