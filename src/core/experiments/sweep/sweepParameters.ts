import * as z from 'zod';
import { RUN_OPTION_NAMES, RUN_OPTIONS, type RunOptionName } from '../../runs/options.js';
import type { RunOption } from '../../runs/options/runOption.js';
import type { RunOptions } from '../../runs/options.js';
import type { ParameterValue } from '../../specs/runParameters.js';
import { haltonPoint } from '../../stats/halton.js';
import { formatParameter, optionTitle } from '../differences.js';

export const SWEEP_METHODS = ['grid', 'quasi-random'] as const;
export type SweepMethod = (typeof SWEEP_METHODS)[number];

/** Options that decide which data is read, how it is split or where a run trains. */
const FIXED_OPTIONS: ReadonlySet<RunOptionName> = new Set([
  ...['memory', 'threads', 'executionProvider', 'recompute', 'findLearningRate'],
  ...['keepAdapter', 'loss', 'evaluateEverySteps', 'checkpointEverySteps', 'noExampleScores'],
  ...['traceSteps'],
] as const);

/** Options that a sweep refuses with a reason instead of as an unknown key. */
export const REFUSED_OPTIONS = ['masking', 'maskingRate', 'seed'] as const;
const REFUSED: ReadonlySet<string> = new Set(REFUSED_OPTIONS);

/** Options that a sweep can search. */
export const SWEPT_OPTIONS: readonly RunOptionName[] = RUN_OPTION_NAMES.filter((name) => {
  const { group }: RunOption = RUN_OPTIONS[name];
  return group !== 'data' && !FIXED_OPTIONS.has(name) && !REFUSED.has(name);
});

/** Options that change which held-out text is evaluated when running text is cut. */
export const TEXT_OPTIONS: readonly RunOptionName[] = ['maxLength', 'cut', 'packing'];

const value = z.union([z.string(), z.number(), z.boolean()]);

export const sweepParameterSchema = z.strictObject({
  values: z.array(value).min(1).exactOptional().describe('Values to choose from.'),
  min: z.number().exactOptional().describe('Lowest value of a range.'),
  max: z.number().exactOptional().describe('Highest value of a range.'),
  scale: z
    .enum(['linear', 'log'])
    .exactOptional()
    .describe(
      'Scale on which the values of a range are spread: log for learning rates and other values that differ by orders of magnitude. Default: linear.',
    ),
  count: z
    .int()
    .min(2)
    .max(100)
    .exactOptional()
    .describe('Number of evenly spread values of a range in a grid.'),
});
export type SweepParameter = z.infer<typeof sweepParameterSchema>;

function parameterFields(): Partial<
  Record<RunOptionName, z.ZodOptional<typeof sweepParameterSchema>>
> {
  const names = [...SWEPT_OPTIONS, ...REFUSED_OPTIONS];
  return Object.fromEntries(names.map((name) => [name, sweepParameterSchema.optional()]));
}

export type SweepParameters = Readonly<Partial<Record<RunOptionName, SweepParameter>>>;
export const sweepParametersSchema: z.ZodType<SweepParameters> = z.strictObject(
  parameterFields(),
) as z.ZodType<SweepParameters>;

type Value = z.infer<typeof value>;

/** A parameter as a list in a grid, or as a range. */
function valuesOf(name: RunOptionName, { values, count = 2, ...range }: SweepParameter): Value[] {
  if (values !== undefined) return values;
  const found = Array.from({ length: count }, (_, i) =>
    valueAt(name, range, { share: i / (count - 1), isCell: false }),
  );
  return [...new Set(found)];
}

/** Number of combinations of a grid. */
export function gridSize(parameters: SweepParameters): number {
  return entriesOf(parameters).reduce(
    (size, [name, parameter]) => size * valuesOf(name, parameter).length,
    1,
  );
}

/** Parameters by name: the order that neither a release nor a schema changes. */
function entriesOf(parameters: SweepParameters): [RunOptionName, SweepParameter][] {
  const entries = Object.entries(parameters) as [RunOptionName, SweepParameter][];
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Names of the parameters, in the order of a trial's options. */
export function sweptNames(parameters: SweepParameters): string[] {
  return entriesOf(parameters).map(([name]) => name);
}

export interface Search {
  readonly method: SweepMethod;
  readonly seed: number;
  readonly parameters: SweepParameters;
}

/**
 * Options of a trial, counted from 1. They depend on the search and the number of the trial alone, so
 * that further trials can be added and any order gives the same trials.
 */
export function trialOptions({ method, seed, parameters }: Search, trial: number): RunOptions {
  const entries = entriesOf(parameters);
  if (method === 'grid') return combination(entries, trial - 1);
  const point = haltonPoint(trial - 1, { dimensions: entries.length, keys: ['sweep', seed] });
  return Object.fromEntries(
    entries.map(([name, parameter], i) => {
      const share = point[i]!;
      const { values } = parameter;
      return [
        name,
        values === undefined
          ? valueAt(name, parameter, { share, isCell: true })
          : values[Math.floor(share * values.length)]!,
      ];
    }),
  );
}

/** The last parameter varies fastest. */
function combination(
  entries: readonly [RunOptionName, SweepParameter][],
  index: number,
): RunOptions {
  const found: Partial<Record<RunOptionName, Value>> = {};
  let rest = index;
  for (const [name, parameter] of entries.toReversed()) {
    const values = valuesOf(name, parameter);
    found[name] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(entries.map(([name]) => [name, found[name]]));
}

/** Significant digits of values from a range: more would not be read, and change no result. */
const DIGITS = 4;

/**
 * Value at a share of a range, rounded for options that are whole numbers. In a cell, each whole
 * number has the same room; else both ends of the range are reached.
 */
function valueAt(
  name: RunOptionName,
  { min = 0, max = 0, scale = 'linear' }: SweepParameter,
  { share, isCell }: { readonly share: number; readonly isCell: boolean },
): number {
  const option: RunOption = RUN_OPTIONS[name];
  const isWhole = option.type === 'number' && option.isWhole;
  const reach = isWhole && isCell ? 0.5 : 0;
  const [low, high] = [min - reach, max + reach];
  const found =
    scale === 'log'
      ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
      : low + share * (high - low);
  const rounded = isWhole ? Math.round(found) : Number(found.toPrecision(DIGITS));
  return Math.min(max, Math.max(min, rounded));
}

/** `lr 3.2e-5 · batch 16`, as runs are named by their differences. */
export function optionsText(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .map(([name, one]) => `${optionTitle(name)} ${formatParameter(one as ParameterValue)}`)
    .join(' · ');
}
