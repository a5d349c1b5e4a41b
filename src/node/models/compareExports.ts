import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TrainingBatch } from '../../core/batches/batch.js';
import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { stepOfModel, type ExportComparison } from '../../core/runs/exportComparison.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import { storing } from '../files/storage.js';
import { prepareLabelled } from '../preparation/prepareLabelled.js';
import { prepareText } from '../preparation/prepareText.js';
import { refuseChangedFiles } from '../preparation/refuseChangedFiles.js';
import { writeExportComparison } from '../runs/exportComparisonFile.js';
import { runModelFolder } from '../runs/runDirectory.js';
import { readRun } from '../runs/runReader.js';
import { readRunSpec } from '../runs/runSpecFile.js';
import { checkExports } from './checkExport.js';
import { fittingTokenizer } from './fittingTokenizer.js';
import { readModelFolder, type ModelFolder } from './modelFolder.js';

/** Forms of ONNX exports that are compared with float32. */
export const COMPARED_FORMS: readonly GraphForm[] = [
  { precision: 'float16' },
  { precision: 'int8' },
  { precision: 'int8', portable: true },
];

interface CompareOptions {
  readonly signal: Pick<AbortSignal, 'aborted'>;
  /** Called with the number of forms that are done, float32 among them. */
  readonly onProgress: (done: number) => void;
}

/**
 * Compares the ONNX exports of a run's model on the held-out examples that its metrics are computed
 * from, and writes `exports.json`. Throws `Data` if the data is gone or has changed, and `Cancelled`.
 */
export async function compareExports(
  directory: string,
  { signal, onProgress }: CompareOptions,
): Promise<ExportComparison> {
  const spec = await readRunSpec(directory);
  const model = await readModelFolder(runModelFolder(directory));
  const batches = await heldOutBatches(spec, model);
  const data = { batches, task: spec.task, signal };
  const { reference, forms, processor } = await checkExports(
    model,
    COMPARED_FORMS,
    data,
    onProgress,
  );
  const { state } = await readRun(directory);
  const step = state === null ? 0 : stepOfModel(state);
  const comparison = { version: 1 as const, step, reference, forms, processor };
  await writeExportComparison(directory, comparison);
  return comparison;
}

async function heldOutBatches(
  spec: RunSpec,
  model: ModelFolder,
): Promise<readonly TrainingBatch[]> {
  await refuseChangedFiles(spec);
  const objective = objectiveOf(spec.task);
  const tokenizer = fittingTokenizer(model);
  const maxLength = Math.min(spec.training.maxLength, model.model.maxLength);
  const temporary = storing(os.tmpdir(), () =>
    fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-held-out-')),
  );
  try {
    const storePath = path.join(temporary, RUN_FILES.sequences);
    const prepared =
      objective.data === 'text'
        ? await prepareText(spec, { tokenizer, maxLength, storePath, report: () => undefined })
        : await prepareLabelled(spec, objective, { tokenizer, maxLength });
    try {
      return [...prepared.data.heldOutBatches()];
    } finally {
      prepared.dispose();
    }
  } finally {
    await fs.promises.rm(temporary, { recursive: true, force: true });
  }
}
