import type { ObservedStatus } from './status.js';

/** A word, a codicon and a tone for every status of a run: colour never stands alone. */
export interface StatusText {
  readonly word: string;
  readonly icon: string;
  readonly tone: 'live' | 'good' | 'bad' | 'quiet';
}

export const STATUS_TEXT: Record<ObservedStatus, StatusText> = {
  queued: { word: 'Starting', icon: 'loading', tone: 'live' },
  preparing: { word: 'Preparing', icon: 'loading', tone: 'live' },
  running: { word: 'Training', icon: 'loading', tone: 'live' },
  paused: { word: 'Paused', icon: 'debug-pause', tone: 'quiet' },
  stopped: { word: 'Stopped', icon: 'stop-circle', tone: 'quiet' },
  finished: { word: 'Finished', icon: 'pass', tone: 'good' },
  failed: { word: 'Failed', icon: 'error', tone: 'bad' },
  crashed: { word: 'Crashed', icon: 'warning', tone: 'bad' },
  unreadable: { word: 'Unreadable', icon: 'question', tone: 'bad' },
};
