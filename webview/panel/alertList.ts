import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import type { AlertKind, RunAlert } from '../../src/core/runs/alertSchema.js';
import { isLive } from '../../src/core/runs/status.js';
import type { PanelAction } from '../../src/protocol/runPanelMessages.js';
import { h } from '../shared/dom.js';
import { keepingFocus } from '../shared/menuButton.js';
import { groupThousands } from '../shared/pageNumbers.js';
import { say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

export interface AlertListOptions {
  readonly onAction: (action: PanelAction) => void;
  /** Shows the log of the run, which has the history of its alerts. */
  readonly showLog: () => void;
}

/** Steps that may follow an alert. */
type Step = 'stop' | 'lowerRate' | 'profileData';

const STEPS: Readonly<Record<AlertKind, readonly Step[]>> = {
  diverging: ['stop', 'lowerRate'],
  notFinite: ['lowerRate'],
  gradientSpike: ['profileData'],
  heldOutRising: ['stop'],
  plateau: ['stop'],
  slower: [],
  slowerThanEstimated: ['stop'],
};

/** Alerts about the curves of the run, with buttons for the next step. */
export class AlertList {
  readonly element: HTMLElement;
  private readonly list = h('ul');
  private drawn = '';

  constructor(private readonly options: AlertListOptions) {
    this.element = h(
      'div',
      {
        class: 'alerts',
        role: 'status',
        'aria-atomic': 'false',
        'aria-label': l10n.t('Alerts'),
        'data-testid': 'alerts',
        hidden: true,
      },
      this.list,
    );
  }

  draw({ run }: PanelModel): void {
    const alerts = run?.state?.alerts ?? [];
    const isRunning = run !== null && isLive(run.status);
    const key = JSON.stringify([alerts, isRunning]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.element.hidden = alerts.length === 0;
    keepingFocus(this.list, () => {
      this.list.replaceChildren(...alerts.map((alert) => this.item(alert, { isRunning })));
    });
  }

  private item(
    { kind, step, message }: RunAlert,
    { isRunning }: { readonly isRunning: boolean },
  ): HTMLElement {
    const { onAction, showLog } = this.options;
    const button = (label: string, onClick: () => void): HTMLElement => {
      const element = h(
        'vscode-button',
        { secondary: true, 'data-focus': `${kind} ${step} ${label}` },
        label,
      );
      element.addEventListener('click', onClick);
      return element;
    };
    const buttons = STEPS[kind].flatMap((next): HTMLElement[] => {
      switch (next) {
        case 'stop':
          return isRunning
            ? [
                button(l10n.t('Stop'), () => {
                  onAction('stop');
                }),
              ]
            : [];
        case 'lowerRate':
          // Before the first step, the model is to blame and not the rate.
          return step === 0
            ? []
            : [
                button(lowerRateLabel(isRunning), () => {
                  onAction('runAgainWithLowerRate');
                }),
              ];
        case 'profileData':
          return [
            button(l10n.t('Profile Data'), () => {
              onAction('profileData');
            }),
          ];
      }
    });
    return h(
      'li',
      { 'data-kind': kind },
      h('vscode-icon', { name: 'warning' }),
      h('span', { class: 'alert-step number' }, l10n.t('Step {0}', groupThousands(step))),
      h('span', { class: 'alert-text' }, say(message)),
      h('span', { class: 'alert-buttons' }, ...buttons, button(l10n.t('Open Log'), showLog)),
    );
  }
}

function lowerRateLabel(isRunning: boolean): string {
  return isRunning
    ? l10n.t('Stop and Run Again With Half the Learning Rate')
    : l10n.t('Run Again With Half the Learning Rate');
}
