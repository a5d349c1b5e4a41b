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

/** Lanes of what is on the screen, in which the newest request is served first. */
const NEWEST_FIRST: ReadonlySet<Lane> = new Set(['interactive', 'visible']);

interface Waiting {
  readonly ticket: Ticket;
  start(): void;
}

/**
 * Runs one job at a time, the most urgent lane first. Within the lanes of what is on the screen, the
 * newest request goes first; background work is done in the order of arrival. A more urgent job
 * interrupts another where it calls `Turn.pass`, between model runs. Concurrent model runs would only
 * share the same cores.
 */
export class Scheduler {
  private readonly waiting = new Set<Waiting>();
  private isTaken = false;
  private arrivals = 0;
  /** Order in which jobs were last asked for, kept when a job yields. */
  private readonly orders = new WeakMap<Ticket, number>();

  /** Runs `work` in its turn. Rejects with `Cancelled` as soon as a waiting job is canceled. */
  async run<T>(ticket: Ticket, work: (turn: Turn) => Promise<T>): Promise<T> {
    this.orders.set(ticket, this.arrivals++);
    await this.take(ticket);
    const held = { turn: true };
    const pass = async (): Promise<void> => {
      await setImmediate();
      if (ticket.signal.aborted) throw cancelled();
      if (!this.isOutranked(ticket)) return;
      held.turn = false;
      this.leave();
      await this.take(ticket);
      held.turn = true;
    };
    try {
      return await work({ pass });
    } finally {
      if (held.turn) this.leave();
    }
  }

  /** Asks for a job again: moves it to a more urgent lane, as its newest. A less urgent lane is ignored. */
  raise(ticket: Ticket, lane: Lane): void {
    if (rank(lane) > rank(ticket.lane)) return;
    ticket.lane = lane;
    if (NEWEST_FIRST.has(lane)) this.orders.set(ticket, this.arrivals++);
  }

  private take(ticket: Ticket): Promise<void> {
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
    for (const entry of this.waiting) if (next === null || this.isBefore(entry, next)) next = entry;
    if (next === null) return;
    this.waiting.delete(next);
    this.isTaken = true;
    next.start();
  }

  private isBefore({ ticket: a }: Waiting, { ticket: b }: Waiting): boolean {
    const urgency = rank(a.lane) - rank(b.lane);
    if (urgency !== 0) return urgency < 0;
    const isOlder = this.orders.get(a)! < this.orders.get(b)!;
    return NEWEST_FIRST.has(a.lane) ? !isOlder : isOlder;
  }

  private isOutranked({ lane }: Ticket): boolean {
    for (const { ticket } of this.waiting) if (rank(ticket.lane) < rank(lane)) return true;
    return false;
  }
}

function rank(lane: Lane): number {
  return LANES.indexOf(lane);
}
