import {
  methodSpecSchema,
  readingSpecSchema,
  type RunSpec,
  type RunState,
} from '../../../src/core/runs/schema.js';
import { BERT_MASKING } from '../../../src/core/masking/policy/policy.js';
import type { ObservedStatus } from '../../../src/core/runs/status.js';
import { DEFAULT_OPTIMIZER, suggestTraining } from '../../../src/core/train/defaults.js';
import type { StoredRun } from '../../../src/host/runs/runStore.js';

export interface RunOptions {
  readonly id: string;
  readonly status: ObservedStatus;
  readonly experiment?: string;
  readonly state?: Partial<RunState>;
  readonly hasModel?: boolean;
}

/** A run as the store hands it out, filled in where a test does not care. */
export function storedRun({
  id,
  status,
  experiment = 'default',
  state = {},
  hasModel = false,
}: RunOptions): StoredRun {
  const name = id.split('-').slice(2).join('-');
  const spec: RunSpec = {
    version: 1,
    id,
    name,
    createdAt: '2026-11-23T17:15:00.000Z',
    experiment,
    task: { kind: 'masked-lm' },
    method: methodSpecSchema.parse({}),
    workspaceFolder: '/workspace',
    model: { path: '/model', name: 'small', sha256: '0'.repeat(64) },
    newModel: null,
    data: {
      files: [{ path: 'a.txt', bytes: 1000, sha256: '0'.repeat(64) }],
      heldOutFraction: 0.1,
      splitSeed: 0,
      labelled: null,
      testFraction: 0,
      reading: readingSpecSchema.parse({}),
    },
    masking: BERT_MASKING,
    optimizer: { ...DEFAULT_OPTIMIZER, learningRate: 1e-3 },
    training: suggestTraining({ bytes: 1000 }, { threads: 2 }),
    versions: {},
  };
  return {
    id,
    directory: `/workspace/.masklab/runs/${id}`,
    spec,
    state: {
      version: 1,
      status: status === 'crashed' || status === 'unreadable' ? 'running' : status,
      pid: null,
      host: 'here',
      heartbeat: '2026-11-23T17:16:00.000Z',
      startedAt: '2026-11-23T17:15:01.000Z',
      step: 50,
      totalSteps: 200,
      trainingSeconds: 12,
      secondsLeft: null,
      before: null,
      latest: null,
      best: null,
      activity: 'Training',
      error: null,
      ...state,
    },
    status,
    problem: null,
    hasModel,
  };
}
