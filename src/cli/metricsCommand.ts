import path from 'node:path';
import { formatCount } from '../core/format.js';
import { exportMetrics, METRIC_FORMATS } from '../node/openFormats/exportMetrics.js';
import { findRuns } from '../node/runs/compareRuns.js';
import { usageError } from './commandLineError.js';
import { print } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { choiceOf, type CommandShape, type CommandValues } from './usage.js';

export const METRICS: CommandShape = {
  name: 'metrics',
  group: 'training',
  usage: '[<run> …] --format <name> --to <folder> [options]',
  summary: 'Export metrics and parameters of runs to other tools',
  notes: [
    'A run is named by its id, the start or end of its id, its name or its folder; an experiment stands for all its runs. Without a name, all runs are exported.',
    'csv: metrics.csv with one row per value, and runs.csv with one row per run. parquet: the same as metrics.csv. tensorboard: a folder with an event file per run. mlflow: a file store in mlruns/, which MLflow 3.13 and later reads with MLFLOW_ALLOW_FILE_STORE=true. dvclive: a folder per run with metrics.json, params.yaml, plots and dvc.yaml.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    to: { shape: '<folder>', help: 'Folder to create. It must not exist yet' },
    format: { shape: '<name>', help: `Format: ${METRIC_FORMATS.join(', ')}` },
    'safe-csv': {
      help: 'Put an apostrophe before cells that spreadsheets would run as formulas',
    },
  },
  examples: [
    'masklab metrics --format tensorboard --to boards',
    'masklab metrics masking-study --format csv --to tables',
  ],
};

export async function metricsCommand(values: CommandValues): Promise<void> {
  const format = choiceOf(METRICS, values, { flag: 'format', choices: METRIC_FORMATS });
  const to = values.text('to');
  if (format === undefined || to === undefined) {
    throw usageError('"masklab metrics" requires --format and --to.', METRICS.name);
  }
  const runs = await findRuns(values.positionals, runsFolderFrom(values));
  await exportMetrics(runs, { format, to: path.resolve(to), safeCsv: values.has('safe-csv') });
  print(`Written: ${formatCount(runs.length, 'run')} to ${path.resolve(to)}`);
}
