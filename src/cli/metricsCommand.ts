import path from 'node:path';
import type { ComparedRun } from '../core/experiments/comparison.js';
import { formatCount } from '../core/format.js';
import { exportMetrics, METRIC_FORMATS } from '../node/openFormats/exportMetrics.js';
import { exportToMlflow } from '../node/openFormats/exportToMlflow.js';
import {
  TrackingServer,
  trackingHost,
  trackingSettings,
} from '../node/openFormats/trackingServer.js';
import { findRuns } from '../node/runs/compareRuns.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { interruptible } from './interruptible.js';
import { print, printError, printJson } from './output.js';
import { proxyFetch } from './proxyFetch.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { choiceOf, type CommandShape, type CommandValues } from './usage.js';

const SERVER_FORMAT = 'mlflow-server';
const FORMATS = [...METRIC_FORMATS, SERVER_FORMAT] as const;

export const METRICS: CommandShape = {
  name: 'metrics',
  group: 'training',
  usage: '[<run> …] --format <name> (--to <folder> | --tracking-uri <address>) [options]',
  summary: 'Export metrics and parameters of runs to other tools',
  notes: [
    'A run is named by its id, the start or end of its id, its name or its folder; an experiment stands for all its runs. Without a name, all runs are exported.',
    'csv: metrics.csv with one row per value, and runs.csv with one row per run. parquet: the same as metrics.csv. tensorboard: a folder with an event file per run. mlflow: a file store in mlruns/, which MLflow 3.13 and later reads with MLFLOW_ALLOW_FILE_STORE=true. dvclive: a folder per run with metrics.json, params.yaml, plots and dvc.yaml.',
    'mlflow-server: creates the runs on an MLflow tracking server over its REST API, after naming its host. Credentials are those of MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN; HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are honored. Redirects to another host are refused. A run that the server already has with the same content is not sent again, and an incomplete one is deleted there.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    to: { shape: '<folder>', help: 'Folder to create. It must not exist yet' },
    format: { shape: '<name>', help: `Format: ${FORMATS.join(', ')}` },
    'tracking-uri': {
      shape: '<address>',
      help: 'MLflow tracking server for mlflow-server. An address from the environment must be on this machine or use https',
      otherwise: 'MLFLOW_TRACKING_URI',
    },
    artifacts: {
      help: 'With mlflow-server, also send run.json and evaluation.json, which name data files and quote examples, through the artifact proxy of the server',
    },
    json: { help: 'Print one JSON object instead of lines' },
    'safe-csv': {
      help: 'Put an apostrophe before cells that spreadsheets would run as formulas',
    },
  },
  examples: [
    'masklab metrics --format tensorboard --to boards',
    'masklab metrics masking-study --format csv --to tables',
    'masklab metrics calm-river --format mlflow-server --tracking-uri http://127.0.0.1:5000',
  ],
};

export async function metricsCommand(values: CommandValues): Promise<void> {
  const format = choiceOf(METRICS, values, { flag: 'format', choices: FORMATS });
  if (format === SERVER_FORMAT) {
    await sendToServer(values);
    return;
  }
  const other = ['tracking-uri', 'artifacts'].find(
    (flag) => values.has(flag) || values.text(flag) !== undefined,
  );
  if (other !== undefined) {
    throw usageError(`--${other} requires --format ${SERVER_FORMAT}.`, METRICS.name);
  }
  const to = values.text('to');
  if (format === undefined || to === undefined) {
    throw usageError('"masklab metrics" requires --format and --to.', METRICS.name);
  }
  const runs = await exportedRuns(values);
  await exportMetrics(runs, { format, to: path.resolve(to), safeCsv: values.has('safe-csv') });
  const folder = path.resolve(to);
  if (values.has('json')) printJson({ folder, runs: runs.length });
  else print(`Written: ${formatCount(runs.length, 'run')} to ${folder}`);
}

async function exportedRuns(values: CommandValues): Promise<ComparedRun[]> {
  const runsFolder = runsFolderFrom(values);
  const runs = await findRuns(values.positionals, runsFolder);
  if (runs.length > 0) return runs;
  throw new CommandLineError(
    `No runs in ${runsFolder}.`,
    'Start one with "masklab train --data <folder>", or name another folder of runs with --out.',
  );
}

async function sendToServer(values: CommandValues): Promise<void> {
  const address = values.text('tracking-uri');
  if (values.text('to') !== undefined) {
    throw usageError(`--to cannot be combined with --format ${SERVER_FORMAT}.`, METRICS.name);
  }
  if (address === undefined && (process.env['MLFLOW_TRACKING_URI'] ?? '').trim() === '') {
    throw usageError(
      `--format ${SERVER_FORMAT} requires --tracking-uri, or MLFLOW_TRACKING_URI in the environment.`,
      METRICS.name,
    );
  }
  const settings = trackingSettings(address);
  const runs = await exportedRuns(values);
  await interruptible(values, async ({ signal, show }) => {
    const count = formatCount(runs.length, 'run');
    const host = trackingHost(settings);
    const isJson = values.has('json');
    if (!isJson) printError(`Sending parameters and metrics of ${count} to ${host}.`);
    const server = new TrackingServer({ settings, fetch: await proxyFetch() });
    const sent = await exportToMlflow(runs, {
      ...{ server, signal, withFiles: values.has('artifacts') },
      onRun: (done) => {
        show(`${done} of ${count}`);
      },
    });
    show(null);
    if (isJson) {
      printJson({ host, ...sent });
      return;
    }
    print(`Created: ${formatCount(sent.created, 'run')} on ${host}`);
    if (sent.unchanged > 0) print(`Unchanged: ${formatCount(sent.unchanged, 'run')}`);
    if (sent.notFinite > 0) {
      printError(
        `Left out: ${formatCount(sent.notFinite, 'value')} that are not finite, named in the tag masklab.notFinite.`,
      );
    }
    if (sent.otherStore !== null) {
      printError(
        `Files were not sent: the server keeps them in ${sent.otherStore}, which only MLflow's own clients write to.`,
      );
    }
  });
}
