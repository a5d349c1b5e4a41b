import '../shared/zodInPage.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import '../shared/style.css';
import './style.css';
import { describeError, toAppErrorData } from '../../src/core/errors.js';
import { joinSentences } from '../../src/core/format.js';
import { Channel } from '../../src/protocol/channel.js';
import {
  PROFILE_HOST_SIDE,
  PROFILE_SIDE,
  type ProfileView,
} from '../../src/protocol/profilePanelMessages.js';
import { h, onceAFrame, setText } from '../shared/dom.js';
import { hostPort, vscode } from '../shared/hostPort.js';
import { FileSection } from './fileSection.js';
import { ProfileHeader } from './profileHeader.js';
import { LeakSection } from './leakSection.js';
import { LabelSection } from './labelSection.js';
import { LengthSection } from './lengthSection.js';
import { LanguageSection } from './languageSection.js';
import { RepetitionSection } from './repetitionSection.js';
import { FactTiles } from './factTiles.js';
import { TermSection, VocabularySection } from './vocabularySection.js';
import { WarningList } from './warningList.js';

const channel = new Channel({
  port: hostPort,
  local: PROFILE_SIDE,
  remote: PROFILE_HOST_SIDE,
  handlers: {},
});

const failure = h('p', { class: 'problem', role: 'alert', hidden: true });
const fail = (thrown: unknown): void => {
  const { message, remedy } = describeError(toAppErrorData(thrown), PAGE_WORDS);
  setText(failure, joinSentences(message, remedy));
  failure.hidden = false;
};

const header = new ProfileHeader((action) => {
  failure.hidden = true;
  channel.call('act', action).catch(fail);
});
const parts = [new WarningList(), new FactTiles()];
const sections = [
  new LengthSection(),
  new LanguageSection(),
  new LabelSection(),
  new LeakSection((asked) => {
    failure.hidden = true;
    channel.call('openCue', asked).catch(fail);
  }),
  new VocabularySection(),
  new TermSection(),
  new RepetitionSection(),
  new FileSection(),
];
document.body.append(
  h(
    'main',
    {},
    failure,
    header.element,
    ...parts.map(({ element }) => element),
    h('div', { class: 'profile-sections' }, ...sections.map(({ element }) => element)),
  ),
);

let view: ProfileView | null = null;
const draw = onceAFrame(() => {
  if (view === null) return;
  header.draw(view);
  for (const part of [...parts, ...sections]) {
    part.element.hidden = view.profile === null;
    if (view.profile !== null) part.draw(view.profile);
  }
});
const show = (next: ProfileView): void => {
  // A restored panel reads what this one shows, with its shifted sample.
  vscode.setState(next.request);
  view = next;
  draw();
};

channel.on('view', show);
channel
  .call('connect', null)
  .then((first) => {
    vscode.setState(first.request);
    // An event that arrived before this response is newer.
    view ??= first;
    draw();
  })
  .catch(fail);
