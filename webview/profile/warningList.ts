import type { DataProfile } from '../../src/core/profile/profile.js';
import { h } from '../shared/dom.js';

/** What is the matter with the data and what to do about it, the worst first. */
export class WarningList {
  readonly element = h('section', { class: 'warnings', 'aria-label': 'Warnings' });
  private drawn = '';

  draw({ warnings, isComplete }: DataProfile): void {
    const key = JSON.stringify([warnings, isComplete]);
    if (key === this.drawn) return;
    this.drawn = key;
    if (warnings.length > 0) {
      const items = warnings.map(({ code, severity, message, remedy }) =>
        h(
          'li',
          { class: `warning ${severity}`, 'data-testid': `warning-${code}` },
          h('vscode-icon', { name: severity === 'problem' ? 'error' : 'warning' }),
          h('div', {}, h('p', {}, message), h('p', { class: 'remedy' }, remedy)),
        ),
      );
      this.element.replaceChildren(h('ul', {}, ...items));
    } else if (isComplete) {
      this.element.replaceChildren(
        h(
          'p',
          { class: 'all-well', 'data-testid': 'all-well' },
          h('vscode-icon', { name: 'pass' }),
          'Nothing stands in the way of training on this.',
        ),
      );
    } else {
      this.element.replaceChildren();
    }
  }
}
