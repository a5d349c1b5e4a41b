import type { RunSpec, RunState } from '../core/runs/schema.js';
import { runModelFolder } from '../node/runDirectory.js';
import { writeModelFolder } from '../node/modelFolder.js';
import { modelCard } from './modelCard.js';
import type { PreparedRun } from './prepare.js';

/** Writes the run's `model/`: a Hugging Face folder that Masklab, transformers and others load. */
export function writeTrainedModel(
  directory: string,
  spec: RunSpec,
  { model, engine }: PreparedRun,
  state: RunState,
): Promise<void> {
  return writeModelFolder(runModelFolder(directory), {
    ...model,
    parameters: engine.parameters(),
    modelCard: modelCard(spec, state),
  });
}
