import '../shared/zodInPage.js';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { describeError, toAppErrorData } from '../../src/core/errors.js';
import { joinSentences } from '../../src/core/format.js';
import { Channel } from '../../src/protocol/channel.js';
import {
  PANEL_HOST_SIDE,
  PANEL_SIDE,
  panelStateSchema,
  type PanelAction,
  type PanelState,
} from '../../src/protocol/runPanelMessages.js';
import { AnswerTable } from './answerTable.js';
import { Charts } from './charts.js';
import { h, onceAFrame, setText } from '../shared/dom.js';
import { hostPort, vscode } from '../shared/hostPort.js';
import { Header } from './runHeader.js';
import { LogView } from './logView.js';
import { isMetricName } from './metricCurves.js';
import { SampleTable } from './sampleTable.js';
import { emptyModel, reduce, type PanelEvent } from './state.js';
import { TileGrid } from './runTiles.js';

const channel = new Channel({
  port: hostPort,
  local: PANEL_SIDE,
  remote: PANEL_HOST_SIDE,
  handlers: {},
});

const kept = panelStateSchema.partial().safeParse(vscode.getState()).data ?? {};
let metric = kept.metric !== undefined && isMetricName(kept.metric) ? kept.metric : null;
let directory = kept.directory;
const keepState = (): void => {
  if (directory !== undefined) {
    const state: PanelState = { directory, ...(metric === null ? {} : { metric }) };
    vscode.setState(state);
  }
};

const failure = h('p', { class: 'problem', role: 'alert', hidden: true });
const fail = (thrown: unknown): void => {
  const { message, remedy } = describeError(toAppErrorData(thrown));
  setText(failure, joinSentences(message, remedy));
  failure.hidden = false;
};

const header = new Header((action: PanelAction) => {
  failure.hidden = true;
  channel.call('act', action).catch((thrown: unknown) => {
    if (action === 'stop') header.forgetStop();
    fail(thrown);
  });
});
const tiles = new TileGrid();
const charts = new Charts({
  metric,
  onDidChooseMetric: (chosen) => {
    metric = chosen;
    keepState();
  },
});
const samples = new SampleTable();
const answers = new AnswerTable();
const log = new LogView();
const parts = [header, tiles, charts, samples, answers, log];
document.body.append(h('main', {}, failure, ...parts.map((part) => part.element)));

let model = emptyModel();
const draw = onceAFrame(() => {
  for (const part of parts) part.draw(model);
});
const apply = (event: PanelEvent): void => {
  model = reduce(model, event);
  draw();
};

channel.on('run', (run) => {
  apply({ kind: 'run', run });
});
channel.on('reset', () => {
  apply({ kind: 'reset' });
});
channel.on('metrics', (rows) => {
  apply({ kind: 'metrics', rows });
});
channel.on('log', (rows) => {
  apply({ kind: 'log', rows });
});
channel.on('samples', (rows) => {
  apply({ kind: 'samples', rows });
});
channel
  .call('connect', null)
  .then((run) => {
    directory = run.directory;
    keepState();
    apply({ kind: 'run', run });
  })
  .catch(fail);
