import '../shared/zodInPage.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import '../shared/style.css';
import './style.css';
import * as l10n from '@vscode/l10n';
import { describeError, toAppErrorData } from '../../src/core/errors.js';
import { joinSentences } from '../../src/core/format.js';
import type { LaunchField } from '../../src/core/specs/launchDraft.js';
import { Channel } from '../../src/protocol/channel.js';
import {
  LAUNCH_HOST_SIDE,
  LAUNCH_SIDE,
  type LaunchAction,
  type LaunchPageState,
  type LaunchView,
} from '../../src/protocol/launchPanelMessages.js';
import { h, onceAFrame, setText } from '../shared/dom.js';
import { hostPort, vscode } from '../shared/hostPort.js';
import { ActionBar } from './actionBar.js';
import { DataSection } from './dataSection.js';
import { LaunchHeader } from './launchHeader.js';
import { modelOf, restored, type Edit, type LaunchModel } from './launchForm.js';
import { MaskingSection } from './maskingSection.js';
import { ModelSection } from './modelSection.js';
import { MoreSettings } from './moreSettings.js';
import { SettingsSection } from './settingsSection.js';
import { Summary } from './summary.js';
import { TaskSection } from './taskSection.js';

/** More data paths than this are not kept by the page; after a reload, those of the source are used. */
const MOST_KEPT = 1000;

const channel = new Channel({
  port: hostPort,
  local: LAUNCH_SIDE,
  remote: LAUNCH_HOST_SIDE,
  handlers: {},
});

let view: LaunchView | null = null;

const failure = h('p', { class: 'problem', role: 'alert', hidden: true, 'data-testid': 'failure' });
const announcer = h('div', { class: 'visually-hidden', 'aria-live': 'assertive' });
const showFailure = (text: string): void => {
  setText(failure, text);
  failure.hidden = text === '';
};
const fail = (thrown: unknown): void => {
  const { message, remedy } = describeError(toAppErrorData(thrown), PAGE_WORDS);
  showFailure(joinSentences(message, remedy));
};

const show = (next: LaunchView): void => {
  view = next;
  keepState(next);
  draw();
};
const edit: Edit = (changes) => {
  if (view === null) return;
  showFailure('');
  show({ ...view, draft: { ...view.draft, ...changes } });
  channel.call('edit', changes).catch(fail);
};
const reset = (field: LaunchField): void => {
  if (view !== null) edit(restored(field, view.draft, view.from));
};
const act = (action: LaunchAction): Promise<void> =>
  channel.call('act', action).then(() => undefined, fail);

function keepState({ folder, source, draft }: LaunchView): void {
  const { data, ...others } = draft;
  const kept = data.length <= MOST_KEPT ? draft : others;
  vscode.setState({ launch: { folder, source, draft: kept } } satisfies LaunchPageState);
}

const header = new LaunchHeader({
  startFrom: (source) => {
    showFailure('');
    channel.call('startFrom', source).then(show, (thrown: unknown) => {
      fail(thrown);
      draw();
    });
  },
  resetAll: () => {
    if (view !== null) edit(view.from);
  },
});
const data = new DataSection({
  edit,
  reset,
  add: (kind) => {
    channel.call('addData', kind).then((paths) => {
      if (paths !== null && view !== null) show({ ...view, draft: { ...view.draft, data: paths } });
    }, fail);
  },
  profile: () => void act('profileData'),
});
const sections = [
  data,
  new TaskSection(edit, reset),
  new ModelSection(edit, reset, () => channel.call('browseModel', null)),
  new MaskingSection(edit, reset, () => void act('openPolicy')),
  new SettingsSection(edit, reset),
];
const shown = new Set(sections.flatMap(({ fields }) => fields.map(({ field }) => field)));
const more = new MoreSettings(shown, edit, reset);
const all = [...sections, more];
const fields = all.flatMap((one) => one.fields);
const summary = new Summary(edit);
const bar = new ActionBar((action) => void press(action));
document.body.append(
  h(
    'main',
    { class: 'launch' },
    header.element,
    failure,
    h(
      'div',
      { class: 'form-and-summary' },
      h('form', { novalidate: true }, ...all.map(({ element }) => element)),
      summary.element,
    ),
    bar.element,
    announcer,
  ),
);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  void press('start');
});

/** A press before the page is connected, such as of one that has just come back, waits until it is. */
async function press(
  action: Parameters<ConstructorParameters<typeof ActionBar>[0]>[0],
): Promise<void> {
  if (bar.isBusy) return;
  bar.setBusy(true);
  await connected;
  const wrong = firstWrongField();
  if (wrong === undefined) {
    showFailure('');
    await act(action);
  }
  bar.setBusy(false);
  wrong?.control.focus();
  wrong?.element.scrollIntoView({ block: 'center' });
}

function firstWrongField(): (typeof fields)[number] | undefined {
  if (view === null) return undefined;
  const { problems } = modelOf(view);
  return fields.find(({ field }) => problems.has(field));
}

let announced: ReadonlySet<string> = new Set();

/** Tells those who cannot see the marked fields which problems are new. */
function announceProblems({ problems, otherProblems }: LaunchModel): void {
  const texts = new Set([
    ...otherProblems,
    ...fields.flatMap(({ field, label }) => {
      const text = problems.get(field);
      return text === undefined ? [] : [l10n.t('{0}: {1}', label, text)];
    }),
  ]);
  const fresh = [...texts].filter((text) => !announced.has(text));
  announced = texts;
  if (fresh.length > 0) setText(announcer, fresh.join(' '));
}

const draw = onceAFrame(() => {
  if (view === null) return;
  const model = modelOf(view);
  header.draw(model);
  for (const one of all) one.draw(model);
  for (const field of fields) {
    field.draw({
      isChanged: model.changed.has(field.field),
      refusal: model.problems.get(field.field) ?? '',
    });
  }
  summary.draw(model);
  bar.draw(model);
  if (model.otherProblems.length > 0) showFailure(model.otherProblems.join(' '));
  announceProblems(model);
});

channel.on('findings', (findings) => {
  if (view !== null) show({ ...view, findings });
});
const connected = channel.call('connect', null).then(show, fail);
