import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import * as l10n from '@vscode/l10n';
import type { ExampleFilter, PickedExamples } from '../../../src/core/evaluation/pickExamples.js';
import type { EvaluationReport, RunEvaluation } from '../../../src/core/runs/evaluationReport.js';
import type { ScoredSplit } from '../../../src/core/runs/exampleScores.js';
import { h, setText } from '../../shared/dom.js';
import type { PanelModel } from '../state.js';
import { onDidChangeTheme } from '../../shared/theme.js';
import { ConfusionMatrix, type ConfusionCell } from './confusionMatrix.js';
import { ExampleList } from './exampleList.js';
import { LabelTable } from './labelTable.js';
import { ScatterPlot } from './scatterPlot.js';

/** Requests of the section to the host. */
export interface EvaluationSource {
  readonly evaluation: (run: string) => Promise<RunEvaluation | null>;
  readonly examples: (
    run: string,
    request: { readonly split: ScoredSplit; readonly filter: ExampleFilter },
  ) => Promise<PickedExamples | null>;
  readonly open: (run: string, example: { readonly file: string; readonly line: number }) => void;
  readonly onError: (thrown: unknown) => void;
}

type SplitReport = EvaluationReport & { readonly split: ScoredSplit };

/** Most numbers of a task that get a plot. */
const MAX_PLOTS = 4;
const ERRORS: ExampleFilter = { kind: 'errors' };

/** Version of a run's evaluation; `null` until the run has finished. */
export function evaluationKeyOf({ run }: Pick<PanelModel, 'run'>): string | null {
  if (run?.state?.status !== 'finished' || run.baselineNames === null) return null;
  return `${run.directory} ${run.state.modelStep ?? run.state.step}`;
}

/** Evaluation of a finished run with labels: metrics by label, confusions, plots and wrong predictions. */
export class EvaluationSection {
  readonly element: HTMLElement;
  private readonly select = h('vscode-single-select', {
    'aria-label': l10n.t('Evaluated split'),
    'data-testid': 'evaluated-split',
  });
  private readonly splitName = h('span', { class: 'section-note' });
  private readonly labels = new LabelTable();
  private readonly matrix = new ConfusionMatrix((cell) => {
    this.pick(cell);
  });
  private readonly plotRow = h('div', { class: 'charts section' });
  private readonly list: ExampleList;
  private key: string | null = null;
  private run = '';
  private reports: readonly SplitReport[] = [];
  private report: SplitReport | null = null;
  private plots: readonly ScatterPlot[] = [];
  /** Number of the latest request: the answer to an earlier one is not shown. */
  private requests = 0;

  constructor(private readonly source: EvaluationSource) {
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
      ...[this.labels.element, this.matrix.element],
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
    this.element.hidden = true;
    if (key === null || model.run === null) return;
    this.run = model.run.directory;
    this.source
      .evaluation(this.run)
      .then((evaluation) => {
        if (key === this.key && evaluation !== null) this.offer(evaluation);
      })
      .catch(this.source.onError);
  }

  private offer({ reports }: RunEvaluation): void {
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
    setText(this.splitName, names[last.split]);
    this.element.hidden = false;
    this.show(last);
  }

  private show(report: SplitReport): void {
    this.report = report;
    this.labels.show(report);
    this.matrix.show(report.labels);
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
