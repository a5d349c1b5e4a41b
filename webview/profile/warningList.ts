import * as l10n from '@vscode/l10n';
import { renderMessage, renderProblem } from '../../src/core/messages/render.js';
import type { DataProfile } from '../../src/core/profile/profile.js';
import { h } from '../shared/dom.js';
import { PAGE_WORDS } from '../shared/pageWords.js';

/** Findings about the data with their remedies, most severe first, and notes on how it is read. */
export class WarningList {
  readonly element = h('section', { class: 'warnings', 'aria-label': l10n.t('Warnings') });
  private drawn = '';

  draw({ warnings, notes, isComplete }: DataProfile): void {
    const key = JSON.stringify([warnings, notes, isComplete]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.drawWarnings(warnings, isComplete);
    this.element.append(
      ...notes.map((note) =>
        h('p', { class: 'note', 'data-testid': 'note' }, renderMessage(note, PAGE_WORDS)),
      ),
    );
  }

  private drawWarnings(warnings: DataProfile['warnings'], isComplete: boolean): void {
    if (warnings.length > 0) {
      const items = warnings.map(({ code, severity, finding }) => {
        const { message, remedy } = renderProblem(finding, PAGE_WORDS);
        return h(
          'li',
          { class: `warning ${severity}`, 'data-testid': `warning-${code}` },
          h('vscode-icon', { name: severity === 'problem' ? 'error' : 'warning' }),
          h('div', {}, h('p', {}, message), h('p', { class: 'remedy' }, remedy)),
        );
      });
      this.element.replaceChildren(h('ul', {}, ...items));
    } else if (isComplete) {
      this.element.replaceChildren(
        h(
          'p',
          { class: 'all-well', 'data-testid': 'all-well' },
          h('vscode-icon', { name: 'pass' }),
          l10n.t('No problems found.'),
        ),
      );
    } else {
      this.element.replaceChildren();
    }
  }
}
