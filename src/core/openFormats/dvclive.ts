import { metricPoints, safeName, type ExportedRun } from './exportedRun.js';

/** Files by their paths, relative to the folder that is written. */
export type TextFiles = ReadonlyMap<string, string>;

/**
 * A run as DVCLive leaves it: `metrics.json`, `params.yaml`, a table per metric under `plots/metrics`
 * and a `dvc.yaml` that names them. `yaml` writes YAML.
 */
export function dvcliveFiles(run: ExportedRun, yaml: (value: unknown) => string): TextFiles {
  const tables = new Map<string, string[]>();
  const latest: Record<string, Record<string, number>> = {};
  let last = 0;
  for (const { step, split, metric, value } of metricPoints(run)) {
    const name = `plots/metrics/${split}/${safeName(metric)}.tsv`;
    const lines = tables.get(name) ?? [`step\t${metric}`];
    lines.push(`${step}\t${numberText(value)}`);
    tables.set(name, lines);
    (latest[split] ??= {})[metric] = value;
    last = Math.max(last, step);
  }
  return new Map([
    ['metrics.json', `${JSON.stringify({ ...latest, step: last }, null, 2)}\n`],
    ['params.yaml', yaml({ ...run.parameters, seed: run.seed })],
    [
      'dvc.yaml',
      yaml({
        params: ['params.yaml'],
        metrics: ['metrics.json'],
        plots: [{ 'plots/metrics': { x: 'step' } }],
      }),
    ],
    ...[...tables].map(([name, lines]): [string, string] => [name, `${lines.join('\n')}\n`]),
  ]);
}

/** `nan`, `inf` and `-inf` as Python writes them. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}
