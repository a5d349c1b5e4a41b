import { keyHash } from '../random.js';
import type { ObservedStatus } from '../runs/status.js';
import { utf8Of } from '../text/utf8.js';
import { metricPoints, type ExportedRun, type MetricPoint } from './exportedRun.js';

/** Status of a run, as MLflow's REST API spells it. */
export type MlflowStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface MlflowEntry {
  readonly key: string;
  readonly value: string;
}

export interface MlflowMetric {
  readonly key: string;
  /** Always finite. */
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** A run as MLflow takes it, whether in a file store or over REST. */
export interface MlflowRun {
  readonly experiment: string;
  readonly name: string;
  readonly status: MlflowStatus;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** `null` if the run has not ended. */
  readonly endTime: number | null;
  readonly params: readonly MlflowEntry[];
  readonly tags: readonly MlflowEntry[];
  readonly metrics: readonly MlflowMetric[];
  /** Values that are left out because they are not finite. */
  readonly notFinite: number;
}

/** Bytes of a parameter at most; MLflow before 2.10 accepts no more, later versions 6,000. */
const MAX_PARAMETER = 500;
/** Bytes of a tag at most; some stores accept no more. */
const MAX_TAG = 5000;
const MAX_KEY = 250;
const MAX_EXPERIMENT = 500;

const STATUS: Readonly<Record<ObservedStatus, MlflowStatus>> = {
  waiting: 'SCHEDULED',
  queued: 'SCHEDULED',
  preparing: 'RUNNING',
  running: 'RUNNING',
  runningElsewhere: 'RUNNING',
  paused: 'RUNNING',
  finished: 'FINISHED',
  failed: 'FAILED',
  crashed: 'FAILED',
  unreadable: 'FAILED',
  stopped: 'KILLED',
};
const ENDED: readonly MlflowStatus[] = ['FINISHED', 'FAILED', 'KILLED'];

/**
 * Maps a run to what MLflow stores. Values that are not finite are left out and named in a tag:
 * MLflow's pages fail on NaN, and its databases keep infinity as the largest number.
 */
export function mlflowRun(run: ExportedRun): MlflowRun {
  const points = metricPoints(run);
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const others = points.filter(({ value }) => !Number.isFinite(value));
  const nameOf = uniqueKeys();
  const status = STATUS[run.status];
  const seconds = points.reduce((most, { time }) => Math.max(most, time), 0);
  const parameterKey = uniqueKeys();
  return {
    experiment: cutToBytes(run.experiment, MAX_EXPERIMENT),
    name: run.name,
    status,
    startTime: run.startedAt,
    endTime: ENDED.includes(status) ? timeAt(run, seconds) : null,
    params: Object.entries({ ...run.parameters, seed: run.seed }).map(([name, value]) => ({
      key: parameterKey(name),
      value: cutToBytes(oneLine(String(value)), MAX_PARAMETER),
    })),
    tags: [
      ['mlflow.runName', run.name],
      ['mlflow.source.name', 'masklab'],
      ['masklab.id', run.id],
      ['masklab.group', run.group],
      ...(run.study === null ? [] : [['masklab.study', run.study] as const]),
      ...(others.length === 0 ? [] : [['masklab.notFinite', placesOf(others)] as const]),
    ].map(([key, value]) => ({ key: key, value: cutToBytes(oneLine(value), MAX_TAG) })),
    metrics: finite.map((point) => ({
      key: nameOf(metricName(point)),
      value: point.value,
      timestamp: timeAt(run, point.time),
      step: point.step,
    })),
    notFinite: others.length,
  };
}

/** Equal for runs whose content in MLflow is the same. */
export function mlflowDigest(run: MlflowRun): string {
  return keyHash(JSON.stringify(run));
}

function metricName({ split, metric }: MetricPoint): string {
  return `${split}_${metric}`;
}

function timeAt({ startedAt }: ExportedRun, seconds: number): number {
  return Math.max(0, Math.round(startedAt + seconds * 1000));
}

/** `train_loss: NaN at step 12, 3 more; …` */
function placesOf(points: readonly MetricPoint[]): string {
  const found = new Map<string, { readonly first: MetricPoint; more: number }>();
  for (const point of points) {
    const name = metricName(point);
    const known = found.get(name);
    if (known === undefined) found.set(name, { first: point, more: 0 });
    else known.more++;
  }
  return [...found]
    .map(([name, { first, more }]) => {
      const rest = more === 0 ? '' : `, ${more} more`;
      return `${name}: ${String(first.value)} at step ${first.step}${rest}`;
    })
    .join('; ');
}

/**
 * Names that MLflow accepts, the same for the same name and different for different ones: other
 * characters than letters, digits, `_`, `-`, `.` and spaces are replaced, and `/` makes folders.
 */
function uniqueKeys(): (name: string) => string {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  return (name) => {
    const known = keys.get(name);
    if (known !== undefined) return known;
    const wanted = name.replaceAll(/[^\w .-]/g, '_').replaceAll(/^\.+/g, '_');
    const base = wanted === '' ? '_' : wanted.slice(0, MAX_KEY);
    let key = base;
    for (let i = 2; taken.has(key); i++) key = `${base.slice(0, MAX_KEY - 8)}_${i}`;
    taken.add(key);
    keys.set(name, key);
    return key;
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

/** The beginning of a text that takes at most so many bytes in UTF-8. */
export function cutToBytes(text: string, limit: number): string {
  // No character takes more than three bytes per UTF-16 unit.
  if (text.length * 3 <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Of(character).length;
    if (bytes > limit) return text.slice(0, end);
    end += character.length;
  }
  return text;
}
