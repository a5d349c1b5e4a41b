import { message, type Message } from '../messages/message.js';
import type { RunState } from './schema.js';
import type { ObservedStatus } from './status.js';
import { fallsShort } from './runVerdict.js';

/** Word, codicon and tone of a run's status, so that color is never the only sign. */
export interface StatusText {
  readonly word: Message;
  readonly icon: string;
  readonly tone: 'live' | 'good' | 'warning' | 'bad' | 'quiet';
}

const STATUS_TEXT: Record<ObservedStatus, StatusText> = {
  waiting: { word: message('status.waiting'), icon: 'clock', tone: 'quiet' },
  queued: { word: message('status.queued'), icon: 'loading', tone: 'live' },
  preparing: { word: message('status.preparing'), icon: 'loading', tone: 'live' },
  running: { word: message('status.running'), icon: 'loading', tone: 'live' },
  paused: { word: message('status.paused'), icon: 'debug-pause', tone: 'quiet' },
  stopped: { word: message('status.stopped'), icon: 'stop-circle', tone: 'quiet' },
  finished: { word: message('status.finished'), icon: 'pass', tone: 'good' },
  failed: { word: message('status.failed'), icon: 'error', tone: 'bad' },
  crashed: { word: message('status.crashed'), icon: 'warning', tone: 'bad' },
  unreadable: { word: message('status.unreadable'), icon: 'question', tone: 'bad' },
};

const FINISHED_BUT: StatusText = {
  word: message('status.finishedBut'),
  icon: 'warning',
  tone: 'warning',
};

/** Status of a run as lists show it; a finished run whose model falls short is not a success. */
export function statusTextOf({
  status,
  state,
}: {
  readonly status: ObservedStatus;
  readonly state: Pick<RunState, 'verdict'> | null;
}): StatusText {
  return status === 'finished' && fallsShort(state?.verdict) ? FINISHED_BUT : STATUS_TEXT[status];
}
