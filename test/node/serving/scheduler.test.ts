import { describe, expect, it } from 'vitest';
import { Scheduler, type Ticket, type Turn } from '../../../src/node/serving/scheduler.js';
import type { Lane } from '../../../src/core/predict/jobs.js';

/** Notes every piece of work that is done, in order. */
function workshop() {
  const scheduler = new Scheduler();
  const done: string[] = [];
  const job = (
    name: string,
    lane: Lane,
    options: { pieces?: number; ticket?: Ticket; during?: (piece: number) => void } = {},
  ): Promise<string> => {
    const { pieces = 1, during } = options;
    const ticket = options.ticket ?? { lane, signal: new AbortController().signal };
    return scheduler.run(ticket, async (turn: Turn) => {
      for (let piece = 1; piece <= pieces; piece++) {
        await turn.pass();
        done.push(pieces === 1 ? name : `${name}${piece}`);
        during?.(piece);
      }
      return name;
    });
  };
  return { scheduler, done, job };
}

describe('Scheduler', () => {
  it('serves the most urgent lane first, the newest of what is in view, and background work in order', async () => {
    const { done, job } = workshop();
    await Promise.all([
      job('first', 'background'),
      job('export', 'background'),
      job('shade', 'visible'),
      job('hover', 'interactive'),
      job('shade more', 'visible'),
      job('hover more', 'interactive'),
    ]);
    expect(done).toEqual(['hover more', 'hover', 'shade more', 'shade', 'first', 'export']);
  });

  it('interrupts work between two pieces for more urgent work, and goes on with it after', async () => {
    const { done, job } = workshop();
    const others: Promise<string>[] = [];
    await job('score', 'background', {
      pieces: 4,
      during: (piece) => {
        if (piece === 2) {
          others.push(job('later', 'background'), job('hover', 'interactive', { pieces: 2 }));
        }
      },
    });
    await Promise.all(others);
    expect(done).toEqual(['score1', 'score2', 'hover1', 'hover2', 'score3', 'score4', 'later']);
  });

  it('does not interrupt work for other work of its own lane', async () => {
    const { done, job } = workshop();
    await Promise.all([job('a', 'visible', { pieces: 2 }), job('b', 'visible', { pieces: 2 })]);
    expect(done).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('rejects work that waits as soon as it is cancelled, and never begins it', async () => {
    const { done, job } = workshop();
    const abort = new AbortController();
    let isRejected = false;
    const busy = job('busy', 'interactive', {
      pieces: 2,
      during: (piece) => {
        if (piece === 1) abort.abort();
        else expect(isRejected).toBe(true);
      },
    });
    const ticket = { lane: 'interactive', signal: abort.signal } as const;
    const gone = job('gone', 'interactive', { ticket }).catch((thrown: unknown) => {
      isRejected = true;
      throw thrown;
    });
    await expect(gone).rejects.toMatchObject({ code: 'Cancelled' });
    await busy;
    expect(done).toEqual(['busy1', 'busy2']);
  });

  it('stops cancelled work at the next piece and lets the next job in', async () => {
    const { done, job } = workshop();
    const abort = new AbortController();
    const cancelled = job('long', 'background', {
      pieces: 1000,
      ticket: { lane: 'background', signal: abort.signal },
      during: (piece) => {
        if (piece === 3) abort.abort();
      },
    });
    const next = job('next', 'background');
    await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
    await next;
    expect(done).toEqual(['long1', 'long2', 'long3', 'next']);
  });

  it('ends work that is cancelled while it is interrupted, without touching who interrupts', async () => {
    const { done, job } = workshop();
    const abort = new AbortController();
    const others: Promise<string>[] = [];
    const long = job('long', 'background', {
      pieces: 5,
      ticket: { lane: 'background', signal: abort.signal },
      during: (piece) => {
        if (piece !== 1) return;
        others.push(
          job('hover', 'interactive', {
            pieces: 3,
            during: (at) => {
              if (at === 1) abort.abort();
              if (at === 2) others.push(job('other', 'visible'));
            },
          }),
        );
      },
    });
    await expect(long).rejects.toMatchObject({ code: 'Cancelled' });
    await Promise.all(others);
    // Once more for what came while they ran.
    await Promise.all(others);
    expect(done).toEqual(['long1', 'hover1', 'hover2', 'hover3', 'other']);
  });

  it('goes on after work that fails', async () => {
    const { scheduler, job } = workshop();
    const { signal } = new AbortController();
    const failing = scheduler.run({ lane: 'visible', signal }, () =>
      Promise.reject(new Error('broken')),
    );
    const next = job('next', 'visible');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });

  it('raises work that waits to a more urgent lane, and never lowers it', async () => {
    const { scheduler, done, job } = workshop();
    const tickets = (['a', 'b', 'c'] as const).map((): Ticket => {
      return { lane: 'visible', signal: new AbortController().signal };
    });
    const work = [
      job('busy', 'interactive'),
      ...tickets.map((ticket, i) => job('abc'[i]!, 'visible', { ticket })),
    ];
    scheduler.raise(tickets[2]!, 'interactive');
    scheduler.raise(tickets[0]!, 'background');
    await Promise.all(work);
    expect(done).toEqual(['busy', 'c', 'b', 'a']);
  });

  it('takes work that is asked for again for the newest', async () => {
    const { scheduler, done, job } = workshop();
    const ticket: Ticket = { lane: 'visible', signal: new AbortController().signal };
    const work = [
      job('busy', 'interactive'),
      job('again', 'visible', { ticket }),
      job('once', 'visible'),
    ];
    scheduler.raise(ticket, 'visible');
    await Promise.all(work);
    expect(done).toEqual(['busy', 'again', 'once']);
  });
});
