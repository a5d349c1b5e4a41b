import * as l10n from '@vscode/l10n';
import type { Scene } from '../../src/core/charts/scene.js';
import { svgFileOf } from '../../src/core/charts/svg.js';
import { tableText, type TextTable } from '../../src/core/experiments/tableText.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../src/protocol/comparePanelMessages.js';
import { h } from './dom.js';
import { MenuButton } from './menuButton.js';
import { sceneImage } from './sceneCanvas.js';

/** Hands a chart over to be saved as a file. */
export type SaveChart = (file: {
  readonly name: string;
  readonly format: ExportFormat;
  readonly content: string;
}) => void;

interface ToolInput {
  readonly name: string;
  readonly scene: () => Scene;
  readonly table: () => TextTable;
}

const PAGE_ROWS = 25;

const FORMAT_LABELS: Readonly<Record<ExportFormat, string>> = {
  png: l10n.t('Save as PNG…'),
  svg: l10n.t('Save as SVG…'),
  csv: l10n.t('Save as CSV…'),
};

/** The table behind a chart, and the ways to save both. */
export class ChartTools {
  readonly buttons: HTMLElement;
  readonly details: HTMLDetailsElement;
  private readonly body = h('div', { class: 'scroll' });
  private input: ToolInput | null = null;
  private shownRows = PAGE_ROWS;

  constructor(private readonly save: SaveChart) {
    const menu = new MenuButton(l10n.t('Save'), 'save-chart');
    menu.fill(
      ...EXPORT_FORMATS.map((format) =>
        menu.entry(FORMAT_LABELS[format], () => {
          this.export(format);
        }),
      ),
    );
    this.buttons = menu.element;
    this.details = h(
      'details',
      { class: 'chart-table' },
      h('summary', {}, l10n.t('Show as table')),
      this.body,
    );
    this.details.addEventListener('toggle', () => {
      this.fill();
    });
  }

  draw(input: ToolInput): void {
    this.input = input;
    if (this.details.open) this.fill();
  }

  private fill(): void {
    const { input } = this;
    if (input === null || !this.details.open) return;
    const { head, rows } = input.table();
    const more = h('button', { class: 'link', type: 'button' }, l10n.t('Show More Rows'));
    more.addEventListener('click', () => {
      this.shownRows += PAGE_ROWS;
      this.fill();
    });
    more.hidden = rows.length <= this.shownRows;
    this.body.replaceChildren(
      h(
        'table',
        { class: 'data', 'aria-label': input.name },
        h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { scope: 'col' }, cell)))),
        h(
          'tbody',
          {},
          ...rows
            .slice(0, this.shownRows)
            .map((row) => h('tr', {}, ...row.map((cell) => h('td', {}, cell)))),
        ),
      ),
      more,
    );
  }

  private export(format: ExportFormat): void {
    const { input } = this;
    if (input === null) return;
    const { name } = input;
    switch (format) {
      case 'png':
        this.save({ name, format, content: sceneImage(input.scene()) });
        return;
      case 'svg':
        this.save({ name, format, content: svgFileOf(input.scene()) });
        return;
      case 'csv':
        this.save({ name, format, content: tableText(input.table(), 'csv') });
    }
  }
}
