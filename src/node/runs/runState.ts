import { describeError } from '../../core/errors.js';
import { message } from '../../core/messages/message.js';
import { ENGLISH, withText } from '../../core/messages/render.js';
import type { RunState } from '../../core/runs/schema.js';

/** Bytes of `state.json` at most. */
export const MAX_STATE_BYTES = 1 << 24;

/** State of a run before its trainer starts; `waiting` until somebody starts one. */
export function initialRunState(status: 'waiting' | 'queued' = 'queued'): RunState {
  return {
    version: 1,
    status,
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
    activity: status === 'waiting' ? null : message('runs.waitingForTrainer'),
    error: null,
  };
}

/** Content of `state.json`: the state, with English texts for people who read the file. */
export function storedState(state: RunState): unknown {
  const { activity, alerts, error, head } = state;
  return {
    ...state,
    ...(head && { head: withText(head) }),
    ...(alerts && {
      alerts: alerts.map((alert) => ({ ...alert, message: withText(alert.message) })),
    }),
    activity: activity === null ? null : withText(activity),
    error: error === null ? null : { ...error, ...describeError(error, ENGLISH) },
  };
}
