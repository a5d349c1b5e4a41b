import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import * as l10n from '@vscode/l10n';
import { joinSentences } from '../../src/core/format.js';
import { endingNotes } from '../../src/core/runs/endingNotes.js';
import { describeError } from '../../src/core/errors.js';
import {
  failsAgain,
  isLive,
  isResumable,
  isUsable,
  hasCheckpointsForHovers,
  servesHovers,
} from '../../src/core/runs/status.js';
import { choiceLabelOf } from '../../src/core/runs/options.js';
import { statusTextOf } from '../../src/core/runs/statusText.js';
import type { PanelAction, RunView } from '../../src/protocol/runPanelMessages.js';
import { h, setAttribute, setText } from '../shared/dom.js';
import {
  formatBytes,
  formatDuration,
  formatProgress,
  groupThousands,
} from '../shared/pageNumbers.js';
import { PAGE_WORDS, plural, say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';
import { prefersReducedMotion } from '../shared/theme.js';
import { activityOf } from './runTiles.js';

interface ActionButton {
  readonly action: PanelAction;
  readonly label: string;
  readonly icon: string;
  readonly isPrimary?: (run: RunView) => boolean;
  isShown(run: RunView): boolean;
}

const ACTIONS: readonly ActionButton[] = [
  {
    action: 'stop',
    label: l10n.t('Stop'),
    icon: 'debug-stop',
    isShown: (run) => isLive(run.status),
  },
  {
    action: 'pause',
    label: l10n.t('Pause'),
    icon: 'debug-pause',
    isShown: ({ status }) => status === 'running',
  },
  {
    action: 'resume',
    label: l10n.t('Resume'),
    icon: 'debug-continue',
    isPrimary: (run) => !failsAgain(run),
    isShown: (run) => run.status === 'paused' || isResumable(run.status),
  },
  {
    action: 'useForHovers',
    label: l10n.t('Use for Hovers'),
    icon: 'comment',
    isPrimary: () => true,
    isShown: (run) => servesHovers(run) && !run.isUsedForHovers,
  },
  {
    action: 'followCheckpoints',
    label: l10n.t('Use Newest Checkpoint for Hovers'),
    icon: 'comment',
    isShown: (run) => hasCheckpointsForHovers(run) && !run.isFollowedByHovers,
  },
  {
    action: 'listChanges',
    label: l10n.t('Changed Words…'),
    icon: 'list-ordered',
    isShown: (run) => servesHovers(run) || (run.fillsMasks && run.isUsedForHovers),
  },
  {
    action: 'audit',
    label: l10n.t('Audit…'),
    icon: 'inspect',
    isShown: (run) => isUsable(run) && run.predictsTexts,
  },
  {
    action: 'export',
    label: l10n.t('Export…'),
    icon: 'export',
    isShown: isUsable,
  },
  {
    action: 'profileData',
    label: l10n.t('Profile Data'),
    icon: 'graph',
    isPrimary: failsAgain,
    // Data of a run of another tool is unknown.
    isShown: ({ setup }) => setup !== null && setup.imported === null,
  },
  { action: 'reveal', label: l10n.t('Reveal'), icon: 'folder-opened', isShown: () => true },
  {
    action: 'showLog',
    label: l10n.t('Trainer Log'),
    icon: 'output',
    isShown: (run) => run.status === 'failed' || run.status === 'crashed',
  },
];

/** Name, status, setup and progress of a run, and the buttons. */
export class Header {
  readonly element: HTMLElement;
  private readonly title = h('h1');
  private readonly statusIcon = h('vscode-icon', { name: 'loading' });
  private readonly statusWord = h('span');
  private readonly badge: HTMLElement;
  private readonly setup = h('p', { class: 'setup', 'data-testid': 'setup' });
  private readonly head = h('p', { class: 'setup', 'data-testid': 'head' });
  private readonly activity = h('p', { class: 'activity', 'data-testid': 'activity' });
  private readonly inUse = h('span', { class: 'in-use', 'data-testid': 'used-for-hovers' });
  private readonly use = h('span');
  private readonly progress = h('vscode-progress-bar');
  private readonly problem = h('div', {
    class: 'problem',
    role: 'alert',
    'data-testid': 'problem',
  });
  private readonly announcer = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  private run: RunView | null = null;
  /** True from the click until the trainer has stopped, which takes a checkpoint. */
  private isStopping = false;
  private readonly buttons = ACTIONS.map((action) => ({
    action,
    element: h(
      'vscode-button',
      {
        icon: action.icon,
        secondary: true,
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
    this.inUse.append(h('vscode-icon', { name: 'check', size: 14 }), this.use);
    this.element = h(
      'header',
      {},
      h(
        'div',
        { class: 'title-row' },
        h('div', { class: 'title' }, this.title, this.badge, this.inUse),
        h(
          'div',
          { class: 'buttons', role: 'toolbar', 'aria-label': l10n.t('Run actions') },
          ...this.buttons.map(({ element }) => element),
        ),
      ),
      this.setup,
      this.head,
      this.progress,
      this.activity,
      this.problem,
      this.announcer,
    );
  }

  draw({ run }: PanelModel): void {
    if (run === null) return;
    const { word, icon, tone } = statusTextOf(run);
    setText(this.title, run.name);
    this.statusIcon.name = icon;
    this.statusIcon.spin = icon === 'loading' && !prefersReducedMotion();
    setText(this.statusWord, say(word));
    setAttribute(this.badge, 'data-tone', tone);
    setText(this.announcer, l10n.t('{0}: {1}', run.name, say(word)));
    setText(this.setup, describeSetup(run));
    const head = run.state?.head;
    setText(this.head, head === undefined ? '' : say(head));
    this.head.hidden = head === undefined;
    this.inUse.hidden = !run.isUsedForHovers && !run.isFollowedByHovers;
    setText(
      this.use,
      run.isFollowedByHovers ? l10n.t('Hovers follow its checkpoints') : l10n.t('Used for hovers'),
    );
    if (!isLive(run.status)) this.isStopping = false;
    this.run = run;
    this.drawButtons();
    this.drawProgress(run);
    this.drawProblem(run);
  }

  /** Enables the button again after the stop could not be requested. */
  forgetStop(): void {
    this.isStopping = false;
    this.drawButtons();
  }

  private drawButtons(): void {
    const { run, isStopping } = this;
    for (const { action, element } of this.buttons) {
      element.hidden = run === null || !action.isShown(run);
      element.secondary = run === null || action.isPrimary?.(run) !== true;
      const isWaiting = action.action === 'stop' && isStopping;
      element.disabled = isWaiting;
      setText(element, isWaiting ? l10n.t('Stopping…') : action.label);
    }
  }

  private drawProgress(run: RunView): void {
    const { state, status } = run;
    const total = state?.totalSteps ?? 0;
    const isWaiting = isLive(status) && status !== 'paused' && total === 0;
    // Another tool need not say how many steps there are.
    const isEndless = status === 'runningElsewhere' && state?.step === total;
    this.progress.hidden = status === 'finished' || isEndless || (total === 0 && !isWaiting);
    this.progress.indeterminate = isWaiting && !prefersReducedMotion();
    if (!isWaiting) this.progress.value = total === 0 ? 0 : (state!.step / total) * 100;
    this.progress.ariaLabel = l10n.t('Progress of the run');
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
  if (!isLive(status)) return endingNotes(state).map(say).join(' ');
  const { step, totalSteps, secondsLeft } = state;
  const share = totalSteps === 0 ? '' : formatProgress(step / totalSteps);
  const left = secondsLeft === null ? '' : l10n.t('{0} left', formatDuration(secondsLeft));
  const activity = activityOf(run);
  return [share, activity === null ? '' : say(activity), left]
    .filter((part) => part !== '')
    .join(' · ');
}

function describeSetup({ setup, id }: RunView): string {
  if (setup === null) return id;
  if (setup.imported !== null) {
    return [say(setup.learns), setup.modelName].filter((part) => part !== '').join(' · ');
  }
  return [
    l10n.t('from {0}', setup.modelName),
    plural(
      setup.files,
      l10n.t('{0} file, {1}', groupThousands(setup.files), formatBytes(setup.bytes)),
      l10n.t('{0} files, {1}', groupThousands(setup.files), formatBytes(setup.bytes)),
    ),
    plural(setup.epochs, l10n.t('{0} epoch', setup.epochs), l10n.t('{0} epochs', setup.epochs)),
    l10n.t('batch size {0} × {1} tokens', setup.batchSize, setup.maxLength),
    say(setup.learns),
    ...(setup.method === 'full'
      ? []
      : [PAGE_WORDS.translate(choiceLabelOf('method', setup.method))]),
    l10n.t('seed {0}', setup.seed),
  ].join(' · ');
}
