import path from 'node:path';
import type { EvaluationReport } from '../core/runs/evaluationReport.js';
import { withTrainedInput } from '../core/models/trainedInput.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import { RUN_FILES, type RunSpec, type RunState } from '../core/runs/schema.js';
import { writeAdapterFolder } from '../node/models/adapterFolder.js';
import { runModelFolder } from '../node/runs/runDirectory.js';
import { writeModelFolder } from '../node/models/modelFolder.js';
import { modelCard } from './modelCard.js';
import type { PreparedRun } from './prepare.js';

interface TrainedRun {
  readonly spec: RunSpec;
  readonly prepared: PreparedRun;
  readonly state: RunState;
  readonly reports: readonly EvaluationReport[];
}

/**
 * Writes the run's `model/`, a Hugging Face folder that Masklab, transformers and others load, and its
 * adapters by themselves where they are kept.
 */
export function writeTrainedModel(
  directory: string,
  { spec, prepared: { model, engine }, state, reports }: TrainedRun,
): Promise<void> {
  const adapters = spec.method.lora?.keepAdapter === true ? engine.adapters() : null;
  if (adapters !== null) {
    const trained = engine.trainedParameters();
    writeAdapterFolder(path.join(directory, RUN_FILES.adapter), { spec, adapters, trained });
  }
  const { maxLength, truncation, stride } = spec.training;
  const input =
    objectiveOf(spec.task).data === 'labelled'
      ? { maxLength: Math.min(maxLength, model.model.maxLength), truncation, stride }
      : null;
  // A second head that only the training needed is not part of the model.
  const own = new Set(model.model.parameters.map(({ name }) => name));
  return writeModelFolder(runModelFolder(directory), {
    ...model,
    configJson: withTrainedInput(model.configJson, input),
    parameters: new Map([...engine.modelParameters()].filter(([name]) => own.has(name))),
    modelCard: modelCard(spec, state, reports),
  });
}
