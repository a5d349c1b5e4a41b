import type { ListedRun } from '../../../../src/core/experiments/query/runFields.js';
import { factsOf } from '../../../../src/core/specs/runFacts.js';
import { specOf } from '../../../support/syntheticRuns.js';

export interface RunOptions extends Partial<Omit<ListedRun, 'facts'>> {
  readonly learningRate?: number;
  readonly policy?: string;
  readonly experiment?: string;
  readonly seed?: number;
  readonly createdAt?: string;
}

/** A run to list, filled in where a test does not care. */
export function listedRun({
  learningRate = 1e-3,
  policy,
  experiment = 'default',
  seed = 0,
  createdAt = '2026-11-23T17:15:00.000Z',
  ...more
}: RunOptions): ListedRun {
  const spec = specOf(more.name ?? 'a run');
  const masking = policy === undefined ? spec.masking : { ...spec.masking!, name: policy };
  return {
    id: `20261123-171500-${more.name ?? 'run'}`,
    name: 'a run',
    status: 'finished',
    annotations: { version: 1 },
    state: null,
    ...more,
    facts: factsOf({
      ...spec,
      ...{ masking, experiment, createdAt },
      optimizer: { ...spec.optimizer, learningRate },
      training: { ...spec.training, seed },
    }),
  };
}

/** State of a run that ranks by its loss. */
export function stateOf(loss: number, trainingSeconds = 60): ListedRun['state'] {
  return {
    best: { metric: 'loss', value: loss, step: 1 },
    latest: { loss: loss + 1, perplexity: Math.exp(loss + 1) },
    trainingSeconds,
  };
}
