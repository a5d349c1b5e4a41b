import { keyHash } from '../random.js';
import { numberText, type TextFiles } from './dvclive.js';
import { metricPoints, type ExportedRun } from './exportedRun.js';

/** Longest value of a parameter that MLflow accepts, in characters. */
const MAX_PARAMETER = 6000;

/** Status of a run in MLflow's file store (entities/run_status.py). */
const STATUS: Readonly<Record<ExportedRun['status'], number>> = {
  waiting: 2,
  queued: 2,
  preparing: 1,
  running: 1,
  paused: 1,
  finished: 3,
  failed: 4,
  crashed: 4,
  unreadable: 4,
  stopped: 5,
};

/**
 * Runs as a file store of MLflow (`mlruns/`): one folder per experiment and run with `meta.yaml`, and
 * a file per metric, parameter and tag. `yaml` writes YAML. Since MLflow 3.13 a file store has to be
 * allowed with `MLFLOW_ALLOW_FILE_STORE=true`, or migrated with `mlflow migrate-filestore`.
 */
export function mlflowFiles(
  runs: readonly ExportedRun[],
  yaml: (value: unknown) => string,
): TextFiles {
  const files = new Map<string, string>();
  for (const run of runs) {
    const experiment = experimentId(run.experiment);
    const root = `mlruns/${experiment}`;
    files.set(
      `${root}/meta.yaml`,
      yaml({
        artifact_location: `./mlruns/${experiment}`,
        creation_time: run.startedAt,
        experiment_id: experiment,
        last_update_time: run.startedAt,
        lifecycle_stage: 'active',
        name: run.experiment,
      }),
    );
    for (const [name, text] of runFiles(run, { experiment, yaml })) {
      files.set(`${root}/${runId(run)}/${name}`, text);
    }
  }
  return files;
}

function runFiles(
  run: ExportedRun,
  { experiment, yaml }: { experiment: string; yaml: (value: unknown) => string },
): [string, string][] {
  const metrics = new Map<string, string[]>();
  let seconds = 0;
  for (const { step, time, split, metric, value } of metricPoints(run)) {
    const name = `${split}_${metric}`;
    const lines = metrics.get(name) ?? [];
    lines.push(`${Math.round(run.startedAt + time * 1000)} ${numberText(value)} ${step}`);
    metrics.set(name, lines);
    seconds = Math.max(seconds, time);
  }
  const hasEnded = STATUS[run.status] > 2;
  const meta = {
    artifact_uri: `./mlruns/${experiment}/${runId(run)}/artifacts`,
    end_time: hasEnded ? Math.round(run.startedAt + seconds * 1000) : null,
    entry_point_name: '',
    experiment_id: experiment,
    lifecycle_stage: 'active',
    run_id: runId(run),
    run_name: run.name,
    run_uuid: runId(run),
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: run.startedAt,
    status: STATUS[run.status],
    tags: [],
    user_id: '',
  };
  const parameters = Object.entries({ ...run.parameters, seed: run.seed });
  return [
    ['meta.yaml', yaml(meta)],
    ['tags/mlflow.runName', run.name],
    ['tags/masklab.id', run.id],
    ['tags/masklab.group', run.group],
    ...[...metrics].map(([name, lines]): [string, string] => [
      `metrics/${allowed(name)}`,
      `${lines.join('\n')}\n`,
    ]),
    ...parameters.map(([name, value]): [string, string] => [
      `params/${allowed(name)}`,
      String(value)
        .slice(0, MAX_PARAMETER)
        .replaceAll(/[\r\n]+/g, ' '),
    ]),
  ];
}

/** Names of metrics and parameters; other characters are not accepted, and `/` makes folders. */
function allowed(name: string): string {
  return name.replaceAll(/[^\w .-]/g, '_').replaceAll(/^\.+/g, '_');
}

/** Ids of experiments are digits. */
function experimentId(slug: string): string {
  return BigInt(`0x${keyHash('mlflow experiment', slug).slice(0, 15)}`).toString();
}

function runId({ id }: Pick<ExportedRun, 'id'>): string {
  return `${keyHash('mlflow run', id)}${keyHash(id)}`.slice(0, 32);
}
