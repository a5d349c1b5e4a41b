import * as l10n from '@vscode/l10n';
import { sparkline } from '../../src/core/charts/sparkline.js';
import {
  compareTableOf,
  NAME_COLUMN,
  type CompareCell,
  type CompareColumn,
  type CompareRow,
  type CompareTable,
} from '../../src/core/experiments/compare/compareTable.js';
import { groupCurve, type GroupCurve } from '../../src/core/experiments/compare/groupCurve.js';
import {
  tableText,
  type TableFormat,
  type TextTable,
} from '../../src/core/experiments/tableText.js';
import { isLive } from '../../src/core/runs/status.js';
import { statusTextOf } from '../../src/core/runs/statusText.js';
import { h, setAttribute } from '../shared/dom.js';
import { iconButton, icon, keepingFocus } from '../shared/menuButton.js';
import { METRICS } from '../shared/metricTexts.js';
import { PAGE_WORDS, say } from '../shared/pageWords.js';
import { sceneElement } from '../shared/sceneElement.js';
import { columnLabel, columnTitle } from './columnTexts.js';
import type { CompareContext } from './compareState.js';

/** Groups as rows, with only what differs among them as columns. */
export class GroupTable {
  readonly element: HTMLElement;
  private readonly head = h('thead');
  private readonly body = h('tbody');
  private readonly caption = h('caption', { class: 'visually-hidden' });
  private shown: CompareTable | null = null;

  constructor(private readonly openRun: (directory: string) => void) {
    const table = h('table', { class: 'groups' }, this.caption, this.head, this.body);
    this.element = h('div', { class: 'scroll', 'data-testid': 'groups', tabindex: 0 }, table);
    setAttribute(this.element, 'role', 'region');
    setAttribute(this.element, 'aria-label', l10n.t('Compared groups'));
  }

  draw(context: CompareContext): void {
    const { state, model } = context;
    const { view, heldOut } = state;
    const table = compareTableOf({ model, view, heldOut, words: PAGE_WORDS });
    this.shown = table;
    keepingFocus(this.element, () => {
      this.caption.textContent = l10n.t(
        'Groups of runs that differ in nothing but their seed, and what differs among them',
      );
      this.head.replaceChildren(headRow(table, context));
      const curves = curvesOf(table, context);
      this.body.replaceChildren(
        ...table.rows.flatMap((row) => this.rowsOf(row, table.columns, curves, context)),
      );
    });
  }

  /** The table as it is shown, in a format for other programs. */
  text(format: TableFormat, context: CompareContext): string {
    const table = this.shown;
    if (table === null) return '';
    return tableText(textTable(table, context), format);
  }

  private rowsOf(
    row: CompareRow,
    columns: readonly CompareColumn[],
    curves: SparkCurves,
    context: CompareContext,
  ): HTMLElement[] {
    const { group, cells, runs } = row;
    const shown = cells.map((cell, i) =>
      columns[i]!.kind === 'curve'
        ? h('td', {}, sparkCell(row, curves))
        : cellElement(cell, columns[i]!),
    );
    const main = h(
      'tr',
      { class: 'group-row', 'data-baseline': group.isBaseline, 'data-pinned': row.isPinned },
      h('th', { scope: 'row' }, this.nameCell(row, context)),
      ...shown,
    );
    const members = runs.map(({ run, cells: own }) =>
      h(
        'tr',
        { class: 'run-row' },
        h('th', { scope: 'row' }, this.runName(run)),
        ...own.map((cell, i) => cellElement(cell, columns[i]!)),
      ),
    );
    return [main, ...members];
  }

  private nameCell(row: CompareRow, { state: { view }, change }: CompareContext): HTMLElement {
    const { group, isPinned } = row;
    const { key, name } = group;
    const toggled = (list: readonly string[]): string[] =>
      list.includes(key) ? list.filter((one) => one !== key) : [...list, key];
    const isExpanded = row.runs.length > 0;
    const isGroup = group.runs.length > 1;
    const expand = isGroup
      ? iconButton({
          icon: isExpanded ? 'chevron-down' : 'chevron-right',
          label: isExpanded ? l10n.t('Hide Runs of {0}', name) : l10n.t('Show Runs of {0}', name),
          focusKey: `expand ${key}`,
          run: () => {
            change({ expanded: toggled(view.expanded) });
          },
        })
      : h('span', { class: 'no-button' });
    if (isGroup) setAttribute(expand, 'aria-expanded', String(isExpanded));
    const label = isGroup
      ? h('span', { class: 'group-name' }, name)
      : this.runLink(name, group.runs[0]!.directory);
    return h(
      'div',
      { class: 'name-cell' },
      expand,
      h('span', { class: `dot tone-${group.color}`, 'data-repeat': group.sameColorBefore }),
      label,
      ...(group.runs.some(({ status }) => isLive(status)) ? [liveMark()] : []),
      h(
        'span',
        { class: 'row-buttons' },
        iconButton({
          icon: 'target',
          label: l10n.t('Compare with {0}', name),
          isPressed: group.isBaseline,
          focusKey: `baseline ${key}`,
          run: () => {
            change({ baseline: key });
          },
        }),
        iconButton({
          icon: isPinned ? 'pinned' : 'pin',
          label: isPinned ? l10n.t('Unpin {0}', name) : l10n.t('Pin {0}', name),
          isPressed: isPinned,
          focusKey: `pin ${key}`,
          run: () => {
            change({ pinned: toggled(view.pinned) });
          },
        }),
        iconButton({
          icon: 'eye-closed',
          label: l10n.t('Hide {0}', name),
          focusKey: `hide ${key}`,
          run: () => {
            change({ hiddenGroups: toggled(view.hiddenGroups) });
          },
        }),
      ),
    );
  }

  private runName(run: CompareRow['runs'][number]['run']): HTMLElement {
    const label = l10n.t('seed {0}', run.facts.seed);
    return h(
      'div',
      { class: 'name-cell member' },
      this.runLink(label, run.directory),
      h('span', { class: 'section-note' }, say(statusTextOf(run).word)),
    );
  }

  private runLink(label: string, directory: string): HTMLElement {
    const link = h('button', { class: 'link', type: 'button', 'data-focus': `open ${directory}` });
    link.append(label);
    link.addEventListener('click', () => {
      this.openRun(directory);
    });
    return link;
  }
}

function liveMark(): HTMLElement {
  return h(
    'span',
    { class: 'live', title: l10n.t('in progress') },
    icon('loading'),
    h('span', { class: 'visually-hidden' }, l10n.t('in progress')),
  );
}

function headRow({ columns }: CompareTable, context: CompareContext): HTMLElement {
  return h(
    'tr',
    {},
    sortHeading(NAME_COLUMN, { label: l10n.t('Group'), title: '' }, context),
    ...columns.map((column) =>
      column.kind === 'curve'
        ? h('th', { scope: 'col', title: columnTitle(column) }, columnLabel(column, context.model))
        : sortHeading(
            column.id,
            { label: columnLabel(column, context.model), title: columnTitle(column) },
            context,
          ),
    ),
  );
}

/** A click sorts up, a second one down, a third one not at all. */
function sortHeading(
  id: string,
  { label, title }: { readonly label: string; readonly title: string },
  { state: { view }, change }: CompareContext,
): HTMLElement {
  const { sort } = view;
  const order = sort?.column !== id ? 'none' : sort.isDescending ? 'descending' : 'ascending';
  const button = h(
    'button',
    {
      class: 'sort',
      type: 'button',
      title: title === '' ? null : title,
      'data-focus': `sort ${id}`,
    },
    label,
    order === 'none' ? null : icon(order === 'ascending' ? 'arrow-up' : 'arrow-down'),
  );
  button.addEventListener('click', () => {
    change({
      sort: order === 'descending' ? null : { column: id, isDescending: order === 'ascending' },
    });
  });
  return h('th', { scope: 'col', 'aria-sort': order }, button);
}

function cellElement(cell: CompareCell, { kind }: CompareColumn): HTMLElement {
  const isNumber = kind !== 'verdict' && (kind !== 'parameter' || typeof cell.sort === 'number');
  const note = cell.isProvisional === true ? l10n.t('not finished') : null;
  return h(
    'td',
    {
      class: kind === 'verdict' ? 'verdict' : isNumber ? 'number' : null,
      'data-provisional': note !== null,
      title: note,
    },
    cell.text,
    note === null || cell.sort === null
      ? null
      : h('span', { class: 'visually-hidden' }, ` ${note}`),
  );
}

interface SparkCurves {
  readonly byGroup: ReadonlyMap<string, GroupCurve>;
  readonly range: readonly [number, number];
  readonly format: (value: number) => string;
}

/** Held-out curves of the rows, which share one range, so that they can be compared by eye. */
function curvesOf({ rows }: CompareTable, { state, model }: CompareContext): SparkCurves {
  const byGroup = new Map(
    rows.map(({ group }) => {
      const members = group.runs.flatMap(
        ({ directory }) => state.heldOut.get(directory)?.[model.metric] ?? [],
      );
      return [group.key, groupCurve(members)] as const;
    }),
  );
  const values = [...byGroup.values()].flatMap(({ mean }) => mean);
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return { byGroup, range: [low, high], format: METRICS[model.metric].format };
}

function sparkCell({ group }: CompareRow, { byGroup, range, format }: SparkCurves): SVGElement {
  const curve = byGroup.get(group.key)!;
  const { xs, mean } = curve;
  const summary =
    mean.length === 0
      ? l10n.t('no values yet')
      : l10n.t('from {0} to {1}', format(mean[0]!), format(mean.at(-1)!));
  return sceneElement(sparkline({ xs, ys: mean }, { tone: group.color, summary, range }));
}

/** The rows as text; runs of expanded groups are below their group. */
function textTable({ columns, rows }: CompareTable, { model }: CompareContext): TextTable {
  const kept = columns.map(({ kind }) => kind !== 'curve');
  const pick = <T>(values: readonly T[]): T[] => values.filter((_, i) => kept[i]!);
  return {
    head: [l10n.t('Group'), ...pick(columns).map((column) => columnLabel(column, model))],
    rows: rows.flatMap(({ group, cells, runs }) => [
      [group.name, ...pick(cells).map(({ text }) => text)],
      ...runs.map(({ run, cells: own }) => [
        l10n.t('seed {0}', run.facts.seed),
        ...pick(own).map(({ text }) => text),
      ]),
    ]),
  };
}
