import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import * as l10n from '@vscode/l10n';
import type { ExampleFilter, PickedExamples } from '../../../src/core/evaluation/pickExamples.js';
import type { EvaluationReport, RunEvaluation } from '../../../src/core/runs/evaluationReport.js';
import type { MetricsRow } from '../../../src/core/runs/schema.js';
import type { ScoredSplit } from '../../../src/core/runs/exampleScores.js';
import type { SaveChart } from '../../shared/chartTools.js';
import { h, setText } from '../../shared/dom.js';
import { groupThousands } from '../../shared/pageNumbers.js';
import type { PanelModel } from '../state.js';
import { onDidChangeTheme } from '../../shared/theme.js';
import { ConfusionMatrix, type ConfusionCell } from './confusionMatrix.js';
import { ExampleList } from './exampleList.js';
import { LabelCurveFigures } from './labelCurves.js';
import { LabelTable } from './labelTable.js';
import { metricsText } from './metricsText.js';
import { ScatterPlot } from './scatterPlot.js';

/** Requests of the section to the host. */
export interface EvaluationSource {
  readonly evaluation: (run: string) => Promise<RunEvaluation | null>;
  readonly examples: (
    run: string,
    request: { readonly split: ScoredSplit; readonly filter: ExampleFilter },
  ) => Promise<PickedExamples | null>;
  readonly open: (run: string, example: { readonly file: string; readonly line: number }) => void;
  readonly save: SaveChart;
  readonly onError: (thrown: unknown) => void;
}

type SplitReport = EvaluationReport & { readonly split: ScoredSplit };

/** Most numbers of a task that get a plot. */
const MAX_PLOTS = 4;
const ERRORS: ExampleFilter = { kind: 'errors' };

/** Version of a run's evaluation: the last one of a run that trains. `null` without one. */
export function evaluationKeyOf({
  run,
  heldOut,
}: Pick<PanelModel, 'run'> & {
  readonly heldOut: Pick<MetricsRow, 'step'> | null;
}): string | null {
  if (run?.state == null || run.baselineNames === null) return null;
  if (run.state.status === 'finished') {
    return `${run.directory} finished ${run.state.modelStep ?? run.state.step}`;
  }
  return heldOut === null ? null : `${run.directory} ${heldOut.step}`;
}

/** Evaluation of a finished run with labels: metrics by label, confusions, plots and wrong predictions. */
export class EvaluationSection {
  readonly element: HTMLElement;
  private readonly select = h('vscode-single-select', {
    'aria-label': l10n.t('Evaluated split'),
    'data-testid': 'evaluated-split',
  });
  private readonly splitName = h('span', { class: 'section-note' });
  private readonly metrics = h('p', { class: 'section-note', 'data-testid': 'split-metrics' });
  private readonly labels = new LabelTable();
  private readonly matrix = new ConfusionMatrix((cell) => {
    this.pick(cell);
  });
  private readonly curves: LabelCurveFigures;
  private readonly plotRow = h('div', { class: 'charts section' });
  private readonly list: ExampleList;
  private key: string | null = null;
  private run = '';
  private isFinished = false;
  private reports: readonly SplitReport[] = [];
  private report: SplitReport | null = null;
  private plots: readonly ScatterPlot[] = [];
  /** Number of the latest request: the answer to an earlier one is not shown. */
  private requests = 0;

  constructor(private readonly source: EvaluationSource) {
    this.curves = new LabelCurveFigures((file) => {
      source.save(file);
    });
    this.list = new ExampleList({
      onDidOpen: (example) => {
        source.open(this.run, example);
      },
      onDidReset: () => {
        this.pick(null);
      },
    });
    this.select.addEventListener('change', () => {
      const report = this.reports.find(({ split }) => split === this.select.value);
      if (report !== undefined) this.show(report);
    });
    this.element = h(
      'div',
      { 'data-testid': 'evaluation' },
      h('h2', { class: 'section' }, ...[l10n.t('Evaluation'), ' ', this.splitName, this.select]),
      ...[this.metrics, this.labels.element, this.matrix.element, this.curves.element],
      ...[this.plotRow, this.list.element],
    );
    this.element.hidden = true;
    onDidChangeTheme(() => {
      for (const plot of this.plots) plot.draw();
    });
  }

  draw(model: PanelModel): void {
    const key = evaluationKeyOf(model);
    if (key === this.key) return;
    this.key = key;
    // The evaluation before stays in sight until the next one is read.
    if (model.run?.directory !== this.run) this.element.hidden = true;
    if (key === null || model.run === null) {
      this.element.hidden = true;
      return;
    }
    this.run = model.run.directory;
    this.isFinished = model.run.status === 'finished';
    this.source
      .evaluation(this.run)
      .then((evaluation) => {
        if (key === this.key && evaluation !== null) this.offer(evaluation);
      })
      .catch(this.source.onError);
  }

  private offer({ reports, step }: RunEvaluation): void {
    this.reports = reports.flatMap((report) =>
      report.split === 'data' ? [] : [{ ...report, split: report.split }],
    );
    const last = this.reports.at(-1);
    if (last === undefined) return;
    const names = { heldOut: l10n.t('Held-out data'), test: l10n.t('Test data') };
    this.select.replaceChildren(
      ...this.reports.map(({ split }) =>
        h('vscode-option', { value: split, selected: split === last.split }, names[split]),
      ),
    );
    const isOnlyOne = this.reports.length === 1;
    this.select.hidden = isOnlyOne;
    this.splitName.hidden = !isOnlyOne;
    setText(
      this.splitName,
      this.isFinished || step === null
        ? names[last.split]
        : l10n.t('{0}, step {1}', names[last.split], groupThousands(step)),
    );
    this.element.hidden = false;
    this.show(last);
  }

  private show(report: SplitReport): void {
    this.report = report;
    setText(this.metrics, metricsText(report));
    this.labels.show(report);
    this.matrix.show(report.labels);
    this.curves.show(report.labels?.curves ?? null);
    this.showPlots({});
    this.pick(null);
  }

  /** Shows the examples of a cell; `null` for all wrong predictions. */
  private pick(cell: ConfusionCell | null): void {
    const { report } = this;
    if (report === null) return;
    const { split, labels, worst } = report;
    const request = ++this.requests;
    this.matrix.mark(cell);
    // Examples are scored when the run finishes.
    this.list.element.hidden = !this.isFinished;
    if (!this.isFinished) return;
    const filter: ExampleFilter =
      cell === null ? ERRORS : { kind: 'cell', expected: cell.expected, predicted: cell.predicted };
    this.source
      .examples(this.run, { split, filter })
      .then((picked) => {
        if (request !== this.requests) return;
        const hasNumbers = labels === null;
        if (hasNumbers) this.showPlots(picked?.points ?? {});
        const kept = picked ?? { total: null, examples: cell === null ? worst : [] };
        this.list.show({ ...kept, cell, hasNumbers });
        if (cell !== null) this.list.reveal();
      })
      .catch(this.source.onError);
  }

  private showPlots(points: PickedExamples['points']): void {
    this.plots = Object.entries(points)
      .slice(0, MAX_PLOTS)
      .map(([name, all]) => new ScatterPlot(name, all));
    this.plotRow.replaceChildren(...this.plots.map(({ element }) => element));
    this.plotRow.hidden = this.plots.length === 0;
  }
}
