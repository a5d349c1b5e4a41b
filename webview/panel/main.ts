import '../shared/zodInPage.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import 'uplot/dist/uPlot.min.css';
import '../shared/style.css';
import '../shared/styles/toolbar.css';
import { describeError, toAppErrorData } from '../../src/core/errors.js';
import { joinSentences } from '../../src/core/format.js';
import { historyOf } from '../../src/core/runs/runHistory.js';
import { Channel } from '../../src/protocol/channel.js';
import {
  PANEL_HOST_SIDE,
  PANEL_SIDE,
  panelStateSchema,
  type PanelAction,
  type PanelState,
} from '../../src/protocol/runPanelMessages.js';
import { AlertList } from './alertList.js';
import { AnswerTable } from './answerTable.js';
import { AuditSection } from './auditSection.js';
import { Charts, type ChartsView } from './charts.js';
import { EvaluationSection } from './evaluation/evaluationSection.js';
import { ExportTable } from './exportTable.js';
import type { SaveChart } from '../shared/chartTools.js';
import { h, onceAFrame, setText } from '../shared/dom.js';
import { hostPort, vscode } from '../shared/hostPort.js';
import { Header } from './runHeader.js';
import { LogView } from './logView.js';
import { isMetricName } from '../shared/metricTexts.js';
import { SampleTable } from './sampleTable.js';
import { emptyModel, reduce, type PanelEvent, type PanelModel } from './state.js';
import { TileGrid } from './runTiles.js';
import { TryIt } from './tryIt.js';

const channel = new Channel({
  port: hostPort,
  local: PANEL_SIDE,
  remote: PANEL_HOST_SIDE,
  handlers: {},
});

const kept = panelStateSchema.partial().safeParse(vscode.getState()).data ?? {};
const { x, isLogarithmic, smoothing } = kept;
let view: ChartsView = {
  metric: kept.metric !== undefined && isMetricName(kept.metric) ? kept.metric : null,
  ...(x === undefined ? {} : { x }),
  ...(isLogarithmic === undefined ? {} : { isLogarithmic }),
  ...(smoothing === undefined ? {} : { smoothing }),
};
let directory = kept.directory;
const keepState = (): void => {
  if (directory !== undefined) {
    const { metric, ...axes } = view;
    const state: PanelState = { directory, ...axes, ...(metric === null ? {} : { metric }) };
    vscode.setState(state);
  }
};

const failure = h('p', { class: 'problem', role: 'alert', hidden: true });
const fail = (thrown: unknown): void => {
  const { message, remedy } = describeError(toAppErrorData(thrown), PAGE_WORDS);
  setText(failure, joinSentences(message, remedy));
  failure.hidden = false;
};

const act = (action: PanelAction): void => {
  failure.hidden = true;
  if (directory === undefined) return;
  channel.call('act', { run: directory, action }).catch((thrown: unknown) => {
    if (action === 'stop') header.forgetStop();
    fail(thrown);
  });
};
const save: SaveChart = (file) => {
  failure.hidden = true;
  channel.call('save', file).catch(fail);
};
const header = new Header(act);
const alerts = new AlertList({
  onAction: act,
  showLog: () => {
    log.reveal();
  },
});
const tiles = new TileGrid();
const charts = new Charts({
  view,
  onDidChangeView: (chosen) => {
    view = chosen;
    keepState();
  },
  save,
});
const samples = new SampleTable();
const answers = new AnswerTable();
const open = (run: string, place: { readonly file: string; readonly line: number }): void => {
  failure.hidden = true;
  channel.call('openExample', { run, ...place }).catch(fail);
};
const evaluation = new EvaluationSection({
  evaluation: (run) => channel.call('evaluation', { run }),
  examples: (run, request) => channel.call('examples', { run, ...request }),
  open,
  save,
  onError: fail,
});
const audit = new AuditSection({
  audit: (run) => channel.call('audit', { run }),
  open,
  onAction: act,
  onError: fail,
});
const tryIt = new TryIt((texts) => {
  failure.hidden = true;
  if (directory === undefined) return Promise.reject(new RangeError('no run is shown yet'));
  return channel.call('classify', { run: directory, ...texts });
}, fail);
const exportTable = new ExportTable((run) => channel.call('exports', { run }), fail);
const log = new LogView();
const results = [charts, samples, evaluation, audit, answers, exportTable];
const parts = [header, alerts, tiles, tryIt, ...results, log];
document.body.append(h('main', {}, failure, ...parts.map((part) => part.element)));

const models = new Map<string, PanelModel>();
const draw = onceAFrame(() => {
  const model = (directory === undefined ? undefined : models.get(directory)) ?? emptyModel();
  for (const part of parts) part.draw(model);
});
const apply = (run: string, event: PanelEvent): void => {
  models.set(run, reduce(models.get(run) ?? emptyModel(), event));
  draw();
};

channel.on('run', (run) => {
  apply(run.directory, { kind: 'run', run });
});
channel.on('history', ({ run, history }) => {
  apply(run, { kind: 'history', history: historyOf(history) });
});
channel.on('exportsCompared', ({ run }) => {
  exportTable.refresh(run);
});
channel.on('audited', ({ run }) => {
  audit.refresh(run);
});
channel.on('rows', ({ run, rows }) => {
  apply(run, { kind: 'rows', rows });
});
channel
  .call('connect', null)
  .then((runs) => {
    [directory] = runs;
    keepState();
    return channel.call('watch', runs);
  })
  .then((runs) => {
    for (const run of runs) apply(run.directory, { kind: 'run', run });
  })
  .catch(fail);
