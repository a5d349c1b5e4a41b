import path from 'node:path';
import {
  compareMetrics,
  versionDifferences,
  type Reproduction,
} from '../core/experiments/reproduction.js';
import { formatCount } from '../core/format.js';
import { fingerprintModelFolder } from '../node/models/modelFingerprint.js';
import { readMetrics } from '../node/runs/readMetrics.js';
import { repeatRun } from '../node/runs/repeatRun.js';
import { runModelFolder } from '../node/runs/runDirectory.js';
import { readRun } from '../node/runs/runReader.js';
import { readRunSpec } from '../node/runs/runSpecFile.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { exitAsStopped } from './interrupts.js';
import { print, printError, printJson } from './output.js';
import { problemText } from './runs.js';
import { refuseSecondStart, trainAndShow, trainToEnd } from './trainAndShow.js';
import type { CommandShape, CommandValues } from './usage.js';

export const REPRODUCE: CommandShape = {
  name: 'reproduce',
  group: 'training',
  usage: '<run folder> [--json]',
  summary: 'Train a run again and compare its metrics and weights bit by bit',
  notes: [
    'The repetition is a separate run with the same data, model, options and seed. Results are equal on the same processor with the same versions and the same number of threads. Exits with 1 if they differ.',
  ],
  flags: { json: { help: 'Print one JSON object instead of lines' } },
  examples: ['masklab reproduce .masklab/runs/20261123-1200-calm-river'],
};

export async function reproduceCommand(values: CommandValues): Promise<void> {
  const [folder, ...others] = values.positionals;
  if (folder === undefined || others.length > 0) {
    throw usageError('"masklab reproduce" requires one run folder.', REPRODUCE.name);
  }
  const directory = path.resolve(folder);
  const run = await readRun(directory);
  if (run.facts === null) {
    const reason = problemText(run) ?? '';
    throw new CommandLineError(
      `${folder} is not a run folder. ${reason}`.trimEnd(),
      'Run "masklab runs" to list the runs of this folder.',
    );
  }
  if (run.status !== 'finished') {
    throw new CommandLineError(
      `${run.name} has not finished.`,
      'Choose a finished run, or resume this one first.',
    );
  }
  await refuseSecondStart(path.dirname(directory));
  const isJson = values.has('json');
  const name = `${run.name} (repeated)`;
  const repetition = await repeatRun(directory, { name });
  const { status } = isJson
    ? await trainToEnd(repetition.directory, null)
    : await trainAndShow(repetition.directory, { json: false });
  if (status === 'stopped') {
    printError('masklab: The repetition was stopped. Nothing was compared.');
    exitAsStopped();
    return;
  }
  const result: Result = {
    run: run.id,
    repetition: path.basename(repetition.directory),
    ...compareMetrics(await readMetrics(directory), await readMetrics(repetition.directory)),
    sameWeights: await haveSameWeights(directory, repetition.directory),
    versions: versionDifferences((await readRunSpec(directory)).versions, repetition.spec.versions),
    threadsKnown: repetition.spec.training.threads !== null,
  };
  const isSame = result.first === null && result.unmatched === 0 && result.sameWeights === true;
  if (!isSame) process.exitCode = 1;
  if (isJson) printJson({ same: isSame, ...result });
  else print(['', ...linesOf(result, isSame)].join('\n'));
}

interface Result extends Reproduction {
  readonly run: string;
  readonly repetition: string;
  /** `null` if one of the models is missing. */
  readonly sameWeights: boolean | null;
  readonly versions: ReturnType<typeof versionDifferences>;
  /** Whether the number of threads is part of the run. */
  readonly threadsKnown: boolean;
}

async function haveSameWeights(before: string, after: string): Promise<boolean | null> {
  const prints = await Promise.all(
    [before, after].map((directory) =>
      fingerprintModelFolder(runModelFolder(directory)).catch(() => null),
    ),
  );
  return prints.includes(null) ? null : prints[0] === prints[1];
}

function linesOf(result: Result, isSame: boolean): string[] {
  const { rows, unmatched, first, largestLossDifference, sameWeights, versions } = result;
  if (isSame) {
    return [
      `Reproduced: ${formatCount(rows, 'row')} of metrics and the model are equal bit for bit.`,
    ];
  }
  const value = (number: number | null): string => (number === null ? 'none' : String(number));
  return [
    'Not reproduced bit for bit.',
    ...(first === null
      ? []
      : [
          `  first difference   step ${first.step}, ${first.split}: ${first.metric} ${value(first.before)} before, ${value(first.after)} now`,
          `  largest difference ${largestLossDifference.toExponential(1)} of the loss`,
        ]),
    ...(unmatched === 0 ? [] : [`  rows               ${unmatched} without a counterpart`]),
    ...(sameWeights === null ? ['  model              missing'] : []),
    ...(sameWeights === false ? ['  model              other weights, config or vocabulary'] : []),
    ...versions.map(
      ({ name, before, after }) =>
        `  ${name.padEnd(18)} ${before ?? 'none'} before, ${after ?? 'none'} now`,
    ),
    ...(result.threadsKnown
      ? []
      : ['  threads            not fixed by the run: another number of cores rounds differently']),
  ];
}
