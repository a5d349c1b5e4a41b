import * as l10n from '@vscode/l10n';
import { curvesScene, type SceneCurve } from '../../src/core/charts/curvesScene.js';
import { X_AXES, type XAxis } from '../../src/core/experiments/compare/compareView.js';
import type { TextTable } from '../../src/core/experiments/tableText.js';
import { isTrainingMetric } from '../../src/core/runs/runCurves.js';
import { h } from '../shared/dom.js';
import { METRICS } from '../shared/metricTexts.js';
import { SelectField } from '../shared/selectField.js';
import { onDidChangeTheme, readChartColors, readRunColors } from '../shared/theme.js';
import { ChartTools, type SaveChart } from '../shared/chartTools.js';
import type { CompareContext } from './compareState.js';
import { CurveFocus } from '../shared/curveFocus.js';
import { joinSentences } from '../../src/core/format.js';
import { CURVE_KEYS, FORMAT_X, PLACES, X_LABELS } from '../shared/curveAxes.js';
import { curveOfGroup, TRAIN_CURVE_METRICS, type CurveSource } from './groupCurves.js';
import { OverlayChart, type OverlayOptions, type OverlaySeries } from './overlayChart.js';

/** Line styles that tell groups of one color apart. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
/** Curves of the selected groups, one chart per metric, with one cursor over all of them. */
export class CurveSection {
  readonly element: HTMLElement;
  private readonly focus = new CurveFocus((focus) => {
    this.changeCurves(focus);
  });
  private readonly grid = h('div', { class: 'charts' });
  private readonly charts = new Map<string, ShownChart>();
  private readonly xAxis: SelectField<XAxis>;
  private readonly smoothing = h('input', {
    ...{ type: 'range', min: 0, max: 0.98, step: 0.02, 'data-testid': 'smoothing' },
  });
  private readonly logarithmic = h('input', { type: 'checkbox', 'data-testid': 'logarithmic' });
  private context: CompareContext | null = null;

  constructor(private readonly save: SaveChart) {
    this.xAxis = new SelectField({
      ...{ label: l10n.t('Over'), testId: 'x-axis' },
      onDidChoose: (x: XAxis) => {
        // Places on one axis mean nothing on another.
        this.changeCurves({ x, zoom: null, cursor: null });
      },
    });
    this.smoothing.addEventListener('input', () => {
      this.changeCurves({ smoothing: this.smoothing.valueAsNumber });
    });
    this.logarithmic.addEventListener('change', () => {
      this.changeCurves({ isLogarithmic: this.logarithmic.checked });
    });
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'curves' },
      h('h2', {}, l10n.t('Curves')),
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
      this.grid,
      h(
        'p',
        { class: 'section-note' },
        joinSentences(
          l10n.t('Lines are means over the seeds, bands their 95% intervals from three seeds on.'),
          CURVE_KEYS,
        ),
      ),
    );
    onDidChangeTheme(() => {
      for (const { chart } of this.charts.values()) chart.setColors(readChartColors());
      if (this.context !== null) this.draw(this.context);
    });
  }

  draw(context: CompareContext): void {
    this.context = context;
    const { state, model } = context;
    const { curves } = state.view;
    this.xAxis.draw(
      X_AXES.map((value) => ({ value, label: X_LABELS[value] })),
      curves.x,
    );
    this.smoothing.valueAsNumber = curves.smoothing;
    this.logarithmic.checked = curves.isLogarithmic;
    this.focus.show(curves);
    const sources = sourcesOf(context);
    const wanted = sources.map((source) => this.chartOf(source));
    const elements = wanted.map(({ element }) => element);
    if (elements.some((element, i) => this.grid.children[i] !== element)) {
      this.grid.replaceChildren(...elements);
    }
    const colors = readRunColors();
    const groups = model.groups.filter(({ isSelected }) => isSelected);
    for (const { chart, tools, source } of wanted) {
      const series = groups.map((group): OverlaySeries => ({
        key: group.key,
        name: group.name,
        color: colors[group.color],
        dash: DASHES[group.sameColorBefore % DASHES.length]!,
        ...curveOfGroup(group, source, state),
      }));
      const options = optionsOf(source, context);
      chart.draw(series, options);
      tools.draw({
        name: options.title,
        table: () => curveTable(series, options),
        scene: () =>
          curvesScene(
            series.map((one, i): SceneCurve => ({
              name: one.name,
              tone: groups[i]!.color,
              isDashed: one.dash.length > 0,
              points: Array.from(one.line.xs, (x, at) => [x, one.line.ys[at]!]),
              band: bandOf(one),
            })),
            {
              summary: chart.summary(),
              title: options.title,
              xLabel: X_LABELS[curves.x],
              isLogarithmic: options.isLogarithmic,
              formatX: options.formatX,
              formatY: options.formatTick,
            },
          ),
      });
    }
  }

  private changeCurves(changes: Partial<CompareContext['state']['view']['curves']>): void {
    const { context } = this;
    context?.change({ curves: { ...context.state.view.curves, ...changes } });
  }

  private chartOf(source: CurveSource): ShownChart {
    const key = `${source.kind} ${source.metric}`;
    const known = this.charts.get(key);
    if (known !== undefined) return known;
    const chart = new OverlayChart(readChartColors(), this.focus);
    const tools = new ChartTools(this.save);
    const element = h(
      'section',
      { class: 'section', 'data-testid': `curve-${source.kind}-${source.metric}` },
      h('h3', {}, titleOf(source), tools.buttons),
      chart.element,
      tools.details,
    );
    const shown = { chart, tools, element, source };
    this.charts.set(key, shown);
    return shown;
  }
}

interface ShownChart {
  readonly chart: OverlayChart;
  readonly tools: ChartTools;
  readonly element: HTMLElement;
  readonly source: CurveSource;
}

/** The chosen metric first, then the training loss, the other metrics and how it was trained. */
function sourcesOf({ model, state }: CompareContext): CurveSource[] {
  const others = model.metrics.filter((metric) => metric !== model.metric);
  return [
    { kind: 'heldOut', metric: model.metric },
    { kind: 'train', metric: 'loss' },
    ...others.map((metric): CurveSource => ({ kind: 'heldOut', metric })),
    ...TRAIN_CURVE_METRICS.filter((metric) => metric !== 'loss' && state.hasTrainCurve(metric)).map(
      (metric): CurveSource => ({ kind: 'train', metric }),
    ),
  ];
}

function titleOf({ kind, metric }: CurveSource): string {
  const { label } = METRICS[metric];
  if (isTrainingMetric(metric)) return label;
  return kind === 'heldOut' ? l10n.t('{0}, held-out', label) : l10n.t('{0}, training', label);
}

function optionsOf(source: CurveSource, { state }: CompareContext): OverlayOptions {
  const { x, isLogarithmic } = state.view.curves;
  const { format, formatTick } = METRICS[source.metric];
  return {
    ...{ title: titleOf(source), format, formatTick, isLogarithmic },
    formatX: FORMAT_X[x],
    xLabel: X_LABELS[x],
    hasWholeX: x === 'step',
    placeOf: (at) => PLACES[x](FORMAT_X[x](at)),
  };
}

function bandOf({ group }: OverlaySeries): (readonly [number, number])[] {
  if (group === null) return [];
  const edge = (ys: readonly (number | null)[]): (readonly [number, number])[] =>
    group.xs.flatMap((x, i) => (ys[i] === null ? [] : [[x, ys[i]!] as const]));
  return [...edge(group.high), ...edge(group.low).reverse()];
}

/** Rows of a table of curves: more are too many to read. */
const MAX_ROWS = 500;

/** Points of the curves, one row per group and x. */
function curveTable(
  series: readonly OverlaySeries[],
  { xLabel, format, formatX }: OverlayOptions,
): TextTable {
  const each = Math.max(2, Math.floor(MAX_ROWS / Math.max(1, series.length)));
  return {
    head: [l10n.t('Group'), xLabel, l10n.t('Mean'), l10n.t('Low'), l10n.t('High'), 'n'],
    rows: series.flatMap(({ name, line, group }) => {
      const count = Math.min(each, line.xs.length);
      return Array.from({ length: count }, (_, i) => {
        const at = count === 1 ? 0 : Math.round((i * (line.xs.length - 1)) / (count - 1));
        const edge = (value: number | null | undefined): string =>
          value === null || value === undefined ? '' : format(value);
        return [
          name,
          formatX(line.xs[at]!),
          format(line.ys[at]!),
          edge(group?.low[at]),
          edge(group?.high[at]),
          String(group?.n[at] ?? 1),
        ];
      });
    }),
  };
}
