import type { Sighting } from './processToken.js';
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

/** A run that no process owns yet and that does not change for this long was never started. */
const UNOWNED_MILLISECONDS = 60_000;
/** A run of another machine that has not written for this long counts as crashed. */
const STALE_MILLISECONDS = 10 * 60_000;

interface Seen {
  readonly content: string;
  /** When it was first seen, and whether it has changed since the run is watched. */
  readonly at: number;
  readonly hasChanged: boolean;
}

/**
 * Tells live runs from those whose process died without a word. Where the process cannot be asked,
 * a run is live while its state changes under the reader's eyes; two machines' clocks are never
 * compared. A reader keeps one of these for as long as it reads.
 */
export class LivenessObserver {
  private readonly seen = new Map<string, Seen>();

  /** `now` is monotonic, in milliseconds. */
  constructor(private readonly now: () => number) {}

  /** What a reader sees of a run whose state names a process that was looked for. */
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
