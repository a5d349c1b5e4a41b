import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../src/node/runtime/collectGarbage.js';
import { CACHE_BYTES } from '../../../src/node/serving/modelJobs.js';
import {
  estimatedBytes,
  SharedJobs,
  type JobContext,
} from '../../../src/node/serving/sharedJobs.js';
import type { JobProgress, Lane } from '../../../src/core/predict/jobs.js';

const CACHE = 1_000_000;

interface Call {
  readonly key?: string;
  readonly lane?: Lane;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: JobProgress) => void;
}

/** Jobs of ten pieces of work, which are counted. */
function counting(jobs: SharedJobs) {
  const counts = { started: 0, pieces: 0 };
  const work =
    (during: (piece: number) => void = () => undefined) =>
    async ({ turn, report }: JobContext) => {
      counts.started++;
      for (let done = 1; done <= 10; done++) {
        await turn.pass();
        counts.pieces++;
        report({ done, total: 10 });
        during(done);
      }
      return { response: 'answer', isFinal: true };
    };
  const ask = (call: Call = {}, during?: (piece: number) => void): Promise<string> =>
    jobs.answer(
      {
        key: 'key',
        lane: 'background',
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...call,
      },
      work(during),
    );
  return { counts, ask };
}

describe('SharedJobs', () => {
  it('does the same work once for calls at one time, and tells all of its progress', async () => {
    const { counts, ask } = counting(new SharedJobs(CACHE));
    const heard: number[][] = [[], []];
    const listen = (i: number) => ({
      onProgress: ({ done }: JobProgress) => void heard[i]!.push(done),
    });
    const answers = await Promise.all([ask(listen(0)), ask(listen(1))]);
    expect(answers).toEqual(['answer', 'answer']);
    expect(counts).toEqual({ started: 1, pieces: 10 });
    expect(heard[0]).toHaveLength(10);
    expect(heard[1]).toEqual(heard[0]);
  });

  it('answers the same call again without waiting for a turn', async () => {
    const jobs = new SharedJobs(CACHE);
    const { counts, ask } = counting(jobs);
    await ask();
    let again: string | null = null;
    const busy = ask({ key: 'other', lane: 'interactive' }, () => {
      if (again === null) void ask().then((answer) => (again = answer));
    });
    await busy;
    expect(again).toBe('answer');
    expect(counts.started).toBe(2);
  });

  it('stops the work once all who wait for it have cancelled, and not before', async () => {
    const { counts, ask } = counting(new SharedJobs(CACHE));
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [
      ask({ signal: first.signal }, (piece) => {
        if (piece === 2) first.abort();
        if (piece === 4) second.abort();
      }),
      ask({ signal: second.signal }),
    ];
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await ask({ key: 'next' });
    // Four pieces of the cancelled job and all ten of the next.
    expect(counts).toEqual({ started: 2, pieces: 14 });
  });

  it('begins again for a call that comes after the cancellation', async () => {
    const { counts, ask } = counting(new SharedJobs(CACHE));
    const abort = new AbortController();
    const late: Promise<string>[] = [];
    const first = ask({ signal: abort.signal }, (piece) => {
      if (piece !== 1) return;
      abort.abort();
      late.push(ask());
    });
    await expect(first).rejects.toMatchObject({ code: 'Cancelled' });
    expect(await Promise.all(late)).toEqual(['answer']);
    expect(counts.started).toBe(2);
  });

  it('moves a job to the lane of the most urgent call', async () => {
    const jobs = new SharedJobs(CACHE);
    const { ask } = counting(jobs);
    const order: string[] = [];
    const note = (name: string) => (piece: number) => {
      if (piece === 10) order.push(name);
    };
    await Promise.all([
      ask({ key: 'busy', lane: 'interactive' }, note('busy')),
      ask({ key: 'a' }, note('a')),
      ask({ key: 'b' }, note('b')),
      ask({ key: 'b', lane: 'interactive' }),
    ]);
    expect(order).toEqual(['busy', 'b', 'a']);
  });

  it('remembers no answer that is not final, and no failure', async () => {
    const jobs = new SharedJobs(CACHE);
    const { signal } = new AbortController();
    const request = { key: 'k', lane: 'visible', signal, onProgress: () => undefined } as const;
    let runs = 0;
    const partial = () =>
      jobs.answer(request, () => Promise.resolve({ response: ++runs, isFinal: false }));
    expect([await partial(), await partial()]).toEqual([1, 2]);
    await expect(jobs.answer(request, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(await partial()).toBe(3);
    expect(jobs.cachedBytes).toBe(0);
  });

  it('holds no more bytes of answers than it may', async () => {
    const jobs = new SharedJobs(10_000);
    const { signal } = new AbortController();
    const ask = (key: number) =>
      jobs.answer({ key: String(key), lane: 'visible', signal, onProgress: () => undefined }, () =>
        Promise.resolve({ response: 'x'.repeat(200 * (key % 7)), isFinal: true }),
      );
    for (let key = 0; key < 100; key++) {
      await ask(key);
      expect(jobs.cachedBytes).toBeLessThanOrEqual(10_000);
    }
    expect(jobs.cachedBytes).toBeGreaterThan(5_000);
  });
});

describe('the limit of the model server', () => {
  const { signal } = new AbortController();
  const word = (probability: number) => ({ word: 'captain', tokens: [1234], probability });
  /** The answer to a hover, which has numbers that no other one has. */
  const hover = (i: number): object => ({
    candidates: Array.from({ length: 5 }, (_, at) => word(1 / (i + at + 2))),
    word: {
      ...{ text: 'sailor', pieces: 1, rank: i },
      probability: 1 / i,
      surprisal: i,
      entropy: 2,
    },
    ...{ lowConfidence: false, contextTokens: null, unread: null },
    ...{ modelName: 'masklab-small-en', isUncased: true },
  });

  it('is reached by 10,000 hovers, so that more of them take no more memory', async () => {
    const jobs = new SharedJobs(CACHE_BYTES);
    const sizes: number[] = [];
    for (let i = 1; i <= 10_000; i++) {
      const request = { key: `predictWord ${i}`.padEnd(56), lane: 'interactive', signal } as const;
      await jobs.answer({ ...request, onProgress: () => undefined }, () =>
        Promise.resolve({ response: hover(i), isFinal: true }),
      );
      if (i % 5000 === 0) sizes.push(jobs.cachedBytes);
    }
    for (const size of sizes) {
      expect(size).toBeLessThanOrEqual(CACHE_BYTES);
      expect(size).toBeGreaterThan(0.99 * CACHE_BYTES);
    }
  });

  it('counts about as many bytes for an answer as V8 takes', () => {
    const count = 20_000;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const kept = Array.from({ length: count }, (_, i) => JSON.stringify(hover(i + 1))).map(
      (text) => JSON.parse(text) as object,
    );
    collectGarbage();
    const perAnswer = (process.memoryUsage().heapUsed - before) / count;
    const estimated = kept.slice(0, 10).map(estimatedBytes);
    expect(Math.max(...estimated) / perAnswer).toBeLessThan(2);
    expect(Math.min(...estimated) / perAnswer).toBeGreaterThan(0.75);
  });
});

describe('answers over sessions', () => {
  it('are used before any work, and listed once there are new ones', async () => {
    const stored = Promise.resolve([['key', 'stored']] as const);
    const jobs = new SharedJobs(CACHE, stored);
    const { counts, ask } = counting(jobs);
    expect(await ask()).toBe('stored');
    expect(counts.started).toBe(0);
    expect(jobs.newAnswers(() => true)).toBeNull();
    expect(await ask({ key: 'other' })).toBe('answer');
    expect(jobs.newAnswers((key) => key !== 'none')).toEqual([
      ['key', 'stored'],
      ['other', 'answer'],
    ]);
    expect(jobs.newAnswers(() => true)).toBeNull();
    await ask({ key: 'third' });
    expect(jobs.newAnswers((key) => key === 'third')).toEqual([['third', 'answer']]);
  });
});
