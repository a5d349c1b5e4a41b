import * as l10n from '@vscode/l10n';
import { h, setText } from '../shared/dom.js';
import { plural } from '../shared/pageWords.js';
import { SelectControl } from './formControls.js';
import type { LaunchModel } from './launchForm.js';

export interface HeaderOptions {
  readonly startFrom: (source: string) => void;
  readonly resetAll: () => void;
}

/** Title, the choice of a starting point, and the number of differences from it. */
export class LaunchHeader {
  readonly element: HTMLElement;
  private readonly source: SelectControl;
  private readonly count = h('span', { 'data-testid': 'changes', role: 'status' });
  private readonly reset: HTMLElementTagNameMap['vscode-button'];

  constructor({ startFrom, resetAll }: HeaderOptions) {
    this.source = new SelectControl([], (value) => {
      startFrom(String(value ?? ''));
    });
    this.source.element.dataset['testid'] = 'source';
    const label = l10n.t('Start from');
    this.source.describe({
      label,
      text: l10n.t('Replaces all fields by those of a run, a run file or the settings.'),
      isInvalid: false,
    });
    this.reset = h('vscode-button', { secondary: true, icon: 'discard' }, l10n.t('Reset All'));
    this.reset.dataset['testid'] = 'reset-all';
    this.reset.addEventListener('click', resetAll);
    this.element = h(
      'header',
      {},
      h('h1', {}, l10n.t('New Run')),
      h(
        'div',
        { class: 'source-row' },
        h('span', { class: 'source-label' }, label),
        this.source.element,
        this.count,
        this.reset,
      ),
    );
  }

  draw({ sources, source, changed }: LaunchModel): void {
    this.source.setChoices(sources);
    this.source.setValue(source);
    const { size } = changed;
    this.reset.hidden = size === 0;
    setText(
      this.count,
      size === 0
        ? l10n.t('No changes')
        : plural(size, l10n.t('{0} change', size), l10n.t('{0} changes', size)),
    );
  }
}
