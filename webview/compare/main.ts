import '../shared/zodInPage.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import 'uplot/dist/uPlot.min.css';
import '../shared/style.css';
import '../shared/styles/toolbar.css';
import './style.css';
import * as l10n from '@vscode/l10n';
import { describeError, toAppErrorData } from '../../src/core/errors.js';
import type { CompareView } from '../../src/core/experiments/compare/compareView.js';
import { joinSentences } from '../../src/core/format.js';
import { Channel } from '../../src/protocol/channel.js';
import {
  COMPARE_HOST_SIDE,
  COMPARE_SIDE,
  comparePanelStateSchema,
  type ComparePanelState,
} from '../../src/protocol/comparePanelMessages.js';
import { h, onceAFrame, setText } from '../shared/dom.js';
import { hostPort, vscode } from '../shared/hostPort.js';
import { CompareHeader } from './compareHeader.js';
import { CompareState, type CompareContext } from './compareState.js';
import { CurveSection } from './curveSection.js';
import type { SaveChart } from '../shared/chartTools.js';
import { ImportanceSection } from './importanceSection.js';
import { ParallelSection } from './parallelSection.js';
import { PivotSection } from './pivotSection.js';
import { PredictionSection } from './predictionSection.js';
import { ScatterSection } from './scatterSection.js';
import { DifferenceTable } from './differenceTable.js';
import { TRAIN_CURVE_METRICS } from './groupCurves.js';
import { GroupTable } from './groupTable.js';

const channel = new Channel({
  port: hostPort,
  local: COMPARE_SIDE,
  remote: COMPARE_HOST_SIDE,
  handlers: {},
});

const state = new CompareState();
let directories: readonly string[] = [];

const failure = h('p', { class: 'problem', role: 'alert', hidden: true });
const fail = (thrown: unknown): void => {
  const { message, remedy } = describeError(toAppErrorData(thrown), PAGE_WORDS);
  setText(failure, joinSentences(message, remedy));
  failure.hidden = false;
};
const empty = h(
  'p',
  { class: 'section-note', hidden: true, 'data-testid': 'nothing' },
  l10n.t('No run of this comparison can be read.'),
);

const contextOf = (): CompareContext | null => {
  const model = state.model();
  return model === null ? null : { state, model, change };
};
const table = new GroupTable((run) => {
  channel.call('openRun', run).catch(fail);
});
const header = new CompareHeader({
  onCopy: (format) => {
    const context = contextOf();
    if (context === null) return;
    channel.call('copy', { text: table.text(format, context), format }).catch(fail);
  },
  onSave: () => {
    channel
      .call('saveView', state.view)
      .then((name) => {
        if (name === null) return;
        state.name = name;
        keepState();
        draw();
      })
      .catch(fail);
  },
});
const save: SaveChart = (file) => {
  channel.call('save', file).catch(fail);
};
const curves = new CurveSection(save);
const scatter = new ScatterSection(save);
const parallel = new ParallelSection(save);
const importance = new ImportanceSection(save);
const pivot = new PivotSection((text, format) => {
  channel.call('copy', { text, format }).catch(fail);
});
const predictions = new PredictionSection({
  diff: (before, after, filter) => channel.call('predictionDiff', { before, after, filter }),
  open: (run, place) => {
    channel.call('openExample', { run, ...place }).catch(fail);
  },
  onError: fail,
});
const differences = new DifferenceTable();
const parts = [
  ...[header, table, curves, scatter, parallel, importance, pivot],
  ...[predictions, differences],
];
const relations = h(
  'section',
  { class: 'section', 'data-testid': 'relations' },
  h('h2', {}, l10n.t('Parameters')),
  parallel.element,
  h('div', { class: 'charts' }, scatter.element, importance.element),
);
const content = h(
  'div',
  {},
  ...[header.element, table.element, curves.element, relations],
  ...[differences.element, pivot.element, predictions.element],
);
document.body.append(h('main', { class: 'compare' }, failure, empty, content));

const draw = onceAFrame(() => {
  const context = contextOf();
  empty.hidden = context !== null;
  content.hidden = context === null;
  if (context === null) return;
  for (const part of parts) part.draw(context);
  follow(context);
  askForItems(context);
});

function change(changes: Partial<CompareView>): void {
  state.changeView(changes);
  keepState();
  draw();
}

/** The state before a reload names the comparison; choices are those of the person since. */
function keepState(): void {
  const kept: ComparePanelState = {
    ...{ version: 1, name: state.name, directories: [...directories], view: state.view },
  };
  vscode.setState(kept);
}

let followed = '';

/** Follows the runs of the shown groups, and asks for their training curves. */
function follow({ model }: CompareContext): void {
  const runs = model.groups.flatMap((group) => group.runs.map(({ directory }) => directory));
  const key = runs.join('\n');
  if (key === followed) return;
  followed = key;
  channel.call('follow', runs).catch(fail);
}

function readTrainCurves(runs: readonly string[]): void {
  for (const metric of TRAIN_CURVE_METRICS) {
    channel
      .call('trainCurves', { runs: [...runs], metric })
      .then((found) => {
        state.setTrainCurves(metric, found);
        draw();
      })
      .catch(fail);
  }
}

const asked = new Set<string>();

/** Settings that differ may still evaluate the same items, which only the files of scores tell. */
function askForItems({ model }: CompareContext): void {
  const doubtful = model.comparison.groups.some(({ otherItems }) => otherItems.length > 0);
  if (!doubtful) return;
  const { split } = state.view;
  const runs = model.groups
    .flatMap((group) => group.runs)
    .filter(({ status }) => status === 'finished')
    .map(({ directory }) => directory)
    .filter((run) => !state.isDigestKnown(run) && !asked.has(`${split} ${run}`));
  if (runs.length === 0) return;
  for (const run of runs) asked.add(`${split} ${run}`);
  channel
    .call('itemDigests', { runs, split })
    .then((digests) => {
      state.setDigests(split, digests);
      draw();
    })
    .catch(fail);
}

channel.on('run', (run) => {
  state.setRun(run);
  draw();
});
channel.on('gone', (run) => {
  state.removeRun(run);
  draw();
});
channel.on('evaluations', (evaluations) => {
  state.setEvaluations(evaluations);
  draw();
});
channel.on('grew', readTrainCurves);
channel
  .call('connect', null)
  .then((connected) => {
    const kept = comparePanelStateSchema.safeParse(vscode.getState()).data;
    ({ directories } = connected);
    state.name = kept?.name ?? connected.name;
    state.missing = connected.missing;
    state.changeView(kept?.view ?? connected.view);
    for (const run of connected.runs) state.setRun(run);
    keepState();
    draw();
  })
  .catch(fail);
