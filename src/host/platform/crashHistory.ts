import type { AppErrorData, AppErrorDetails } from '../../core/errors.js';

export interface CrashLimits {
  /** Wait before a restart after the first crash of a series; doubles with each further one. */
  readonly backOffMilliseconds: number;
  /** A process that lived this long ends the series: its crash counts as a first one. */
  readonly healthyMilliseconds: number;
  /** No restarts after `mostCrashes` crashes within this time. */
  readonly windowMilliseconds: number;
  readonly mostCrashes: number;
}

export const CRASH_LIMITS: CrashLimits = {
  backOffMilliseconds: 500,
  healthyMilliseconds: 2 * 60_000,
  windowMilliseconds: 10 * 60_000,
  mostCrashes: 5,
};

type Crash = AppErrorDetails['ProcessCrashed'];

/**
 * The crashes of a process, and what they say about starting it again. An answer does not end a
 * series of crashes, time does: a process may load well and die in each inference.
 */
export class CrashHistory {
  private series: number[] = [];
  private last: Crash | null = null;
  private hasGivenUp = false;

  constructor(private readonly limits: CrashLimits) {}

  /** Takes note of a crash at `now` (milliseconds) of a process that lived for `uptime`. */
  record(crash: Crash, { now, uptime }: { now: number; uptime: number }): void {
    const { healthyMilliseconds, windowMilliseconds, mostCrashes } = this.limits;
    if (uptime >= healthyMilliseconds) this.series = [];
    this.series = [...this.series.filter((at) => now - at < windowMilliseconds), now];
    this.last = crash;
    if (this.series.length >= mostCrashes) this.hasGivenUp = true;
  }

  /** Error that keeps the process from starting at `now`; `null` if it may start. */
  refusal(now: number): AppErrorData | null {
    const at = this.series.at(-1);
    if (this.last === null || at === undefined) return null;
    if (this.hasGivenUp) {
      const crashes = this.series.length;
      return { code: 'ProcessKeepsCrashing', details: { ...this.last, crashes } };
    }
    const backOff = this.limits.backOffMilliseconds * 2 ** (this.series.length - 1);
    return now - at < backOff ? { code: 'ProcessCrashed', details: this.last } : null;
  }

  /** Wait at `now` before a call is tried again; `null` unless the last crash was the first of a series. */
  secondTry(now: number): number | null {
    const [first] = this.series;
    if (first === undefined || this.series.length > 1 || this.hasGivenUp) return null;
    return Math.max(0, first + this.limits.backOffMilliseconds - now);
  }

  /** Lets the process start at once, as when a person asks for it. */
  forget(): void {
    this.series = [];
    this.last = null;
    this.hasGivenUp = false;
  }
}
