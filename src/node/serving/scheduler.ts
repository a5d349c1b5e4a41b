import { setImmediate } from 'node:timers/promises';
import { cancelled } from '../../core/errors.js';
import { LANES, type Lane } from '../../core/predict/jobs.js';

/** Turn of a running job. */
export interface Turn {
  /**
   * Await this between model runs to let more urgent jobs run and messages be read. Rejects with
   * `Cancelled` once the job's signal has aborted.
   */
  pass(): Promise<void>;
}

/** Position of a job in its lane. */
export interface Ticket {
  readonly signal: AbortSignal;
  lane: Lane;
}

interface Waiting {
  readonly ticket: Ticket;
  /** Order of arrival in a lane, kept when the job yields. */
  readonly order: number;
  start(): void;
}

/**
 * Runs one job at a time, the most urgent lane first and in order of arrival within a lane. A more
 * urgent job interrupts another where it calls `Turn.pass`, between model runs. Concurrent model runs
 * would only share the same cores.
 */
export class Scheduler {
  private readonly waiting = new Set<Waiting>();
  private isTaken = false;
  private arrivals = 0;

  /** Runs `work` in its turn. Rejects with `Cancelled` as soon as a waiting job is canceled. */
  async run<T>(ticket: Ticket, work: (turn: Turn) => Promise<T>): Promise<T> {
    const order = this.arrivals++;
    await this.take(ticket, order);
    const held = { turn: true };
    const pass = async (): Promise<void> => {
      await setImmediate();
      if (ticket.signal.aborted) throw cancelled();
      if (!this.isOutranked(ticket)) return;
      held.turn = false;
      this.leave();
      await this.take(ticket, order);
      held.turn = true;
    };
    try {
      return await work({ pass });
    } finally {
      if (held.turn) this.leave();
    }
  }

  /** Moves a job to a more urgent lane. A less urgent lane is ignored. */
  raise(ticket: Ticket, lane: Lane): void {
    if (rank(lane) < rank(ticket.lane)) ticket.lane = lane;
  }

  private take(ticket: Ticket, order: number): Promise<void> {
    const { signal } = ticket;
    return new Promise((resolve, reject: (thrown: unknown) => void) => {
      if (signal.aborted) {
        reject(cancelled());
        return;
      }
      const onAbort = (): void => {
        this.waiting.delete(entry);
        reject(cancelled());
      };
      const entry: Waiting = {
        ticket,
        order,
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.add(entry);
      this.giveTurn();
    });
  }

  private leave(): void {
    this.isTaken = false;
    this.giveTurn();
  }

  private giveTurn(): void {
    if (this.isTaken) return;
    let next: Waiting | null = null;
    for (const entry of this.waiting) if (next === null || isBefore(entry, next)) next = entry;
    if (next === null) return;
    this.waiting.delete(next);
    this.isTaken = true;
    next.start();
  }

  private isOutranked({ lane }: Ticket): boolean {
    for (const { ticket } of this.waiting) if (rank(ticket.lane) < rank(lane)) return true;
    return false;
  }
}

function rank(lane: Lane): number {
  return LANES.indexOf(lane);
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return (rank(a.ticket.lane) - rank(b.ticket.lane) || a.order - b.order) < 0;
}
