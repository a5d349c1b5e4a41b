import path from 'node:path';
import { styleText } from 'node:util';
import type { CrossValidation, LabelSuspect } from '../core/evaluation/crossValidation.js';
import { MOST_PARTS } from '../core/data/splitting/fold.js';
import { formatCount, formatShare } from '../core/format.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import { HELD_OUT_METRICS, isHeldOutMetric } from '../core/runs/metrics.js';
import { RUN_OPTION_NAMES } from '../core/runs/options.js';
import { runsFolderOf } from '../node/runs/runDirectory.js';
import { sendToParent } from '../node/runs/commandLineProcess.js';
import {
  foldResults,
  OPTIONS_OF_FOLDS,
  planFolds,
  trainFolds,
  writeCrossValidation,
} from '../node/runs/crossValidate.js';
import { LocalLauncher } from '../node/runs/localLauncher.js';
import { usageError } from './commandLineError.js';
import { DATA_FLAG } from './dataFlags.js';
import { evaluationLines, NAME_WIDTH } from './evaluationLines.js';
import { exitAsStopped } from './interrupts.js';
import { interruptible } from './interruptible.js';
import { outputFolderOf } from './outputFolder.js';
import { print, printError, printJson } from './output.js';
import { EXPERIMENT_FLAG, RUN_NAME_FLAG, TRAINER } from './trainAndShow.js';
import { MODEL_FLAG, requestOf } from './train.js';
import type { CommandShape, CommandValues } from './usage.js';

const USUAL_PARTS = 5;
const USUAL_EXPERIMENT = 'cross-validation';
const SHOWN_SUSPECTS = 10;
const TEXT_WIDTH = 90;

export const CROSS_VALIDATE: CommandShape = {
  name: 'cross-validate',
  group: 'training',
  usage: '[<run file>] --data <files or folders …> [options]',
  summary: 'Train a run for each part of labeled data that is held out, and find wrong labels',
  notes: [
    'Every row is held out by one run, so that all predictions are out of sample. Rows of a group, duplicates and, with --near-duplicates together, near-duplicates stay in one part.',
    'Ctrl+C stops after the current step, with exit code 130. The same command continues: runs of the experiment with the same data, model and options are kept.',
  ],
  flags: {
    data: DATA_FLAG,
    folds: {
      shape: '<number>',
      help: `Number of parts and of runs, from 2 to ${MOST_PARTS}`,
      otherwise: String(USUAL_PARTS),
    },
    model: MODEL_FLAG,
    runs: {
      shape: '<folder>',
      help: 'Folder of the runs',
      otherwise: '.masklab/runs in the current folder',
    },
    out: {
      shape: '<folder>',
      help: 'Folder for cross-validation.json and suspects.csv',
      otherwise: 'no files',
    },
    name: { ...RUN_NAME_FLAG, help: 'Beginning of the names of the runs', otherwise: 'fold' },
    experiment: { ...EXPERIMENT_FLAG, otherwise: USUAL_EXPERIMENT },
    json: { help: 'Print one JSON object at the end instead of lines' },
  },
  runOptions: RUN_OPTION_NAMES.filter((name) => !OPTIONS_OF_FOLDS.has(name)),
  otherwise: { keepModel: 'last, so that the held-out part decides nothing' },
  examples: [
    'masklab cross-validate --data reviews.csv --out cross-validation',
    'masklab cross-validate --data reviews.csv --folds 10 --group-column author',
  ],
};

export async function crossValidateCommand(values: CommandValues): Promise<void> {
  const parts = partsOf(values);
  const given = values.text('out');
  const out = given === undefined ? null : outputFolderOf(given, 'out');
  const json = values.has('json');
  const { request, seeds } = await requestOf(CROSS_VALIDATE, values);
  if (seeds.length > 1) {
    throw usageError('A cross-validation has one seed. Set it with --seed.', CROSS_VALIDATE.name);
  }
  const [seed] = seeds;
  const runsFolder = path.resolve(values.text('runs') ?? runsFolderOf(process.cwd()));
  const name = values.text('name');
  await interruptible(values, async ({ signal }) => {
    const folds = await planFolds(
      {
        ...request,
        runsFolder,
        experiment: values.text('experiment') ?? USUAL_EXPERIMENT,
        ...(name === undefined ? {} : { name }),
        options: { ...request.options, ...(seed === undefined ? {} : { seed }) },
        signal,
      },
      parts,
    );
    for (const warning of folds[0]!.warnings) {
      printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
    }
    const runs = await trainFolds(folds, {
      ...{ runsFolder, signal, launcher: new LocalLauncher(TRAINER) },
      report: (said) => {
        if (!json) print(renderMessage(said, ENGLISH));
      },
      onRun: sendToParent,
    });
    if (runs === null) {
      printError('Stopped. Progress is saved; the same command continues.');
      exitAsStopped();
      return;
    }
    const found = await foldResults(folds, runs);
    if (out !== null) await writeCrossValidation(out, found);
    if (json) printJson(found);
    else print(linesOf(found).join('\n'));
  });
}

function partsOf(values: CommandValues): number {
  const given = values.text('folds') ?? String(USUAL_PARTS);
  const parts = Number(given);
  if (Number.isInteger(parts) && parts >= 2 && parts <= MOST_PARTS) return parts;
  throw usageError(
    `--folds must be a whole number from 2 to ${MOST_PARTS}, but "${given}" was given.`,
    CROSS_VALIDATE.name,
  );
}

function linesOf(found: CrossValidation): string[] {
  const { rows, runs, report } = found;
  const head = ['mean', 'spread', 'pooled'].map((title) => title.padStart(12)).join('');
  return [
    styleText('bold', `${`${runs.length} runs`.padEnd(NAME_WIDTH)}${head}`),
    ...Object.entries(found.metrics).map(([name, { mean, deviation, pooled }]) => {
      const { label, format } = isHeldOutMetric(name)
        ? HELD_OUT_METRICS[name]
        : { label: name, format: String };
      const title = typeof label === 'string' ? label : renderMessage(label, ENGLISH);
      const cells = [mean, deviation, pooled].map((value) =>
        (value === null ? '–' : format(value)).padStart(12),
      );
      return `${title.padEnd(NAME_WIDTH)}${cells.join('')}`;
    }),
    styleText(
      'dim',
      'Spread: standard deviation over the runs. They share training data, so it gives no standard error of the mean (Bengio and Grandvalet 2004).',
    ),
    styleText(
      'dim',
      `Pooled: over ${formatCount(rows.predicted, 'out-of-sample prediction')} of ${formatCount(rows.total, 'row')}.`,
    ),
    ...(rows.missing === 0
      ? []
      : [`${formatCount(rows.missing, 'held-out row')} without a prediction: a limit of the run.`]),
    ...(rows.neverHeldOut === 0
      ? []
      : [
          `${formatCount(rows.neverHeldOut, 'row')} never held out: no other row to train the label on.`,
        ]),
    ...evaluationLines({ ...report, worst: [] }),
    ...suspectLines(found.labelErrors),
  ];
}

function suspectLines(found: CrossValidation['labelErrors']): string[] {
  if (found === null) return ['Wrong labels are only looked for where each text has one label.'];
  const { suspects } = found;
  const title = `${formatCount(suspects.length, 'label')} that may be wrong`;
  return [
    styleText('bold', title),
    ...suspects.slice(0, SHOWN_SUSPECTS).flatMap(lineOfSuspect),
    ...(suspects.length > SHOWN_SUSPECTS
      ? [`  … ${formatCount(suspects.length - SHOWN_SUSPECTS, 'more label')}`]
      : []),
  ];
}

function lineOfSuspect(suspect: LabelSuspect): string[] {
  const { file, line, given, suggested, givenProbability, suggestedProbability, text } = suspect;
  const beginning = text.replaceAll(/\s+/g, ' ').slice(0, TEXT_WIDTH);
  return [
    `  ${file}:${line}  ${beginning}`,
    styleText(
      'dim',
      `    given ${given} (${formatShare(givenProbability)}), suggested ${suggested} (${formatShare(suggestedProbability)})`,
    ),
  ];
}
