import * as l10n from '@vscode/l10n';
import type { TableFormat } from '../../src/core/experiments/tableText.js';
import { compareTableOf } from '../../src/core/experiments/compare/compareTable.js';
import { MOMENTS, type Moment } from '../../src/core/experiments/compare/compareView.js';
import { maskingNote } from '../../src/core/experiments/verdictText.js';
import { SCORED_SPLITS, type ScoredSplit } from '../../src/core/runs/exampleScores.js';
import type { HeldOutMetricName } from '../../src/core/runs/metrics.js';
import { h, setText } from '../shared/dom.js';
import { MenuButton } from '../shared/menuButton.js';
import { METRICS } from '../shared/metricTexts.js';
import { PAGE_WORDS, joinParts, plural, say } from '../shared/pageWords.js';
import { groupThousands } from '../shared/pageNumbers.js';
import { SelectField } from '../shared/selectField.js';
import { columnLabel } from './columnTexts.js';
import type { CompareContext } from './compareState.js';

export interface CompareHeaderOptions {
  readonly onCopy: (format: TableFormat) => void;
  readonly onSave: () => void;
}

const SPLIT_NAMES: Readonly<Record<ScoredSplit, string>> = {
  heldOut: l10n.t('Held-out'),
  test: l10n.t('Test'),
};
const MOMENT_NAMES: Readonly<Record<Moment, string>> = {
  last: l10n.t('Last'),
  best: l10n.t('Best'),
  step: l10n.t('At step'),
};
/** Entries of the menus that copy a table. */
export const FORMAT_NAMES: Readonly<Record<TableFormat, string>> = {
  markdown: l10n.t('Copy as Markdown'),
  csv: l10n.t('Copy as CSV'),
  latex: l10n.t('Copy as LaTeX'),
};

/** Title, counts and notes, and the choices that hold for the whole page. */
export class CompareHeader {
  readonly element: HTMLElement;
  private readonly title = h('h1');
  private readonly counts = h('p', { class: 'setup', 'data-testid': 'counts' });
  private readonly more = h('button', { class: 'link', type: 'button', 'data-testid': 'show-all' });
  private readonly unhide = h('button', { class: 'link', type: 'button', 'data-testid': 'unhide' });
  private readonly unbrush = h('button', {
    class: 'link',
    type: 'button',
    'data-testid': 'unbrush',
  });
  private readonly note = h('p', { class: 'note', role: 'note', 'data-testid': 'mask-note' });
  private readonly columns = new MenuButton(l10n.t('Columns'), 'columns');
  private readonly metric: SelectField<HeldOutMetricName>;
  private readonly split: SelectField<ScoredSplit>;
  private readonly moment: SelectField<Moment>;
  private readonly step = h('input', {
    ...{ type: 'number', min: 0, class: 'step', 'aria-label': l10n.t('Step') },
  });
  private context: CompareContext | null = null;

  constructor({ onCopy, onSave }: CompareHeaderOptions) {
    this.metric = new SelectField({
      ...{ label: l10n.t('Metric'), testId: 'metric' },
      onDidChoose: (metric: HeldOutMetricName) => {
        this.context?.change({ metric });
      },
    });
    this.split = new SelectField({
      ...{ label: l10n.t('Split'), testId: 'split' },
      onDidChoose: (split: ScoredSplit) => {
        this.context?.change({ split });
      },
    });
    this.moment = new SelectField({
      ...{ label: l10n.t('Evaluation'), testId: 'moment' },
      onDidChoose: (moment: Moment) => {
        this.context?.change({ moment });
      },
    });
    this.step.addEventListener('change', () => {
      const step = Math.trunc(this.step.valueAsNumber);
      if (step >= 0) this.context?.change({ step });
    });
    this.more.addEventListener('click', () => {
      this.context?.change({ showsAll: true });
    });
    this.unhide.addEventListener('click', () => {
      this.context?.change({ hiddenGroups: [] });
    });
    this.unbrush.addEventListener('click', () => {
      this.context?.change({ brushes: [] });
    });
    const copy = new MenuButton(l10n.t('Copy'), 'copy');
    copy.fill(
      ...(Object.keys(FORMAT_NAMES) as TableFormat[]).map((format) =>
        copy.entry(FORMAT_NAMES[format], () => {
          onCopy(format);
        }),
      ),
    );
    const save = h('button', { class: 'secondary', type: 'button' }, l10n.t('Save Comparison…'));
    save.addEventListener('click', onSave);
    this.element = h(
      'header',
      {},
      h(
        'div',
        { class: 'title-row' },
        this.title,
        h('div', { class: 'buttons' }, copy.element, save),
      ),
      h('p', { class: 'counts-row' }, this.counts, this.more, this.unhide, this.unbrush),
      this.note,
      h(
        'div',
        { class: 'toolbar' },
        ...[this.metric.element, this.split.element, this.moment.element, this.step],
        this.columns.element,
      ),
    );
  }

  draw(context: CompareContext): void {
    this.context = context;
    const { state, model } = context;
    const { view } = state;
    setText(this.title, state.name === '' ? l10n.t('Compare Runs') : state.name);
    setText(this.counts, countsText(context));
    this.more.hidden = model.older === 0;
    setText(
      this.more,
      plural(
        model.older,
        l10n.t('Show 1 Older Group'),
        l10n.t('Show {0} Older Groups', groupThousands(model.older)),
      ),
    );
    this.unhide.hidden = model.hidden === 0;
    setText(
      this.unhide,
      plural(
        model.hidden,
        l10n.t('Show 1 Hidden Group'),
        l10n.t('Show {0} Hidden Groups', groupThousands(model.hidden)),
      ),
    );
    this.unbrush.hidden = view.brushes.length === 0;
    setText(this.unbrush, l10n.t('Clear Filter'));
    const note = maskingNote(model.comparison.groups);
    this.note.hidden = note === null;
    setText(this.note, note === null ? '' : say(note));
    this.metric.draw(
      model.metrics.map((value) => ({ value, label: METRICS[value].label })),
      model.metric,
    );
    const hasTest = model.groups.some(({ runs }) => runs.some((run) => run.state?.test != null));
    this.split.draw(
      SCORED_SPLITS.filter((value) => value === view.split || value !== 'test' || hasTest).map(
        (value) => ({ value, label: SPLIT_NAMES[value] }),
      ),
      view.split,
    );
    const moments = view.split === 'test' ? (['last'] as const) : MOMENTS;
    this.moment.draw(
      moments.map((value) => ({ value, label: MOMENT_NAMES[value] })),
      view.moment,
    );
    this.step.hidden = view.moment !== 'step' || view.split === 'test';
    if (document.activeElement !== this.step) this.step.valueAsNumber = view.step;
    if (!this.columns.isOpen) this.fillColumns(context);
  }

  private fillColumns({ state: { view, heldOut }, model, change }: CompareContext): void {
    const { allColumns } = compareTableOf({ model, view, heldOut, words: PAGE_WORDS });
    let hidden = view.hiddenColumns;
    this.columns.fill(
      ...allColumns.map((column) => {
        const box = h('input', { type: 'checkbox', checked: !hidden.includes(column.id) });
        box.addEventListener('change', () => {
          hidden = box.checked ? hidden.filter((id) => id !== column.id) : [...hidden, column.id];
          change({ hiddenColumns: hidden });
        });
        return h('label', { class: 'menu-entry' }, box, ` ${columnLabel(column, model)}`);
      }),
    );
  }
}

function countsText({ state, model }: CompareContext): string {
  const selected = model.groups.filter(({ isSelected }) => isSelected).length;
  const all = model.groups.length;
  const runs = model.groups.reduce((sum, group) => sum + group.runs.length, 0);
  const baseline = model.groups[0]!;
  return joinParts([
    selected === all
      ? plural(all, l10n.t('1 group'), l10n.t('{0} groups', groupThousands(all)))
      : l10n.t('{0} of {1} groups', groupThousands(selected), groupThousands(all)),
    plural(runs, l10n.t('1 run'), l10n.t('{0} runs', groupThousands(runs))),
    l10n.t('baseline {0}', baseline.name),
    state.missing === 0
      ? ''
      : plural(
          state.missing,
          l10n.t('1 run is missing'),
          l10n.t('{0} runs are missing', groupThousands(state.missing)),
        ),
  ]);
}
