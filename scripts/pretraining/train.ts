// Trains the bundled model from scratch, with the same engine and the same run directories as every
// run, and puts it where the extension takes it from. It can be interrupted and started again with
// the same command: it resumes the stage that it was in from its latest checkpoint.
// Stages whose record is in `stages/` were trained for the model that ships, so the next one continues
// from it; `--again` trains all of them, and `--until` names the last one to train.
// usage: npm run pretrain:bundled, or without making the corpus again:
//        npx tsx --conditions=import scripts/pretraining/train.ts [--again] [--until everyday]
//          [--scale 1] [--threads 2] [--trainer dist/trainer.js]
// `--scale 0.01` tries the stages with a hundredth of the steps, and ships nothing.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../../src/core/errors.js';
import { ENGLISH } from '../../src/core/messages/render.js';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { runSpecSchema, type RunSpec } from '../../src/core/runs/schema.js';
import { isLive } from '../../src/core/runs/status.js';
import { pretrainingRun } from '../../src/core/specs/pretraining.js';
import { readModelFolder, writeModelFolder } from '../../src/node/models/modelFolder.js';
import { createRun, planRun } from '../../src/node/runs/createRun.js';
import { followRun } from '../../src/node/runs/followRun.js';
import { inspectRun, type RunRequest } from '../../src/node/runs/inspectRun.js';
import { LocalLauncher } from '../../src/node/runs/localLauncher.js';
import { runModelFolder } from '../../src/node/runs/runDirectory.js';
import { listRuns, readRun, type RunSummary } from '../../src/node/runs/runReader.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { doubleLayers } from './doubleLayers.js';
import {
  ARCHITECTURE,
  maskingOf,
  OPTIONS,
  PATHS,
  STAGES,
  VOCABULARY,
  type Stage,
} from './recipe.js';
import { ship } from './ship.js';
import { readStageRecord, recordOf, writeStageRecord, type StageRecord } from './stageRecord.js';

const { values } = parseArgs({
  options: {
    text: { type: 'string', default: PATHS.cache },
    runs: { type: 'string', default: PATHS.runs },
    again: { type: 'boolean', default: false },
    until: { type: 'string' },
    threads: { type: 'string', default: '2' },
    scale: { type: 'string', default: '1' },
    trainer: { type: 'string', default: path.join(PATHS.root, 'dist/trainer.js') },
  },
});
const scale = Number(values.scale);

async function main(): Promise<void> {
  const records: StageRecord[] = [];
  let modelFolder: string | null = null;
  let last: RunSummary | null = null;
  for (const stage of STAGES) {
    const record = values.again || last !== null ? null : readStageRecord(stage);
    if (record !== null) {
      records.push(record);
      modelFolder = path.join(PATHS.root, BUNDLED_MODEL_FOLDER);
      continue;
    }
    console.log(`== ${stage.name}`);
    last = await completed(stage, modelFolder);
    modelFolder = runModelFolder(last.directory);
    records.push(await recordOf(stage, last));
    if (stage.name === values.until) break;
  }
  if (last === null || scale !== 1) return;
  await ship(last, records);
  records.forEach(writeStageRecord);
}

/** The finished run of a stage, which is started or resumed if it is not. */
async function completed(stage: Stage, modelFolder: string | null): Promise<RunSummary> {
  const request = await requestOf(stage, modelFolder);
  const directory =
    (await newestRun(request)) ?? (await createRun(await inspectRun(request))).directory;
  const run = await readRun(directory);
  const end = run.status === 'finished' ? run : await trainToEnd(directory);
  if (end.status === 'finished') return end;
  const reason = end.problem === null ? '' : describeError(end.problem, ENGLISH).message;
  throw new Error(`the run ${end.status}: ${reason}`);
}

/** The run of this stage that has been started before; `null` if there is none. */
async function newestRun(request: RunRequest): Promise<string | null> {
  const [run] = await listRuns(request.runsFolder);
  if (run === undefined) return null;
  const { spec } = await planRun(await inspectRun(request));
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

/** Of a stage that continues from a model, or begins a new one. */
async function requestOf(stage: Stage, modelFolder: string | null): Promise<RunRequest> {
  const epochs = (stage.options.epochs ?? 1) * scale;
  const options = { ...OPTIONS, ...stage.options, epochs, threads: Number(values.threads) };
  const newModel = { vocabulary: VOCABULARY, architecture: ARCHITECTURE };
  const start =
    modelFolder === null
      ? pretrainingRun(newModel, options)
      : { experiment: 'pretraining', options, modelFolder: await startOf(stage, modelFolder) };
  return {
    ...start,
    runsFolder: path.join(values.runs, stage.name),
    workspaceFolder: path.join(values.text, stage.text),
    paths: ['.'],
    name: path.basename(BUNDLED_MODEL_FOLDER),
    masking: maskingOf(stage),
  };
}

/** Model that a stage starts from: that of the stage before it, or that with twice the layers. */
async function startOf({ name, isDeepened }: Stage, trained: string): Promise<string> {
  if (!isDeepened) return trained;
  const folder = path.join(values.runs, `${name}-start`);
  if (fs.existsSync(folder)) return folder;
  const { configJson, parameters, ...model } = await readModelFolder(trained);
  const { tokenizerJson, tokenizerConfigJson, tokenizerFiles } = model;
  await writeModelFolder(folder, {
    ...doubleLayers(configJson, parameters),
    ...{ tokenizerJson, tokenizerConfigJson, tokenizerFiles },
    modelCard: '',
    withoutOnnx: true,
  });
  return folder;
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
