import type { RunState } from '../../core/runs/schema.js';

/** The state of a run that no trainer has touched yet. */
export function initialRunState(): RunState {
  return {
    version: 1,
    status: 'queued',
    process: null,
    heartbeat: new Date().toISOString(),
    startedAt: null,
    step: 0,
    totalSteps: 0,
    trainingSeconds: 0,
    secondsLeft: null,
    before: null,
    latest: null,
    best: null,
    activity: 'Waiting for the trainer to start',
    error: null,
  };
}
