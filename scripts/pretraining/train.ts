// Trains the bundled model from scratch, with the same engine and the same run directory as every
// run, and puts it where the extension takes it from. It can be interrupted and started again with
// the same command: it resumes from its latest checkpoint.
// usage: npm run pretrain:bundled, or without making the corpus again:
//        npx tsx scripts/pretraining/train.ts [--epochs 1.2] [--trainer dist/trainer.js]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { runSpecSchema, type RunSpec } from '../../src/core/runs/schema.js';
import { isLive } from '../../src/core/runs/status.js';
import { pretrainingRun } from '../../src/core/specs/pretraining.js';
import { createRun, planRun } from '../../src/node/runs/createRun.js';
import { inspectRun, type RunRequest } from '../../src/node/runs/inspectRun.js';
import { followRun } from '../../src/node/runs/followRun.js';
import { LocalLauncher } from '../../src/node/runs/localLauncher.js';
import { listRuns, readRun, type RunSummary } from '../../src/node/runs/runReader.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { ARCHITECTURE, MASKING, OPTIONS, PATHS, VOCABULARY } from './recipe.js';
import { ship } from './ship.js';
import { describeError } from '../../src/core/errors.js';
import { ENGLISH } from '../../src/core/messages/render.js';

const { values } = parseArgs({
  options: {
    text: { type: 'string', default: PATHS.text },
    runs: { type: 'string', default: PATHS.runs },
    epochs: { type: 'string', default: String(OPTIONS.epochs) },
    trainer: { type: 'string', default: path.join(PATHS.root, 'dist/trainer.js') },
  },
});

async function main(): Promise<void> {
  const directory = (await newestRun()) ?? (await startRun());
  const run = await readRun(directory);
  const end = run.status === 'finished' ? run : await trainToEnd(directory);
  if (end.status !== 'finished')
    throw new Error(
      `the run ${end.status}: ${end.problem === null ? '' : describeError(end.problem, ENGLISH).message}`,
    );
  await ship(end);
}

/** The run of this recipe that has been started before; null where there is none. */
async function newestRun(): Promise<string | null> {
  const [run] = await listRuns(values.runs);
  if (run === undefined) return null;
  const { spec } = await planRun(await inspectRun(request()));
  if (recipeIn(await readRunSpec(run.directory)) === recipeIn(spec)) return run.directory;
  throw new Error(
    `${run.directory} was made by another recipe or of other text: move it away, or name another folder with --runs.`,
  );
}

/** All of a spec that decides what comes out. */
function recipeIn(spec: RunSpec): string {
  const { newModel, masking, optimizer, training, data } = runSpecSchema.parse(spec);
  return JSON.stringify({ newModel, masking, optimizer, training, data });
}

async function startRun(): Promise<string> {
  return (await createRun(await inspectRun(request()))).directory;
}

function request(): RunRequest {
  const newModel = { vocabulary: VOCABULARY, architecture: ARCHITECTURE };
  return {
    ...pretrainingRun(newModel, { ...OPTIONS, epochs: Number(values.epochs) }),
    runsFolder: values.runs,
    workspaceFolder: values.text,
    paths: ['.'],
    name: path.basename(BUNDLED_MODEL_FOLDER),
    masking: MASKING,
  };
}

async function trainToEnd(run: string): Promise<RunSummary> {
  const { status, state } = await readRun(run);
  // A trainer that is at work already is only watched.
  if (!isLive(status) || state?.process == null) {
    await new LocalLauncher({
      trainerPath: path.resolve(values.trainer),
      execPath: process.execPath,
    }).start(run);
  }
  return new Promise((resolve) => {
    const follower = followRun(run, {
      onMetrics: (rows) => {
        for (const row of rows) if (row.split === 'heldOut') console.log(JSON.stringify(row));
      },
      onState: (summary) => {
        if (isLive(summary.status)) return;
        follower.dispose();
        resolve(summary);
      },
    });
  });
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
