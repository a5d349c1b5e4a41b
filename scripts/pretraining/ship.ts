import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { loadPredictionModel } from '../../src/node/models/predictionModel.js';
import { readModelFolder, writeModelFolder } from '../../src/node/models/modelFolder.js';
import { runModelFolder } from '../../src/node/runs/runDirectory.js';
import type { RunSummary } from '../../src/node/runs/runReader.js';
import { measureModel, type Figures } from './measure.js';
import { modelCard } from './modelCard.js';
import { PATHS } from './recipe.js';
import type { StageRecord } from './stageRecord.js';

/**
 * Puts the model of the last stage where the extension takes it from, its weights as 8-bit integers,
 * with a card that tells how they were trained and what they know.
 */
export async function ship(
  { directory }: RunSummary,
  stages: readonly StageRecord[],
): Promise<void> {
  const folder = path.join(PATHS.root, BUNDLED_MODEL_FOLDER);
  const model = await readModelFolder(runModelFolder(directory));
  const write = (to: string, card: string): Promise<void> =>
    writeModelFolder(to, {
      ...{ ...model, modelCard: card, form: { precision: 'int8' } },
      // Graphs are built from the weights when they are needed.
      withoutOnnx: true,
    });
  // What is measured is what is shipped.
  const measured = path.join(directory, 'measured');
  await write(measured, '');
  const figures = await figuresOf(measured);
  fs.rmSync(measured, { recursive: true });
  const name = path.basename(folder);
  await write(folder, modelCard({ name, stages, model, figures }));
  const bytes = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .reduce((sum, file) => sum + fs.statSync(path.join(folder, file)).size, 0);
  console.log(`${folder}: ${(bytes / 1e6).toFixed(1)} MB`);
}

async function figuresOf(folder: string): Promise<Figures> {
  const model = await loadPredictionModel(folder, { threads: os.availableParallelism() });
  try {
    return await measureModel(model);
  } finally {
    await model.release();
  }
}
