import type { ModelRun } from '../../core/hub/localModel.js';
import type { RunSummary } from './runReader.js';

/** Runs as a list of models needs them. */
export function modelRunsOf(runs: readonly RunSummary[]): ModelRun[] {
  return runs.map(({ directory, name, hasModel, facts }) => ({
    ...{ directory, name, hasModel },
    hasStart: facts?.isPretraining === false,
  }));
}
