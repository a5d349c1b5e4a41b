import path from 'node:path';
import { RUN_FILES } from '../../core/runs/schema.js';
import { fileExists } from '../files/descriptors.js';
import { readStoredSpec } from '../runs/runSpecFile.js';

/** Share of the training examples of a run's model that were masked at random; null where no run says. */
export async function maskedExamplesOf(modelFolder: string): Promise<number | null> {
  const directory = path.dirname(path.resolve(modelFolder));
  if (!(await fileExists(path.join(directory, RUN_FILES.spec)))) return null;
  const { spec } = await readStoredSpec(directory);
  return spec.training.maskedExamples;
}
