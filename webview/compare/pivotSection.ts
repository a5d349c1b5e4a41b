import * as l10n from '@vscode/l10n';
import { meanText } from '../../src/core/experiments/comparisonTable.js';
import { LEAST_FOR_BAND } from '../../src/core/experiments/compare/groupCurve.js';
import { pivotOf, type Pivot } from '../../src/core/experiments/compare/pivot.js';
import { varyingParameters } from '../../src/core/experiments/compare/relations.js';
import { parameterName } from '../../src/core/experiments/differences.js';
import {
  tableText,
  type TableFormat,
  type TextTable,
} from '../../src/core/experiments/tableText.js';
import type { MeanEstimate } from '../../src/core/stats/intervals.js';
import { h, setText } from '../shared/dom.js';
import { MenuButton } from '../shared/menuButton.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import { SelectField } from '../shared/selectField.js';
import { FORMAT_NAMES } from './compareHeader.js';
import type { CompareContext } from './compareState.js';

/** No parameter for the columns. */
const NONE = '';

/** Mean of the metric for each value of one parameter by each value of another. */
export class PivotSection {
  readonly element: HTMLElement;
  private readonly rows: SelectField<string>;
  private readonly columns: SelectField<string>;
  private readonly table = h('table', { class: 'pivot' });
  private readonly note = h('p', { class: 'section-note' });
  private context: CompareContext | null = null;
  private shown: TextTable | null = null;

  constructor(onCopy: (text: string, format: TableFormat) => void) {
    const choose = (axis: 'rows' | 'columns') => (value: string) => {
      const { context } = this;
      const { pivot } = context?.state.view ?? { pivot: { rows: null, columns: null } };
      context?.change({ pivot: { ...pivot, [axis]: value } });
    };
    this.rows = new SelectField({
      ...{ label: l10n.t('Rows'), testId: 'pivot-rows', onDidChoose: choose('rows') },
    });
    this.columns = new SelectField({
      ...{ label: l10n.t('Columns'), testId: 'pivot-columns', onDidChoose: choose('columns') },
    });
    const copy = new MenuButton(l10n.t('Copy'), 'copy-pivot');
    copy.fill(
      ...(Object.keys(FORMAT_NAMES) as TableFormat[]).map((format) =>
        copy.entry(FORMAT_NAMES[format], () => {
          if (this.shown !== null) onCopy(tableText(this.shown, format), format);
        }),
      ),
    );
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'pivot' },
      h('h2', {}, l10n.t('Pivot table')),
      h('div', { class: 'toolbar' }, this.rows.element, this.columns.element, copy.element),
      h('div', { class: 'scroll' }, this.table),
      this.note,
    );
  }

  draw(context: CompareContext): void {
    this.context = context;
    const { state, model } = context;
    const { view } = state;
    const parameters = varyingParameters(model);
    const [first, second] = parameters;
    this.element.hidden = first === undefined;
    if (first === undefined) return;
    const known = (name: string | null): string | null =>
      name !== null && (parameters.includes(name) || name === NONE) ? name : null;
    const rows = known(view.pivot.rows) ?? first;
    const columns = known(view.pivot.columns) ?? (rows === first ? (second ?? NONE) : first);
    const choices = parameters.map((value) => ({ value, label: parameterName(value) }));
    this.rows.draw(choices, rows);
    this.columns.draw([{ value: NONE, label: l10n.t('none') }, ...choices], columns);
    const pivot = pivotOf(
      model,
      { rows, columns: columns === NONE || columns === rows ? null : columns },
      view,
      state.heldOut,
    );
    this.shown = textTable(pivot, rows, context);
    drawTable(this.table, this.shown);
    const pooled = pivot.pooled.map(parameterName).join(', ');
    setText(
      this.note,
      [
        l10n.t('Means over finished runs ± half the 95% interval from three runs on.'),
        ...(pooled === '' ? [] : [l10n.t('Cells also average over: {0}', pooled)]),
      ].join(' '),
    );
  }
}

function textTable(
  { rows, columns, cells }: Pivot,
  parameter: string,
  { model }: CompareContext,
): TextTable {
  const cellText = (estimate: MeanEstimate | null): string => {
    if (estimate === null) return '–';
    const shown = estimate.n < LEAST_FOR_BAND ? { ...estimate, interval: null } : estimate;
    return `${meanText(shown, model.metric, PAGE_WORDS)} (n = ${estimate.n})`;
  };
  return {
    head: [parameterName(parameter), ...columns],
    rows: rows.map((row, i) => [row, ...cells[i]!.map(cellText)]),
  };
}

function drawTable(table: HTMLTableElement, { head, rows }: TextTable): void {
  table.replaceChildren(
    h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { scope: 'col' }, cell)))),
    h(
      'tbody',
      {},
      ...rows.map(([name = '', ...cells]) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          ...cells.map((cell) => h('td', { class: 'number' }, cell)),
        ),
      ),
    ),
  );
}
