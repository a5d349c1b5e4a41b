import { verbatim } from '../../../src/core/messages/message.js';
import type { RunAnnotations } from '../../../src/core/runs/annotations.js';
import type { RunState } from '../../../src/core/runs/schema.js';
import type { ObservedStatus } from '../../../src/core/runs/status.js';
import type { RunSummary } from '../../../src/node/runs/runReader.js';

export interface RunOptions {
  readonly id: string;
  readonly status: ObservedStatus;
  readonly experiment?: string;
  /** Equal for runs that differ only in their seed. Default: the id. */
  readonly group?: string;
  readonly state?: Partial<RunState>;
  readonly hasModel?: boolean;
  readonly annotations?: Partial<RunAnnotations>;
}

/** A run as the store hands it out, filled in where a test does not care. */
export function storedRun({
  id,
  status,
  experiment = 'default',
  group = id,
  state = {},
  hasModel = false,
  annotations = {},
}: RunOptions): RunSummary {
  const name = id.split('-').slice(2).join('-');
  return {
    id,
    directory: `/workspace/.masklab/runs/${id}`,
    name: annotations.name ?? name,
    facts: {
      name,
      createdAt: '2026-11-23T17:15:00.000Z',
      experiment,
      task: 'masked-lm',
      method: 'full',
      modelName: 'small',
      isPretraining: false,
      files: 1,
      bytes: 1000,
      epochs: 3,
      batchSize: 8,
      maxLength: 128,
      learningRate: 1e-3,
      learns: verbatim('15% masked'),
      threads: 2,
      executionProvider: 'cpu',
      study: null,
      imported: null,
      seed: 0,
      group,
      parameters: '{}',
      versions: {},
    },
    annotations: { version: 1, ...annotations },
    state: {
      version: 1,
      status:
        status === 'crashed' || status === 'unreadable' || status === 'runningElsewhere'
          ? 'running'
          : status,
      process: null,
      heartbeat: '2026-11-23T17:16:00.000Z',
      startedAt: '2026-11-23T17:15:01.000Z',
      step: 50,
      totalSteps: 200,
      trainingSeconds: 12,
      secondsLeft: null,
      before: null,
      latest: null,
      best: null,
      activity: verbatim('Training'),
      error: null,
      ...state,
    },
    status,
    problem: null,
    hasModel,
  };
}
