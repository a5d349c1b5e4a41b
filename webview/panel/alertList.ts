import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import type { AlertKind } from '../../src/core/runs/alertSchema.js';
import { isLive } from '../../src/core/runs/status.js';
import type { PanelAction } from '../../src/protocol/runPanelMessages.js';
import { h } from '../shared/dom.js';
import { say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

/** Alerts after which it is seldom of use to continue. */
const STOPPED: ReadonlySet<AlertKind> = new Set<AlertKind>([
  'diverging',
  'heldOutRising',
  'plateau',
]);

/** Alerts about the curves of the run, with a button for the next step. */
export class AlertList {
  readonly element = h('ul', {
    class: 'alerts',
    role: 'status',
    'aria-label': l10n.t('Alerts'),
    'data-testid': 'alerts',
    hidden: true,
  });
  private drawn = '';

  constructor(private readonly onAction: (action: PanelAction) => void) {}

  draw({ run }: PanelModel): void {
    const alerts = run?.state?.alerts ?? [];
    const isRunning = run !== null && isLive(run.status);
    const key = JSON.stringify([alerts, isRunning]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.element.hidden = alerts.length === 0;
    this.element.replaceChildren(
      ...alerts.map(({ kind, message }) =>
        h(
          'li',
          {},
          h('vscode-icon', { name: 'warning' }),
          h('span', {}, say(message)),
          isRunning && STOPPED.has(kind) ? this.button('stop', l10n.t('Stop')) : null,
          kind === 'gradientSpike' ? this.button('profileData', l10n.t('Profile Data')) : null,
        ),
      ),
    );
  }

  private button(action: PanelAction, label: string): HTMLElement {
    const element = h('vscode-button', { secondary: true }, label);
    element.addEventListener('click', () => {
      this.onAction(action);
    });
    return element;
  }
}
