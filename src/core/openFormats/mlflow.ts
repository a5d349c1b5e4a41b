import { keyHash } from '../random.js';
import type { TextFiles } from './dvclive.js';
import type { ExportedRun } from './exportedRun.js';
import { mlflowRun, type MlflowRun, type MlflowStatus } from './mlflowRun.js';

/** Status of a run in MLflow's file store (entities/run_status.py). */
const STATUS: Readonly<Record<MlflowStatus, number>> = {
  RUNNING: 1,
  SCHEDULED: 2,
  FINISHED: 3,
  FAILED: 4,
  KILLED: 5,
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
  for (const exported of runs) {
    const run = mlflowRun(exported);
    const experiment = experimentId(run.experiment);
    const root = `mlruns/${experiment}`;
    files.set(
      `${root}/meta.yaml`,
      yaml({
        artifact_location: `./mlruns/${experiment}`,
        creation_time: run.startTime,
        experiment_id: experiment,
        last_update_time: run.startTime,
        lifecycle_stage: 'active',
        name: run.experiment,
      }),
    );
    for (const [name, text] of runFiles(run, { id: runId(exported), experiment, yaml })) {
      files.set(`${root}/${runId(exported)}/${name}`, text);
    }
  }
  return files;
}

interface StoredRun {
  readonly id: string;
  readonly experiment: string;
  readonly yaml: (value: unknown) => string;
}

function runFiles(run: MlflowRun, { id, experiment, yaml }: StoredRun): [string, string][] {
  const metrics = new Map<string, string[]>();
  for (const { key, value, timestamp, step } of run.metrics) {
    const lines = metrics.get(key) ?? [];
    lines.push(`${timestamp} ${value} ${step}`);
    metrics.set(key, lines);
  }
  const meta = {
    artifact_uri: `./mlruns/${experiment}/${id}/artifacts`,
    end_time: run.endTime,
    entry_point_name: '',
    experiment_id: experiment,
    lifecycle_stage: 'active',
    run_id: id,
    run_name: run.name,
    run_uuid: id,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: run.startTime,
    status: STATUS[run.status],
    tags: [],
    user_id: '',
  };
  return [
    ['meta.yaml', yaml(meta)],
    ...run.tags.map(({ key, value }): [string, string] => [`tags/${key}`, value]),
    ...[...metrics].map(([key, lines]): [string, string] => [
      `metrics/${key}`,
      `${lines.join('\n')}\n`,
    ]),
    ...run.params.map(({ key, value }): [string, string] => [`params/${key}`, value]),
  ];
}

/** Ids of experiments are digits. */
function experimentId(slug: string): string {
  return BigInt(`0x${keyHash('mlflow experiment', slug).slice(0, 15)}`).toString();
}

function runId({ id }: Pick<ExportedRun, 'id'>): string {
  return `${keyHash('mlflow run', id)}${keyHash(id)}`.slice(0, 32);
}
