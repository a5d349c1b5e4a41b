import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import { parseSeeds } from '../../src/core/specs/seedList.js';
import type { LaunchAction } from '../../src/protocol/launchPanelMessages.js';
import { h, setText } from '../shared/dom.js';
import { formatDuration } from '../shared/pageNumbers.js';
import { plural } from '../shared/pageWords.js';
import type { LaunchModel } from './launchForm.js';

type Pressed = Extract<LaunchAction, 'start' | 'queue' | 'copyAsCommand' | 'saveAsRunFile'>;

/** The buttons that end the form, always in sight. */
export class ActionBar {
  readonly element: HTMLElement;
  private readonly note = h('span', { class: 'bar-note', 'data-testid': 'bar-note' });
  private readonly buttons: Readonly<Record<Pressed, HTMLElementTagNameMap['vscode-button']>>;
  private busy = false;

  constructor(private readonly onPress: (action: Pressed) => void) {
    const button = (
      action: Pressed,
      label: string,
      icon: string,
    ): HTMLElementTagNameMap['vscode-button'] => {
      const element = h(
        'vscode-button',
        { icon, secondary: action !== 'start', 'data-testid': `button-${action}` },
        label,
      );
      element.addEventListener('click', () => {
        this.onPress(action);
      });
      return element;
    };
    this.buttons = {
      start: button('start', l10n.t('Start'), 'play'),
      queue: button('queue', l10n.t('Queue'), 'list-ordered'),
      copyAsCommand: button('copyAsCommand', l10n.t('Copy as Command'), 'terminal'),
      saveAsRunFile: button('saveAsRunFile', l10n.t('Save as Run File…'), 'save-as'),
    };
    const key = navigator.userAgent.includes('Mac') ? '⌘Enter' : 'Ctrl+Enter';
    this.buttons.start.title = l10n.t('Start ({0})', key);
    this.buttons.start.setAttribute('aria-keyshortcuts', 'Control+Enter Meta+Enter');
    this.element = h(
      'div',
      { class: 'action-bar', role: 'group', 'aria-label': l10n.t('Run actions') },
      ...Object.values(this.buttons),
      this.note,
    );
  }

  /** Whether an earlier press is still carried out; others then count for nothing. */
  get isBusy(): boolean {
    return this.busy;
  }

  /** Disables the buttons while a run is being created. */
  setBusy(isBusy: boolean): void {
    this.busy = isBusy;
    for (const element of Object.values(this.buttons)) element.disabled = isBusy;
    setText(this.buttons.start, isBusy ? l10n.t('Preparing…') : l10n.t('Start'));
  }

  draw({ findings, draft }: LaunchModel): void {
    const { problems, estimate } = findings;
    const runs = parseSeeds(draft.seeds)?.length ?? 1;
    const seconds = estimate === null ? null : estimate.seconds * Math.max(1, runs);
    const count = problems.length;
    setText(
      this.note,
      count > 0
        ? plural(count, l10n.t('{0} problem', count), l10n.t('{0} problems', count))
        : seconds === null
          ? ''
          : runs > 1
            ? l10n.t('{0} runs, about {1} in all', runs, formatDuration(seconds))
            : seconds < 1
              ? formatDuration(seconds)
              : l10n.t('About {0}', formatDuration(seconds)),
    );
  }
}
