import type { MetricsRow } from '../runs/schema.js';

/** Fields that depend on the speed of a machine and not on what was learned. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set<keyof MetricsRow>([
  ...(['time', 'tokensPerSecond', 'memoryBytes', 'busyCores'] as const),
]);

/** Comparison of the metrics of a run with those of its repetition. */
export interface Reproduction {
  /** Rows of metrics that both have. */
  readonly rows: number;
  /** Rows that only one of them has. */
  readonly unmatched: number;
  /** First value that is not equal bit for bit; null if all are. */
  readonly first: {
    readonly step: number;
    readonly split: MetricsRow['split'];
    readonly metric: string;
    readonly before: number | null;
    readonly after: number | null;
  } | null;
  /** Largest difference of a loss, relative to the first run. */
  readonly largestLossDifference: number;
}

/** Compares metrics row by row. Rows of both are in the order in which they were written. */
export function compareMetrics(
  before: readonly MetricsRow[],
  after: readonly MetricsRow[],
): Reproduction {
  const rows = Math.min(before.length, after.length);
  let first: Reproduction['first'] = null;
  let largestLossDifference = 0;
  for (let i = 0; i < rows; i++) {
    const [was, is] = [before[i]!, after[i]!];
    first ??= firstDifference(was, is);
    const difference = Math.abs(is.loss - was.loss) / Math.max(Math.abs(was.loss), Number.EPSILON);
    if (difference > largestLossDifference) largestLossDifference = difference;
  }
  return { rows, unmatched: Math.abs(before.length - after.length), first, largestLossDifference };
}

function firstDifference(was: MetricsRow, is: MetricsRow): Reproduction['first'] {
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  for (const metric of names) {
    if (OF_THE_MACHINE.has(metric)) continue;
    const before = was[metric as keyof MetricsRow] ?? null;
    const after = is[metric as keyof MetricsRow] ?? null;
    if (Object.is(before, after)) continue;
    const { step, split } = was;
    return { step, split, metric, before: numberOf(before), after: numberOf(after) };
  }
  return null;
}

function numberOf(value: number | string | null): number | null {
  return typeof value === 'number' ? value : null;
}

/** Versions that differ between two runs: name, before, after. */
export function versionDifferences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { readonly name: string; readonly before: string | null; readonly after: string | null }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }))
    .filter((one) => one.before !== one.after);
}
