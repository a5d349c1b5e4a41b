import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import * as l10n from '@vscode/l10n';
import type { ProfileAction, ProfileView } from '../../src/protocol/profilePanelMessages.js';
import { h, setText } from '../shared/dom.js';
import { formatBytes, formatProgress, groupThousands } from '../shared/pageNumbers.js';
import { plural } from '../shared/pageWords.js';
import { prefersReducedMotion } from '../shared/theme.js';

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
    label: l10n.t('Cancel'),
    icon: 'debug-stop',
    explanation: l10n.t('Stop reading and keep the profile so far'),
    isShown: isBusy,
  },
  {
    action: 'score',
    label: l10n.t('Evaluate Model'),
    icon: 'beaker',
    explanation: l10n.t(
      'Predict masked words in a sample of this text with the model. Takes a few seconds.',
    ),
    isShown: ({ status, profile }) =>
      status === 'done' && profile?.model != null && profile.total.words > 0,
  },
  {
    action: 'chooseShifted',
    label: l10n.t('Compare With Shifted Sample…'),
    icon: 'git-compare',
    explanation: l10n.t(
      'Test whether words that predict a label still do in a small labeled sample of other texts, such as newer ones.',
    ),
    isShown: (view) => !isBusy(view) && (view.profile?.leaks?.count ?? 0) > 0,
  },
  {
    action: 'removeShifted',
    label: l10n.t('Remove Shifted Sample'),
    icon: 'close',
    explanation: l10n.t('Profile the data without the shifted sample'),
    isShown: (view) => !isBusy(view) && view.request.shifted !== undefined,
  },
  {
    action: 'readAgain',
    label: l10n.t('Read Again'),
    icon: 'refresh',
    explanation: l10n.t('Read the data again'),
    isShown: (view) => !isBusy(view),
  },
];

/** Title, setup and progress of a profile, and the buttons. */
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
    this.progress.ariaLabel = l10n.t('Progress of reading');
    this.element = h(
      'header',
      {},
      h(
        'div',
        { class: 'title-row' },
        h('div', { class: 'title' }, this.title),
        h(
          'div',
          { class: 'buttons', role: 'toolbar', 'aria-label': l10n.t('Profile actions') },
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
    setText(this.announcer, announcement(view));
  }
}

function setupText({ profile }: ProfileView): string {
  if (profile === null) return '';
  const { files, model, cleaning, examined } = profile;
  return [
    plural(
      files.count,
      l10n.t('{0} file, {1}', groupThousands(files.count), formatBytes(files.bytes)),
      l10n.t('{0} files, {1}', groupThousands(files.count), formatBytes(files.bytes)),
    ),
    ...(model === null ? [] : [l10n.t('for {0}', model.name)]),
    ...(cleaning.length === 0 ? [] : [l10n.t('cleaned: {0}', cleaning.join(', '))]),
    ...(examined.share < 1
      ? [
          l10n.t(
            'words and tokens of {0} of the records',
            formatProgress(Math.ceil(examined.share * 100) / 100),
          ),
        ]
      : []),
  ].join(' · ');
}

function activityText({ status, fraction, file, profile }: ProfileView): string {
  switch (status) {
    case 'reading': {
      const share = fraction === null ? '' : l10n.t('{0} read', formatProgress(fraction));
      return [share, file].filter((part) => part !== '').join(' · ');
    }
    case 'scoring':
      return l10n.t('Predicting masked words in a sample');
    case 'cancelled':
      return profile === null
        ? ''
        : l10n.t('Canceled. This is the profile of the data read until then.');
    case 'done':
    case 'failed':
      return '';
  }
}

/** Text for screen readers. */
function announcement({ status }: ProfileView): string {
  switch (status) {
    case 'reading':
      return l10n.t('Reading the data');
    case 'scoring':
      return l10n.t('Predicting masked words in a sample');
    case 'done':
      return l10n.t('Profile complete');
    case 'cancelled':
      return l10n.t('Profile canceled');
    case 'failed':
      return l10n.t('Profile failed');
  }
}
