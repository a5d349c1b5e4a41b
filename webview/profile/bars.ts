import { formatShare, groupThousands } from '../shared/pageNumbers.js';
import { h } from '../shared/dom.js';

export interface BarRow {
  readonly name: string;
  /** Length of the bar, relative to the longest. */
  readonly value: number;
  /** Texts beside the bar, one per cell. */
  readonly cells: readonly string[];
}

/** Table with one bar per row, which repeats a number of the cells. */
export function barTable(options: {
  readonly labelledBy: string;
  /** Heading of the names and of each further cell. */
  readonly columns: readonly string[];
  readonly rows: readonly BarRow[];
}): HTMLTableElement {
  const most = Math.max(Number.MIN_VALUE, ...options.rows.map(({ value }) => value));
  return h(
    'table',
    { class: 'bars', 'aria-labelledby': options.labelledBy },
    h(
      'thead',
      { class: 'visually-hidden' },
      h('tr', {}, ...options.columns.map((column) => h('th', { scope: 'col' }, column))),
    ),
    h(
      'tbody',
      {},
      ...options.rows.map(({ name, value, cells }) => {
        const bar = h('span', { class: 'bar-fill', 'aria-hidden': 'true' });
        bar.style.setProperty('--share', String(value / most));
        return h(
          'tr',
          {},
          h('th', { scope: 'row', title: name }, bar, h('span', { class: 'bar-name' }, name)),
          ...cells.map((cell) => h('td', { class: 'number' }, cell)),
        );
      }),
    ),
  );
}

/** Rows of counted items with their count and, if `total` is given, their share. */
export function countedRows(
  counted: readonly { readonly name: string; readonly count: number }[],
  total?: number,
): BarRow[] {
  return counted.map(({ name, count }) => ({
    name,
    value: count,
    cells: [
      groupThousands(count),
      ...(total === undefined ? [] : [formatShare(total === 0 ? 0 : count / total)]),
    ],
  }));
}

/** Heading of one of several tables of a section. */
export function subheading(id: string, text: string): HTMLElement {
  return h('h3', { id }, text);
}
