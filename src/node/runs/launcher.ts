import type { ProcessToken, Sighting } from '../../core/runs/processToken.js';

/** Starts and stops trainers; one implementation per place where they can run. */
export interface Launcher {
  /**
   * Starts or resumes the trainer of a run and marks the run queued until it takes over. Resolves
   * once the trainer is on its way. Throws `UserInput` for a finished run, `RunOwned` while another
   * trainer lives, and `Storage`.
   */
  start(directory: string, options?: StartOptions): Promise<ProcessToken>;
  /** Looks for a trainer, in the run directory where its token was found. */
  isAlive(token: ProcessToken, directory: string): Promise<Sighting>;
  /** Bytes of memory that a run needs; `null` if they cannot be estimated. */
  memoryOf(directory: string): Promise<number | null>;
  /** Asks the trainer to write a checkpoint and wait, with its memory but without work. */
  pause(directory: string): Promise<void>;
  /** Asks a trainer that waits to continue. */
  unpause(directory: string): Promise<void>;
  /** Asks the trainer to write a checkpoint and end. */
  stop(directory: string): Promise<void>;
}

export interface StartOptions {
  /** Takes over from a trainer on another machine, which cannot be asked whether it lives. */
  readonly takeOver?: boolean;
  /** Share of the steps after which the trainer stops at the next evaluation. Default: 1. */
  readonly until?: number;
}
