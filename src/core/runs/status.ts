import type { RunState, RunStatus } from './schema.js';

/** What a reader sees: the written status, or that its process is gone, or nothing readable. */
export type ObservedStatus = RunStatus | 'crashed' | 'unreadable';

const LIVE: ReadonlySet<ObservedStatus> = new Set(['queued', 'preparing', 'running', 'paused']);

/** True while a trainer process owns the run. */
export function isLive(status: ObservedStatus): boolean {
  return LIVE.has(status);
}

/** True where a run has a model to predict or to train on with: one that is not being written. */
export function isUsable(run: {
  readonly status: ObservedStatus;
  readonly hasModel: boolean;
}): boolean {
  return run.hasModel && !isLive(run.status);
}

/** True where a run has left a model that predicts masked words, which is what hovers show. */
export function servesHovers(run: {
  readonly status: ObservedStatus;
  readonly hasModel: boolean;
  readonly fillsMasks: boolean;
}): boolean {
  return isUsable(run) && run.fillsMasks;
}

/** True where starting the trainer again goes on from the last checkpoint. */
export function isResumable(status: ObservedStatus): boolean {
  return status === 'stopped' || status === 'crashed' || status === 'failed';
}

/** A run of another machine whose heartbeat is older than this counts as crashed. */
const STALE_MILLISECONDS = 10 * 60_000;
/** A run that waits for its process this long never got one. */
const LAUNCH_MILLISECONDS = 60_000;

/**
 * Tells a live run from one whose process died without a word. On the run's own machine its process
 * is looked for, so that one that slept with the machine is not given up; no process outlives a
 * restart, which a heartbeat from before it gives away. Elsewhere only the heartbeat's age tells.
 */
export function observeStatus(
  state: RunState,
  world: {
    readonly now: number;
    /** When this machine started, in milliseconds since 1970. */
    readonly bootedAt: number;
    readonly host: string;
    isAlive(pid: number): boolean;
  },
): ObservedStatus {
  if (!isLive(state.status)) return state.status;
  const heartbeat = Date.parse(state.heartbeat);
  const age = world.now - heartbeat;
  if (state.pid === null) return age > LAUNCH_MILLISECONDS ? 'crashed' : state.status;
  const isGone =
    state.host === world.host
      ? heartbeat < world.bootedAt || !world.isAlive(state.pid)
      : age > STALE_MILLISECONDS;
  return isGone ? 'crashed' : state.status;
}
