import path from 'node:path';
import { AppError } from '../core/errors.js';
import { BUNDLED_MODEL_FOLDER } from '../core/models/bundled.js';
import { isLive } from '../core/runs/status.js';
import { createRun } from '../node/createRun.js';
import { followRun } from '../node/followRun.js';
import { launchTrainer } from '../node/launchTrainer.js';
import {
  listRuns,
  readRun,
  requestControl,
  runsFolderOf,
  type RunSummary,
} from '../node/runDirectory.js';
import { TrainingReport } from './trainingReport.js';
import { numberOption, parseOptions, usageError } from './usage.js';

/** `masklab train`: creates a run, starts its trainer and shows it until it ends. */
export async function trainCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: {
      data: { type: 'string', multiple: true },
      model: { type: 'string' },
      out: { type: 'string' },
      name: { type: 'string' },
      epochs: { type: 'string' },
      'batch-size': { type: 'string' },
      'max-length': { type: 'string' },
      'learning-rate': { type: 'string' },
      threads: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  // `--data a b c`: what follows without an option name is data too.
  const paths = [...(values.data ?? []), ...positionals];
  if (paths.length === 0) throw usageError('masklab train needs --data with files or folders.');
  const count = (name: 'batch-size' | 'threads' | 'seed' | 'max-length', minimum: number) =>
    numberOption(name, values[name], { integer: true, minimum });
  const overrides = definedOnly({
    epochs: numberOption('epochs', values.epochs, { integer: false, minimum: 0.001 }),
    learningRate: numberOption('learning-rate', values['learning-rate'], {
      integer: false,
      minimum: 1e-12,
    }),
    batchSize: count('batch-size', 1),
    maxLength: count('max-length', 8),
    threads: count('threads', 1),
    seed: count('seed', 0),
  });

  const runsFolder = path.resolve(values.out ?? runsFolderOf(process.cwd()));
  await refuseSecondStart(runsFolder);
  const run = await createRun({
    runsFolder,
    workspaceFolder: process.cwd(),
    paths,
    modelFolder: values.model ?? path.join(__dirname, '..', BUNDLED_MODEL_FOLDER),
    overrides,
    ...(values.name === undefined ? {} : { name: values.name }),
  });
  for (const warning of run.warnings) console.error(`masklab: ${warning}`);
  await trainAndShow(run.directory, values.json);
}

/** `masklab resume <run folder>`: goes on from the newest checkpoint. */
export async function resumeCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw usageError('masklab resume needs the folder of a run.');
  const run = await readRun(path.resolve(folder));
  if (run.spec === null)
    throw usageError(`${folder} is not a run: ${run.problem ?? 'unreadable'}.`);
  if (isLive(run.status)) throw usageError(`${run.id} is being trained already.`);
  if (run.status === 'finished') throw usageError(`${run.id} is finished already.`);
  await trainAndShow(run.directory, values.json);
}

async function trainAndShow(directory: string, json: boolean): Promise<void> {
  const before = await readRun(directory);
  await launchTrainer(directory, {
    trainerPath: path.join(__dirname, 'trainer.js'),
    execPath: process.execPath,
  });
  const report = json ? null : new TrainingReport(before.spec!, directory);
  const onInterrupt = (): void => {
    report?.note('Stopping at the next step; what was learned so far is kept.');
    requestControl(directory, 'stop');
  };
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const end = await waitForEnd(directory, report);
  process.off('SIGINT', onInterrupt);
  process.off('SIGTERM', onInterrupt);
  report?.end(end);
  if (json)
    console.log(JSON.stringify({ id: end.id, directory, status: end.status, ...end.state }));
  if (end.status === 'failed' || end.status === 'crashed' || end.status === 'unreadable') {
    process.exitCode = 1;
  }
}

/** Resolves when the run, live since it was launched, has ended. */
function waitForEnd(directory: string, report: TrainingReport | null): Promise<RunSummary> {
  return new Promise((resolve) => {
    const follower = followRun(directory, {
      onMetrics: (rows) => report?.metrics(rows),
      onSamples: (rows) => report?.samples(rows),
      onReset: () => report?.reset(),
      onState: (summary) => {
        report?.state(summary);
        if (isLive(summary.status)) return;
        follower.dispose();
        resolve(summary);
      },
    });
  });
}

/** Two runs at once on one machine both crawl: the second start is refused, naming the first. */
async function refuseSecondStart(runsFolder: string): Promise<void> {
  const live = (await listRuns(runsFolder)).find((run) => isLive(run.status));
  if (live === undefined) return;
  throw new AppError({
    code: 'UserInput',
    details: {
      problem: `${live.id} is still training (step ${live.state?.step ?? 0} of ${live.state?.totalSteps ?? 0}).`,
      remedy: 'Wait for it, stop it, or give this run another --out folder.',
    },
  });
}

function definedOnly<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
