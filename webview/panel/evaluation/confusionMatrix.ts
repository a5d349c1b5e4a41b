import * as l10n from '@vscode/l10n';
import type { LabelReport } from '../../../src/core/runs/evaluationReport.js';
import { h, setAttribute } from '../../shared/dom.js';
import { keepingFocus } from '../../shared/menuButton.js';
import { groupThousands } from '../../shared/pageNumbers.js';
import { plural } from '../../shared/pageWords.js';

/** Rows of one label that got another or the same one as their prediction. */
export interface ConfusionCell {
  readonly expected: string;
  readonly predicted: string;
  readonly count: number;
  /** Share of the rows with the expected label. */
  readonly share: number;
  readonly isRight: boolean;
}

/** Cells of a confusion matrix, a row for each expected label; `null` for a report without one. */
export function collectConfusion({
  rows,
  confusion,
}: LabelReport): readonly (readonly ConfusionCell[])[] | null {
  if (confusion === null) return null;
  return confusion.map((counts, i) => {
    const total = counts.reduce((a, b) => a + b, 0);
    return counts.map((count, j) => ({
      ...{ expected: rows[i]!.label, predicted: rows[j]!.label, count },
      share: total === 0 ? 0 : count / total,
      isRight: i === j,
    }));
  });
}

/** Place of a cell: row and column. */
export type Place = readonly [row: number, column: number];

/** The place that a key moves to in a square of `size` cells; `null` for any other key. */
export function moveInGrid([row, column]: Place, key: string, size: number): Place | null {
  const last = size - 1;
  switch (key) {
    case 'ArrowUp':
      return [Math.max(0, row - 1), column];
    case 'ArrowDown':
      return [Math.min(last, row + 1), column];
    case 'ArrowLeft':
      return [row, Math.max(0, column - 1)];
    case 'ArrowRight':
      return [row, Math.min(last, column + 1)];
    case 'Home':
      return [row, 0];
    case 'End':
      return [row, last];
    default:
      return null;
  }
}

/** Labels of a cell. */
type CellLabels = Pick<ConfusionCell, 'expected' | 'predicted'>;

/** Place of the cell with these labels; the first one if they are gone or there were none. */
export function placeOf(
  cells: readonly (readonly ConfusionCell[])[],
  kept: CellLabels | null,
): Place {
  for (const [i, row] of cells.entries()) {
    const j = row.findIndex(
      ({ expected, predicted }) => expected === kept?.expected && predicted === kept.predicted,
    );
    if (j !== -1) return [i, j];
  }
  return [0, 0];
}

/**
 * Confusion matrix whose cells choose examples. One cell is in the tab order; arrow keys move it.
 */
export class ConfusionMatrix {
  readonly element: HTMLElement;
  private readonly table = h('table', {
    class: 'confusion',
    role: 'grid',
    'aria-labelledby': 'confusion-heading',
    'data-testid': 'confusion',
  });
  private buttons: readonly (readonly HTMLButtonElement[])[] = [];
  private cells: readonly (readonly ConfusionCell[])[] = [];
  private active: Place = [0, 0];

  constructor(private readonly onDidChoose: (cell: ConfusionCell) => void) {
    this.element = h(
      'section',
      { class: 'section' },
      h(
        'h2',
        { id: 'confusion-heading' },
        l10n.t('Confusion Matrix'),
        ' ',
        h(
          'span',
          { class: 'section-note' },
          l10n.t('Rows are labels, columns are predictions. Select a cell to see its examples.'),
        ),
      ),
      h('div', { class: 'scroll' }, this.table),
    );
    this.table.addEventListener('keydown', (event) => {
      const place = moveInGrid(this.active, event.key, this.buttons.length);
      if (place === null) return;
      event.preventDefault();
      this.activate(place);
      this.buttons[place[0]]![place[1]]!.focus();
    });
  }

  show(labels: LabelReport | null): void {
    const cells = labels === null ? null : collectConfusion(labels);
    this.element.hidden = cells === null;
    if (cells === null) return;
    // While a run trains, each evaluation draws the matrix again under the person's hands.
    const kept = this.cells[this.active[0]]?.[this.active[1]] ?? null;
    this.cells = cells;
    keepingFocus(this.table, () => {
      this.fill(cells);
      this.activate(placeOf(cells, kept));
    });
  }

  private fill(cells: readonly (readonly ConfusionCell[])[]): void {
    this.buttons = cells.map((row, i) => row.map((cell, j) => this.button(cell, [i, j])));
    const columns = cells.map((row, i) => row[i]!.predicted);
    this.table.replaceChildren(
      h(
        'thead',
        {},
        h(
          'tr',
          { role: 'row' },
          h('td'),
          ...columns.map((label) =>
            h('th', { scope: 'col', role: 'columnheader', title: label }, h('span', {}, label)),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        ...this.buttons.map((buttons, i) =>
          h(
            'tr',
            { role: 'row' },
            h(
              'th',
              { scope: 'row', role: 'rowheader', title: columns[i]! },
              h('span', {}, columns[i]),
            ),
            ...buttons.map((button) => h('td', { role: 'gridcell' }, button)),
          ),
        ),
      ),
    );
  }

  /** Marks the cell whose examples are shown. */
  mark(chosen: ConfusionCell | null): void {
    for (const button of this.buttons.flat()) {
      setAttribute(
        button,
        'aria-pressed',
        String(
          chosen !== null &&
            button.dataset['expected'] === chosen.expected &&
            button.dataset['predicted'] === chosen.predicted,
        ),
      );
    }
  }

  private button(cell: ConfusionCell, place: Place): HTMLButtonElement {
    const { expected, predicted, count, share, isRight } = cell;
    const button = h(
      'button',
      {
        ...{ type: 'button', tabindex: -1, class: isRight ? 'right' : 'wrong' },
        ...{ 'aria-pressed': 'false', 'data-expected': expected, 'data-predicted': predicted },
        'data-focus': JSON.stringify([expected, predicted]),
        'data-empty': count === 0,
        'aria-label': plural(
          count,
          l10n.t('Label {0}, prediction {1}: {2} example', expected, predicted, count),
          l10n.t(
            'Label {0}, prediction {1}: {2} examples',
            ...[expected, predicted, groupThousands(count)],
          ),
        ),
        'data-testid': 'confusion-cell',
      },
      groupThousands(count),
    );
    button.style.setProperty('--share', String(share));
    button.addEventListener('click', () => {
      this.activate(place);
      this.onDidChoose(cell);
    });
    return button;
  }

  private activate(place: Place): void {
    this.buttons[this.active[0]]?.[this.active[1]]?.setAttribute('tabindex', '-1');
    this.active = place;
    this.buttons[place[0]]?.[place[1]]?.setAttribute('tabindex', '0');
  }
}
