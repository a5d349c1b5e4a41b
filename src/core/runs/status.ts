import type { Sighting } from './processToken.js';
import { runStatusSchema, type RunState } from './schema.js';

/**
 * Status that a reader observes: the written one, crashed (its process is gone), unreadable, or
 * `runningElsewhere` for a run that another tool still writes and nobody here can stop.
 */
export const OBSERVED_STATUSES = [
  ...runStatusSchema.options,
  'crashed',
  'unreadable',
  'runningElsewhere',
] as const;
export type ObservedStatus = (typeof OBSERVED_STATUSES)[number];

const LIVE: ReadonlySet<ObservedStatus> = new Set(['queued', 'preparing', 'running', 'paused']);

/** True while a trainer process owns the run. */
export function isLive(status: ObservedStatus): boolean {
  return LIVE.has(status);
}

/** Whether a run has a complete model to predict with or to train further. */
export function isUsable(run: {
  readonly status: ObservedStatus;
  readonly hasModel: boolean;
}): boolean {
  return run.hasModel && !isLive(run.status);
}

/** Whether a run has a model that predicts masked words, as hovers need. */
export function servesHovers(run: {
  readonly status: ObservedStatus;
  readonly hasModel: boolean;
  readonly fillsMasks: boolean;
}): boolean {
  return isUsable(run) && run.fillsMasks;
}

/** Whether hovers can follow the checkpoints of a run that has no model yet. */
export function hasCheckpointsForHovers(run: {
  readonly status: ObservedStatus;
  readonly hasModel: boolean;
  readonly fillsMasks: boolean;
  readonly state: { readonly step: number } | null;
}): boolean {
  const { status, hasModel, fillsMasks, state } = run;
  const hasStopped = isResumable(status) && !hasModel && (state?.step ?? 0) > 0;
  return fillsMasks && (isLive(status) || hasStopped);
}

/** Whether the run can be started, or resumed from its last checkpoint. */
export function isResumable(status: ObservedStatus): boolean {
  return (
    status === 'waiting' || status === 'stopped' || status === 'crashed' || status === 'failed'
  );
}

/** Whether a failed run would fail again, because its data or its options were refused. */
export function failsAgain(run: {
  readonly status: ObservedStatus;
  readonly problem: { readonly code: string } | null;
}): boolean {
  const code = run.problem?.code;
  return run.status === 'failed' && (code === 'UserInput' || code === 'Data');
}

/** A run that no process owns yet and that does not change for this long was never started. */
const UNOWNED_MILLISECONDS = 60_000;
/** A run of another machine that has not written for this long counts as crashed. */
const STALE_MILLISECONDS = 10 * 60_000;

/** A run of another tool counts as running for this long after its files changed. */
const FOREIGN_MILLISECONDS = 10 * 60_000;

/**
 * Status of a run of another tool, which does not say when it has ended: its heartbeat is the time of
 * its newest file, `now` the time of the same clock. A time in the future, as after a jump of the
 * clock, is as good as one in the past.
 */
export function observeImported(
  { status, heartbeat }: Pick<RunState, 'status' | 'heartbeat'>,
  now: number,
): ObservedStatus {
  if (status !== 'running') return status;
  const isRecent = Math.abs(now - Date.parse(heartbeat)) < FOREIGN_MILLISECONDS;
  return isRecent ? 'runningElsewhere' : 'finished';
}

interface Seen {
  readonly content: string;
  /** When it was first seen, and whether it has changed since the run is watched. */
  readonly at: number;
  readonly hasChanged: boolean;
}

/**
 * Tells live runs from crashed ones. If the process cannot be checked, a run is live while its state
 * changes during observation; clocks of two machines are never compared. A reader keeps one observer
 * for its lifetime.
 */
export class LivenessObserver {
  private readonly seen = new Map<string, Seen>();

  /** `now` is monotonic, in milliseconds. */
  constructor(private readonly now: () => number) {}

  /** Observed status of a run whose process was checked. */
  observe(directory: string, state: RunState, sighting: Sighting | 'unowned'): ObservedStatus {
    if (!isLive(state.status)) {
      this.seen.delete(directory);
      return state.status;
    }
    const { at, hasChanged } = this.watch(directory, `${state.heartbeat} ${state.step}`);
    const isRecent = this.now() - at < STALE_MILLISECONDS;
    switch (sighting) {
      case 'alive':
        return state.status;
      case 'gone':
        return 'crashed';
      case 'presumedGone':
        return hasChanged && isRecent ? state.status : 'crashed';
      case 'unowned':
        return this.now() - at < UNOWNED_MILLISECONDS ? state.status : 'crashed';
      case 'elsewhere':
        return isRecent ? state.status : 'crashed';
    }
  }

  private watch(directory: string, content: string): Seen {
    const known = this.seen.get(directory);
    if (known?.content === content) return known;
    const seen = { content, at: this.now(), hasChanged: known !== undefined };
    this.seen.set(directory, seen);
    return seen;
  }
}
