import { maskingText } from '../../../core/runs/maskingText.js';
import type { RunView } from '../../../protocol/runPanelMessages.js';
import type { TaskSpec } from '../../../core/runs/schema.js';
import type { RunSummary } from '../../../node/runs/runDirectory.js';

function outputsOf(task: TaskSpec): string[] {
  if (task.kind === 'masked-lm') return [];
  return task.kind === 'regression' ? task.outputs : task.labels;
}

/** A run as the panel shows it. */
export function collectRunView(
  run: RunSummary,
  { hasModel, isUsedForHovers }: { hasModel: boolean; isUsedForHovers: boolean },
): RunView {
  const { spec, state } = run;
  return {
    directory: run.directory,
    id: run.id,
    status: run.status,
    problem: run.problem,
    remedy: state?.error?.remedy ?? null,
    setup:
      spec === null
        ? null
        : {
            name: spec.name,
            createdAt: spec.createdAt,
            task: spec.task.kind,
            outputs: outputsOf(spec.task),
            method: spec.method.kind,
            modelName: spec.model.name,
            files: spec.data.files.length,
            bytes: spec.data.files.reduce((sum, file) => sum + file.bytes, 0),
            epochs: spec.training.epochs,
            batchSize: spec.training.batchSize,
            maxLength: spec.training.maxLength,
            learningRate: spec.optimizer.learningRate,
            masking: maskingText(spec.masking),
            threads: spec.training.threads,
            seed: spec.training.seed,
          },
    state,
    hasModel,
    isUsedForHovers,
  };
}
