import * as z from 'zod';
import type { DocumentProblem, ProblemAt } from '../../jsonDocument/documentProblem.js';
import { parseDocument, readDocument, type DocumentKind } from '../../jsonDocument/jsonDocument.js';
import { problem } from '../../messages/message.js';
import { HELD_OUT_METRIC_NAMES } from '../../runs/metrics.js';
import { optionProblems, runFileOf, runFileSchema, type RunFile } from '../../specs/runFile.js';
import { parameterProblems } from './parameterProblems.js';
import {
  gridSize,
  SWEEP_METHODS,
  sweepParametersSchema,
  type SweepMethod,
} from './sweepParameters.js';

/** Extension of sweep files. */
export const SWEEP_FILE_EXTENSION = '.sweep.jsonc';

/** More trials than this are refused, since each is a run folder. */
export const MAX_TRIALS = 1000;

const text = z.string().min(1);

export const sweepFileSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  name: text.describe('Name of the sweep. Its runs form an experiment of this name.'),
  run: runFileSchema
    .omit({ name: true, experiment: true, seed: true, seeds: true })
    .describe('Data, model and options that all trials share.'),
  parameters: sweepParametersSchema.describe('Options of a run to search, by their names.'),
  method: z
    .enum(SWEEP_METHODS)
    .exactOptional()
    .describe(
      'grid: every combination. quasi-random: points of a scrambled Halton sequence, which cover the space more evenly than random ones. Default: quasi-random with a number of trials or hours, else grid.',
    ),
  trials: z
    .int()
    .min(1)
    .max(MAX_TRIALS)
    .exactOptional()
    .describe('Number of trials of a quasi-random search.'),
  hours: z
    .number()
    .gt(0)
    .max(10_000)
    .exactOptional()
    .describe(
      'Hours of training for a quasi-random search, instead of a number of trials. No trial starts after them.',
    ),
  metric: z
    .enum(HELD_OUT_METRIC_NAMES)
    .exactOptional()
    .describe(
      'Metric on the held-out split that decides. Whether more or less is better follows from it. Default: the main metric of the task.',
    ),
  seed: z
    .int()
    .min(0)
    .default(0)
    .describe('Seed of the search and of the first run of each trial. Default: 0.'),
  halving: z
    .strictObject({
      rungs: z
        .int()
        .min(2)
        .max(8)
        .default(3)
        .describe('Number of rungs; trials on the last one are trained to the end. Default: 3.'),
      factor: z
        .int()
        .min(2)
        .max(10)
        .default(3)
        .describe(
          'One of this many trials continues to the next rung, which is this many times as long. Default: 3.',
        ),
      tolerance: z
        .number()
        .min(0)
        .default(0)
        .describe(
          'Trials that are worse than the cut-off by at most this much continue too, such as twice the standard deviation over seeds. Default: 0.',
        ),
    })
    .exactOptional()
    .describe(
      'Successive halving: trials pause after a share of their steps, and only the better ones are resumed.',
    ),
  retries: z
    .int()
    .min(0)
    .max(10)
    .default(1)
    .describe('Number of times that a failed trial is tried again. Default: 1.'),
  repeats: z
    .strictObject({
      top: z.int().min(0).max(20).default(3).describe('Number of trials to repeat. Default: 3.'),
      seeds: z.int().min(1).max(100).default(3).describe('Fresh seeds per trial. Default: 3.'),
    })
    .prefault({})
    .describe(
      'The best trials are trained again with fresh seeds, since the best of many results is better than it would be again.',
    ),
});
type Written = z.infer<typeof sweepFileSchema>;

export interface SweepFile extends Omit<Written, 'run' | 'method'> {
  readonly run: RunFile;
  readonly method: SweepMethod;
}

const SWEEP: DocumentKind<Written> = {
  schema: sweepFileSchema,
  empty: problem('sweep.empty', {
    example:
      '{ "name": "learning rate", "run": { "data": ["notes/"] }, "parameters": { "learningRate": { "min": 1e-5, "max": 1e-3, "scale": "log" } }, "trials": 20 }',
  }),
  contentProblems: (written) => [
    ...optionProblems(written.run, ['run']),
    ...parameterProblems(written.parameters, {
      method: methodOf(written),
      set: new Set(Object.keys(written.run)),
    }),
    ...budgetProblems(written),
  ],
};

/** A search of lists and divided ranges without a number of trials is a grid. */
function methodOf({
  method,
  parameters,
  trials,
  hours,
}: Pick<Written, 'method' | 'parameters' | 'trials' | 'hours'>): SweepMethod {
  if (method !== undefined) return method;
  const isDivided = Object.values(parameters).every(
    ({ values, count }) => values !== undefined || count !== undefined,
  );
  return trials === undefined && hours === undefined && isDivided ? 'grid' : 'quasi-random';
}

function budgetProblems(written: Written): ProblemAt[] {
  const { trials, hours, parameters } = written;
  if (Object.keys(parameters).length === 0) return [];
  if (methodOf(written) === 'grid') {
    const size = gridSize(parameters);
    return [
      ...(trials === undefined
        ? []
        : [{ path: [], key: 'trials', problem: problem('sweep.trialsOfGrid') }]),
      ...(size <= MAX_TRIALS
        ? []
        : [
            {
              path: ['parameters'],
              problem: problem('sweep.gridTooLarge', { count: size, most: MAX_TRIALS }),
            },
          ]),
    ];
  }
  if (trials !== undefined && hours !== undefined) {
    return [{ path: [], key: 'hours', problem: problem('sweep.twoBudgets') }];
  }
  if (trials === undefined && hours === undefined) {
    return [{ path: ['parameters'], problem: problem('sweep.noBudget') }];
  }
  return [];
}

/**
 * All problems in the text of a sweep file in order, to mark them in an editor. `placeProblems`
 * returns those of the paths in it.
 */
export function sweepFileProblems(
  content: string,
  placeProblems: (sweep: SweepFile) => readonly ProblemAt[] = () => [],
): DocumentProblem[] {
  return readDocument(content, {
    ...SWEEP,
    contentProblems: (written) => [
      ...(SWEEP.contentProblems?.(written) ?? []),
      ...placeProblems(sweepFileOf(written)),
    ],
  }).problems;
}

function sweepFileOf(written: Written): SweepFile {
  return { ...written, run: runFileOf(written.run), method: methodOf(written) };
}

/** Parses a sweep file. Throws `Data` with the file and the line of the first problem. */
export function parseSweepFile(content: string, file: string): SweepFile {
  return sweepFileOf(parseDocument(content, file, SWEEP));
}
