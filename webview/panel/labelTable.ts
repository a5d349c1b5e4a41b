import * as l10n from '@vscode/l10n';
import { capitalized } from '../../src/core/format.js';
import { HELD_OUT_METRICS } from '../../src/core/runs/metrics.js';
import type { RunState } from '../../src/core/runs/schema.js';
import { h, setText } from '../shared/dom.js';
import { formatFixed, groupThousands } from '../shared/pageNumbers.js';
import { say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

/** Table of a finished run with the metrics of each label, the lowest F1 first. */
export class LabelTable {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note' });
  private readonly body = h('tbody');
  private drawn: RunState['labels'];

  constructor() {
    const headings = [
      l10n.t('Label'),
      l10n.t('Precision'),
      l10n.t('Recall'),
      'F1',
      l10n.t('ROC AUC'),
      l10n.t('Rows'),
    ];
    const cells = headings.map((heading) => h('th', { scope: 'col' }, heading));
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'labels' },
      h('h2', { id: 'labels-heading' }, l10n.t('Metrics by Label'), ' ', this.caption),
      h(
        'table',
        { class: 'samples', 'aria-labelledby': 'labels-heading' },
        h('thead', {}, h('tr', {}, ...cells)),
        this.body,
      ),
    );
    this.element.hidden = true;
  }

  draw({ run }: PanelModel): void {
    const labels = run?.state?.labels;
    this.element.hidden = labels === undefined;
    if (labels === undefined || labels === this.drawn) return;
    this.drawn = labels;
    const isTest = labels.split === 'test';
    setText(this.caption, isTest ? l10n.t('test data') : l10n.t('held-out data'));
    const rows = [...labels.rows].sort((a, b) => a.f1 - b.f1);
    this.body.replaceChildren(
      ...rows.map(({ label, precision, recall, f1, rocAuc, support }) => {
        const numbers = [precision, recall, f1].map((value) => formatFixed(value, 3));
        const auc = rocAuc === null ? '–' : formatFixed(rocAuc, 3);
        return h(
          'tr',
          {},
          h('td', {}, label),
          ...[...numbers, auc, groupThousands(support)].map((text) =>
            h('td', { class: 'number' }, text),
          ),
        );
      }),
    );
  }
}

/** Name and value of the bag of words on held-out data, beside the model's first metric. */
export function bagOfWordsTile({ run }: PanelModel): { value: string; note: string } | null {
  const baselines = run?.state?.baselines?.heldOut;
  if (run === null || baselines === undefined) return null;
  const [name] = run.metrics;
  const { format, label } = HELD_OUT_METRICS[name];
  return {
    value: format(baselines.bagOfWords[name]),
    note: l10n.t(
      '{0}; {1} for a constant answer',
      capitalized(say(label)),
      format(baselines.constant[name]),
    ),
  };
}
