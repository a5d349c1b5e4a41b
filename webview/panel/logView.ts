import '@vscode-elements/elements/dist/vscode-collapsible/index.js';
import * as l10n from '@vscode/l10n';
import type { LogRow } from '../../src/core/runs/schema.js';
import { h } from '../shared/dom.js';
import { PAGE_WORDS, say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

/** Latest rows of the run's log; scrolls to new rows while the last one is in view. */
export class LogView {
  readonly element: HTMLElement;
  private readonly section: HTMLElementTagNameMap['vscode-collapsible'];
  private readonly list = h('div', {
    class: 'log',
    role: 'log',
    tabindex: 0,
    'aria-live': 'off',
    'aria-label': l10n.t('Log of the run'),
    'data-testid': 'log',
  });
  private drawn: readonly LogRow[] = [];

  constructor() {
    this.section = h(
      'vscode-collapsible',
      { heading: l10n.t('Log'), open: true, class: 'section' },
      this.list,
    );
    this.element = this.section;
    this.element.hidden = true;
  }

  /** Opens the log, and gives it the focus. */
  reveal(): void {
    this.section.open = true;
    this.section.scrollIntoView({ block: 'nearest' });
    this.list.focus();
  }

  draw({ log }: PanelModel): void {
    this.element.hidden = log.length === 0;
    if (log === this.drawn) return;
    const { list } = this;
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    const lastDrawn = this.drawn.at(-1);
    const known = lastDrawn === undefined ? -1 : log.lastIndexOf(lastDrawn);
    if (known === -1) list.replaceChildren();
    for (const row of log.slice(known + 1)) list.append(drawRow(row));
    while (list.childElementCount > log.length) list.firstElementChild!.remove();
    this.drawn = log;
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
}

function drawRow({ time, level, message }: LogRow): HTMLElement {
  const at = new Date(time);
  return h(
    'div',
    { class: `log-row ${level}` },
    h(
      'time',
      { datetime: time, title: at.toLocaleString(PAGE_WORDS.locale) },
      at.toLocaleTimeString(PAGE_WORDS.locale, { hourCycle: 'h23' }),
    ),
    h('span', {}, logText(level, say(message))),
  );
}

function logText(level: LogRow['level'], text: string): string {
  switch (level) {
    case 'info':
      return text;
    case 'warning':
      return l10n.t('Warning: {0}', text);
    case 'error':
      return l10n.t('Error: {0}', text);
  }
}
