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
  runningElsewhere: { word: message('status.running'), icon: 'loading', tone: 'live' },
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

/** Part of a run that decides how its status is shown. */
interface ShownStatus {
  readonly status: ObservedStatus;
  readonly state:
    (Pick<RunState, 'verdict'> & Partial<Pick<RunState, 'step' | 'pausedAtStep'>>) | null;
}

/** Whether a run has stopped at a rung of its sweep, from where the sweep can resume it. */
export function isPausedAtRung({ status, state }: ShownStatus): boolean {
  return (
    status === 'stopped' && state?.pausedAtStep !== undefined && state.step === state.pausedAtStep
  );
}

/**
 * Status of a run as lists show it: a trial that waits at a rung is paused, and a finished run whose
 * model falls short is not a success.
 */
export function statusTextOf(run: ShownStatus): StatusText {
  if (isPausedAtRung(run)) return STATUS_TEXT.paused;
  const { status, state } = run;
  return status === 'finished' && fallsShort(state?.verdict) ? FINISHED_BUT : STATUS_TEXT[status];
}
