import * as l10n from '@vscode/l10n';
import type { EvaluationReport } from '../../../src/core/runs/evaluationReport.js';
import { h, setText } from '../../shared/dom.js';
import { formatFixed, formatShare, groupThousands } from '../../shared/pageNumbers.js';
import { plural } from '../../shared/pageWords.js';

/** Most labels that the table shows. */
const MAX_ROWS = 200;

/** A row of the table as texts. */
export interface LabelTableRow {
  readonly name: string;
  readonly cells: readonly string[];
  readonly isAverage: boolean;
}

/** Rows of the table, the lowest F1 first, and then the averages. */
export function collectLabelRows({ labels }: EvaluationReport): readonly LabelTableRow[] {
  if (labels === null) return [];
  const { rows, macro, micro, weighted, macroRocAuc, macroAveragePrecision } = labels;
  const fixed = (value: number | null): string => (value === null ? '–' : formatFixed(value, 3));
  const numbers = (row: typeof macro): string[] => [row.precision, row.recall, row.f1].map(fixed);
  const hasThresholds = rows.some(({ best }) => best !== null);
  const total = rows.reduce((sum, { support }) => sum + support, 0);
  const threshold = (best: (typeof rows)[number]['best']): string =>
    best === null ? '–' : l10n.t('{0} (F1 {1})', formatShare(best.threshold), fixed(best.f1));
  const lowestFirst = [...rows].sort((a, b) => a.f1 - b.f1).slice(0, MAX_ROWS);
  return [
    ...lowestFirst.map((row) => ({
      name: row.label,
      cells: [
        ...[...numbers(row), fixed(row.rocAuc), fixed(row.averagePrecision)],
        groupThousands(row.support),
        ...(hasThresholds ? [threshold(row.best)] : []),
      ],
      isAverage: false,
    })),
    {
      name: l10n.t('Macro average'),
      cells: [
        ...[...numbers(macro), fixed(macroRocAuc), fixed(macroAveragePrecision)],
        groupThousands(total),
      ],
      isAverage: true,
    },
    ...(micro === null
      ? []
      : [
          {
            name: l10n.t('Micro average'),
            cells: [...numbers(micro), '', '', groupThousands(total)],
            isAverage: true,
          },
        ]),
    {
      name: l10n.t('Weighted average'),
      cells: [...numbers(weighted), '', '', groupThousands(total)],
      isAverage: true,
    },
  ];
}

/**
 * Note on decision thresholds: that of two labels was chosen on the held-out split and comes with its
 * metrics, those of several labels per text were chosen on the rows of the table. Empty without one.
 */
export function thresholdText({
  rows,
  threshold,
}: Pick<NonNullable<EvaluationReport['labels']>, 'rows' | 'threshold'>): string {
  if (rows.some(({ best }) => best !== null)) {
    return l10n.t(
      'Each best threshold was chosen for the highest F1 on the rows of this table, so this F1 is too high for other rows. To report it, choose the threshold on other rows.',
    );
  }
  if (threshold === null) return '';
  const { label, value, accuracy, macroF1 } = threshold;
  return l10n.t(
    'If “{0}” is predicted from a probability of {1} on, which was chosen on the held-out split: accuracy {2}, macro F1 {3}.',
    label,
    formatShare(value),
    formatShare(accuracy),
    formatFixed(macroF1, 3),
  );
}

/** Table of a finished run with the metrics of each label, the lowest F1 first. */
export class LabelTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly head = h('tr');
  private readonly body = h('tbody');
  private readonly threshold = h('p', { class: 'section-note', 'data-testid': 'threshold' });

  constructor() {
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'labels' },
      h('h2', { id: 'labels-heading' }, l10n.t('Metrics by Label'), ' ', this.caption),
      h(
        'table',
        { class: 'samples metrics', 'aria-labelledby': 'labels-heading' },
        h('thead', {}, this.head),
        this.body,
      ),
      this.threshold,
    );
  }

  show(report: EvaluationReport): void {
    const { labels } = report;
    this.element.hidden = labels === null;
    if (labels === null) return;
    const more = labels.rows.length - MAX_ROWS;
    setText(
      this.caption,
      more > 0 ? plural(more, l10n.t('{0} more label', more), l10n.t('{0} more labels', more)) : '',
    );
    const note = thresholdText(labels);
    setText(this.threshold, note);
    this.threshold.hidden = note === '';
    const headings = [
      ...[l10n.t('Label'), l10n.t('Precision'), l10n.t('Recall'), 'F1', l10n.t('ROC AUC')],
      ...[l10n.t('PR AUC'), l10n.t('Support')],
      ...(labels.rows.some(({ best }) => best !== null) ? [l10n.t('Best threshold')] : []),
    ];
    this.head.replaceChildren(...headings.map((heading) => h('th', { scope: 'col' }, heading)));
    this.body.replaceChildren(
      ...collectLabelRows(report).map(({ name, cells, isAverage }) =>
        h(
          'tr',
          { class: isAverage ? 'average' : null, 'data-testid': isAverage ? null : 'label-row' },
          h('th', { scope: 'row' }, name),
          ...cells.map((text, i) =>
            h('td', { class: 'number', 'data-label': headings[i + 1]! }, text),
          ),
        ),
      ),
    );
  }
}
