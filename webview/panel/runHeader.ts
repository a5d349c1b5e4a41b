import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import {
  capitalized,
  formatBytes,
  formatCount,
  formatDuration,
  joinSentences,
} from '../../src/core/format.js';
import { endingText } from '../../src/core/runs/endingText.js';
import { describeError } from '../../src/core/errors.js';
import { isLive, isResumable, servesHovers } from '../../src/core/runs/status.js';
import { STATUS_TEXT } from '../../src/core/runs/statusText.js';
import type { PanelAction, RunView } from '../../src/protocol/runPanelMessages.js';
import { h, setAttribute, setText } from '../shared/dom.js';
import { PAGE_WORDS, say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';
import { prefersReducedMotion } from './theme.js';
import { activityOf } from './runTiles.js';

interface ActionButton {
  readonly action: PanelAction;
  readonly label: string;
  readonly icon: string;
  readonly isPrimary?: boolean;
  isShown(run: RunView): boolean;
}

const ACTIONS: readonly ActionButton[] = [
  { action: 'stop', label: 'Stop', icon: 'debug-stop', isShown: (run) => isLive(run.status) },
  {
    action: 'resume',
    label: 'Resume',
    icon: 'debug-continue',
    isPrimary: true,
    isShown: (run) => isResumable(run.status),
  },
  {
    action: 'useForHovers',
    label: 'Use for hovers',
    icon: 'comment',
    isPrimary: true,
    isShown: (run) => servesHovers(run) && !run.isUsedForHovers,
  },
  {
    action: 'profileData',
    label: 'Profile data',
    icon: 'graph',
    isShown: ({ setup }) => setup !== null,
  },
  { action: 'reveal', label: 'Reveal', icon: 'folder-opened', isShown: () => true },
  {
    action: 'showLog',
    label: 'Trainer log',
    icon: 'output',
    isShown: (run) => run.status === 'failed' || run.status === 'crashed',
  },
];

/** Name, status, what the run is made of, its progress, and the buttons. */
export class Header {
  readonly element: HTMLElement;
  private readonly title = h('h1');
  private readonly statusIcon = h('vscode-icon', { name: 'loading' });
  private readonly statusWord = h('span');
  private readonly badge: HTMLElement;
  private readonly setup = h('p', { class: 'setup', 'data-testid': 'setup' });
  private readonly activity = h('p', { class: 'activity', 'data-testid': 'activity' });
  private readonly inUse = h('span', { class: 'in-use', 'data-testid': 'used-for-hovers' });
  private readonly progress = h('vscode-progress-bar');
  private readonly problem = h('div', {
    class: 'problem',
    role: 'alert',
    'data-testid': 'problem',
  });
  private readonly announcer = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  private run: RunView | null = null;
  /** Between the press and the trainer's answer, which comes after a checkpoint. */
  private isStopping = false;
  private readonly buttons = ACTIONS.map((action) => ({
    action,
    element: h(
      'vscode-button',
      {
        icon: action.icon,
        secondary: action.isPrimary !== true,
        'data-testid': `button-${action.action}`,
      },
      action.label,
    ),
  }));

  constructor(onAction: (action: PanelAction) => void) {
    for (const { action, element } of this.buttons) {
      element.addEventListener('click', () => {
        if (action.action === 'stop') this.isStopping = true;
        this.drawButtons();
        onAction(action.action);
      });
    }
    this.badge = h('span', { class: 'badge' }, this.statusIcon, this.statusWord);
    this.inUse.append(h('vscode-icon', { name: 'check', size: 14 }), 'Used for hovers');
    this.element = h(
      'header',
      {},
      h(
        'div',
        { class: 'title-row' },
        h('div', { class: 'title' }, this.title, this.badge, this.inUse),
        h(
          'div',
          { class: 'buttons', role: 'toolbar', 'aria-label': 'Run actions' },
          ...this.buttons.map(({ element }) => element),
        ),
      ),
      this.setup,
      this.progress,
      this.activity,
      this.problem,
      this.announcer,
    );
  }

  draw({ run }: PanelModel): void {
    if (run === null) return;
    const { word, icon, tone } = STATUS_TEXT[run.status];
    setText(this.title, run.name);
    this.statusIcon.name = icon;
    this.statusIcon.spin = icon === 'loading' && !prefersReducedMotion();
    setText(this.statusWord, word);
    setAttribute(this.badge, 'data-tone', tone);
    setText(this.announcer, `${run.name}: ${word}`);
    setText(this.setup, describeSetup(run));
    this.inUse.hidden = !run.isUsedForHovers;
    if (!isLive(run.status)) this.isStopping = false;
    this.run = run;
    this.drawButtons();
    this.drawProgress(run);
    this.drawProblem(run);
  }

  /** The stop could not be asked for: offer it again. */
  forgetStop(): void {
    this.isStopping = false;
    this.drawButtons();
  }

  private drawButtons(): void {
    const { run, isStopping } = this;
    for (const { action, element } of this.buttons) {
      element.hidden = run === null || !action.isShown(run);
      const isWaiting = action.action === 'stop' && isStopping;
      element.disabled = isWaiting;
      setText(element, isWaiting ? 'Stopping…' : action.label);
    }
  }

  private drawProgress(run: RunView): void {
    const { state, status } = run;
    const total = state?.totalSteps ?? 0;
    const isWaiting = isLive(status) && status !== 'paused' && total === 0;
    this.progress.hidden = status === 'finished' || (total === 0 && !isWaiting);
    this.progress.indeterminate = isWaiting && !prefersReducedMotion();
    if (!isWaiting) this.progress.value = total === 0 ? 0 : (state!.step / total) * 100;
    this.progress.ariaLabel = 'Progress of the run';
    setText(this.activity, progressText(run));
    this.activity.hidden = this.activity.textContent === '';
  }

  private drawProblem({ problem }: RunView): void {
    this.problem.hidden = problem === null;
    if (problem === null) return;
    const { message, remedy } = describeError(problem, PAGE_WORDS);
    const text = joinSentences(message, remedy);
    if (this.problem.textContent === text) return;
    this.problem.replaceChildren(h('vscode-icon', { name: 'error' }), h('span', {}, text));
  }
}

function progressText(run: RunView): string {
  const { state, status } = run;
  if (state === null) return '';
  if (!isLive(status)) return capitalized(endingText(state) ?? '');
  const { step, totalSteps, secondsLeft } = state;
  const share = totalSteps === 0 ? '' : `${Math.floor((step / totalSteps) * 100)}%`;
  const left = secondsLeft === null ? '' : `${formatDuration(secondsLeft)} left`;
  const activity = activityOf(run);
  return [share, activity === null ? '' : say(activity), left]
    .filter((part) => part !== '')
    .join(' · ');
}

function describeSetup({ setup, id }: RunView): string {
  if (setup === null) return id;
  return [
    `from ${setup.modelName}`,
    `${formatCount(setup.files, 'file')}, ${formatBytes(setup.bytes)}`,
    setup.epochs === 1 ? '1 epoch' : `${setup.epochs} epochs`,
    `batches of ${setup.batchSize} × ${setup.maxLength} tokens`,
    say(setup.learns),
    ...(setup.method === 'full' ? [] : [setup.method]),
    `seed ${setup.seed}`,
  ].join(' · ');
}
