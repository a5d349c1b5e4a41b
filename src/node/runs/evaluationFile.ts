import path from 'node:path';
import { runEvaluationSchema, type RunEvaluation } from '../../core/runs/evaluationReport.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { writeJsonAtomically, writeJsonAtomicallySync } from '../files/storage.js';
import { parseJson, StampedFiles } from './stampedFiles.js';

/** Writes `evaluation.json` of a run. Throws `Storage`. */
export async function writeEvaluation(directory: string, evaluation: RunEvaluation): Promise<void> {
  await writeJsonAtomically(path.join(directory, RUN_FILES.evaluation), evaluation);
}

/** The same, before the training continues. */
export function writeEvaluationSync(directory: string, evaluation: RunEvaluation): void {
  writeJsonAtomicallySync(path.join(directory, RUN_FILES.evaluation), evaluation);
}

/** Reports of a run; `null` for a run without readable ones. */
export async function readEvaluation(directory: string): Promise<RunEvaluation | null> {
  const files = new StampedFiles((content, name) => parseJson(runEvaluationSchema, content, name));
  return (await files.read(path.join(directory, RUN_FILES.evaluation))).value;
}
