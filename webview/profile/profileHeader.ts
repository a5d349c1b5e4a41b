import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { formatBytes, formatCount } from '../../src/core/format.js';
import type { ProfileAction, ProfileView } from '../../src/protocol/profilePanelMessages.js';
import { h, setText } from '../shared/dom.js';
import { prefersReducedMotion } from '../panel/theme.js';

interface ActionButton {
  readonly action: ProfileAction;
  readonly label: string;
  readonly icon: string;
  readonly explanation: string;
  isShown(view: ProfileView): boolean;
}

const isBusy = ({ status }: ProfileView): boolean => status === 'reading' || status === 'scoring';

const ACTIONS: readonly ActionButton[] = [
  {
    action: 'cancel',
    label: 'Cancel',
    icon: 'debug-stop',
    explanation: 'Stops, and keeps what there is',
    isShown: isBusy,
  },
  {
    action: 'score',
    label: 'Try the model',
    icon: 'beaker',
    explanation: 'Lets the model predict masked words of a sample of this text: some seconds',
    isShown: ({ status, profile }) =>
      status === 'done' && profile?.model != null && profile.total.words > 0,
  },
  {
    action: 'readAgain',
    label: 'Read again',
    icon: 'refresh',
    explanation: 'Reads the data once more',
    isShown: (view) => !isBusy(view),
  },
];

/** What is profiled, how far it is, and the buttons. */
export class ProfileHeader {
  readonly element: HTMLElement;
  private readonly title = h('h1');
  private readonly setup = h('p', { class: 'setup', 'data-testid': 'setup' });
  private readonly progress = h('vscode-progress-bar');
  private readonly activity = h('p', { class: 'activity', 'data-testid': 'activity' });
  private readonly problemText = h('span');
  private readonly problem = h(
    'div',
    { class: 'problem', role: 'alert', 'data-testid': 'problem' },
    h('vscode-icon', { name: 'error' }),
    this.problemText,
  );
  private readonly announcer = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
  private readonly buttons = ACTIONS.map((action) => ({
    action,
    element: h(
      'vscode-button',
      {
        icon: action.icon,
        secondary: true,
        title: action.explanation,
        'data-testid': `button-${action.action}`,
      },
      action.label,
    ),
  }));

  constructor(onAction: (action: ProfileAction) => void) {
    for (const { action, element } of this.buttons) {
      element.addEventListener('click', () => {
        onAction(action.action);
      });
    }
    this.progress.ariaLabel = 'Progress of reading';
    this.element = h(
      'header',
      {},
      h(
        'div',
        { class: 'title-row' },
        h('div', { class: 'title' }, this.title),
        h(
          'div',
          { class: 'buttons', role: 'toolbar', 'aria-label': 'Profile actions' },
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

  draw(view: ProfileView): void {
    setText(this.title, view.request.title);
    setText(this.setup, setupText(view));
    for (const { action, element } of this.buttons) element.hidden = !action.isShown(view);
    this.progress.hidden = !isBusy(view);
    this.progress.indeterminate = view.fraction === null && !prefersReducedMotion();
    if (view.fraction !== null) this.progress.value = view.fraction * 100;
    const activity = activityText(view);
    setText(this.activity, activity);
    this.activity.hidden = activity === '';
    this.problem.hidden = view.problem === null;
    setText(this.problemText, view.problem ?? '');
    setText(this.announcer, isBusy(view) ? 'Reading the data' : `Profile ${view.status}`);
  }
}

function setupText({ profile }: ProfileView): string {
  if (profile === null) return '';
  const { files, model, cleaning, examined } = profile;
  return [
    `${formatCount(files.count, 'file')}, ${formatBytes(files.bytes)}`,
    ...(model === null ? [] : [`for ${model.name}`]),
    ...(cleaning.length === 0 ? [] : [`cleaned: ${cleaning.join(', ')}`]),
    ...(examined.share < 1
      ? [`words and tokens of ${Math.ceil(examined.share * 100)}% of the records`]
      : []),
  ].join(' · ');
}

function activityText({ status, fraction, file, profile }: ProfileView): string {
  switch (status) {
    case 'reading': {
      const share = fraction === null ? '' : `${Math.floor(fraction * 100)}% read`;
      return [share, file].filter((part) => part !== '').join(' · ');
    }
    case 'scoring':
      return 'The model predicts masked words of a sample';
    case 'cancelled':
      return profile === null ? '' : 'Cancelled: this is the profile of what was read until then';
    case 'done':
    case 'failed':
      return '';
  }
}
