import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AppError } from '../../src/core/errors.js';
import { Channel, SILENT_SIDE, type Port, type Side } from '../../src/protocol/channel.js';

const PROBLEM = { id: 'verbatim', args: { text: 'absent', remedy: 'add it' } } as const;

const server = {
  calls: {
    double: { request: z.object({ value: z.number() }), response: z.number() },
    wait: { request: z.object({}), response: z.string() },
    fail: { request: z.object({}), response: z.null() },
    count: {
      request: z.object({ to: z.number() }),
      response: z.string(),
      progress: z.object({ done: z.number() }),
    },
  },
  events: { log: z.object({ message: z.string() }) },
} satisfies Side;

/** Two ends of one pipe; like real ports they clone and deliver later. */
function pipe(): { a: Port; b: Port; sent: unknown[] } {
  const sent: unknown[] = [];
  const listeners = { a: new Set<(m: unknown) => void>(), b: new Set<(m: unknown) => void>() };
  const end = (mine: 'a' | 'b', other: 'a' | 'b'): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      sent.push(copy);
      queueMicrotask(() => {
        for (const listener of listeners[other]) listener(copy);
      });
    },
    onMessage: (listener) => {
      listeners[mine].add(listener);
      return { dispose: () => void listeners[mine].delete(listener) };
    },
  });
  return { a: end('a', 'b'), b: end('b', 'a'), sent };
}

function connect() {
  const { a, b, sent } = pipe();
  const aborted: string[] = [];
  const serving = new Channel({
    port: b,
    local: server,
    remote: SILENT_SIDE,
    handlers: {
      double: ({ value }) => value * 2,
      wait: (_request, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.push('wait');
            resolve('late');
          });
        }),
      count: async ({ to }, _signal, report) => {
        for (let done = 1; done <= to; done++) report({ done });
        await Promise.resolve();
        return 'counted';
      },
      fail: () => {
        throw new AppError({
          code: 'Model',
          details: { path: 'm/config.json', problem: PROBLEM },
        });
      },
    },
  });
  const client = new Channel({ port: a, local: SILENT_SIDE, remote: server, handlers: {} });
  return { client, serving, aborted, sent, raw: a };
}

const errorOf = async (promise: Promise<unknown>) => {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return (thrown as AppError).data;
};

describe('Channel', () => {
  it('tells who follows a call of its progress, and others of its answer alone', async () => {
    const { client } = connect();
    const heard: unknown[] = [];
    const onProgress = (progress: { done: number }): void => void heard.push(progress);
    const answers = await Promise.all([
      client.follow('count', { to: 3 }, { onProgress }),
      client.call('count', { to: 5 }),
    ]);
    expect(answers).toEqual(['counted', 'counted']);
    expect(heard).toEqual([{ done: 1 }, { done: 2 }, { done: 3 }]);
  });

  it('drops progress that is malformed, unknown, or late', async () => {
    const { a, b } = pipe();
    const heard: unknown[] = [];
    const following = new Channel({ port: a, local: SILENT_SIDE, remote: server, handlers: {} });
    const call = following.follow(
      'count',
      { to: 1 },
      { onProgress: (progress) => void heard.push(progress) },
    );
    b.post({ kind: 'progress', id: 1, progress: { done: 'most' } });
    b.post({ kind: 'progress', id: 9, progress: { done: 9 } });
    b.post({ kind: 'progress', id: 1, progress: { done: 1 } });
    b.post({ kind: 'result', id: 1, response: 'counted' });
    b.post({ kind: 'progress', id: 1, progress: { done: 2 } });
    expect(await call).toBe('counted');
    await Promise.resolve();
    expect(heard).toEqual([{ done: 1 }]);
  });

  it('answers calls, several at once, each with its own response', async () => {
    const { client } = connect();
    const answers = await Promise.all([1, 2, 3].map((value) => client.call('double', { value })));
    expect(answers).toEqual([2, 4, 6]);
  });

  it('carries an AppError across with code and details', async () => {
    const { client } = connect();
    expect(await errorOf(client.call('fail', {}))).toEqual({
      code: 'Model',
      details: { path: 'm/config.json', problem: PROBLEM },
    });
  });

  it('rejects at once with Cancelled, tells the handler, and ignores the late answer', async () => {
    const { client, aborted } = connect();
    const controller = new AbortController();
    const call = client.call('wait', {}, controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    expect(await errorOf(call)).toEqual({ code: 'Cancelled', details: {} });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(aborted).toEqual(['wait']);
    expect(await client.call('double', { value: 4 })).toBe(8);
  });

  it('sends nothing for a signal that is aborted already', async () => {
    const { client, sent } = connect();
    expect((await errorOf(client.call('wait', {}, AbortSignal.abort()))).code).toBe('Cancelled');
    expect(sent).toEqual([]);
  });

  it('rejects outstanding and later calls with the reason it was closed for', async () => {
    const { client } = connect();
    const crash = {
      code: 'ProcessCrashed',
      details: { process: 'modelServer', exitCode: 7, signal: null, stderrTail: 'boom' },
    } as const;
    const call = client.call('wait', {});
    client.close(crash);
    client.close({ code: 'Internal', details: { message: 'a second close changes nothing' } });
    expect(await errorOf(call)).toEqual(crash);
    expect(await errorOf(client.call('double', { value: 1 }))).toEqual(crash);
  });

  it('cancels what it is answering when closed', async () => {
    const { client, serving, aborted } = connect();
    const call = client.call('wait', {});
    await new Promise((resolve) => setTimeout(resolve, 1));
    serving.close({ code: 'Cancelled', details: {} });
    expect(aborted).toEqual(['wait']);
    client.close({ code: 'Cancelled', details: {} });
    await errorOf(call);
  });

  it('rejects when the port cannot send', async () => {
    const channel = new Channel({
      port: {
        post: () => {
          throw new Error('pipe is broken');
        },
        onMessage: () => ({ dispose: () => undefined }),
      },
      local: SILENT_SIDE,
      remote: server,
      handlers: {},
    });
    expect((await errorOf(channel.call('double', { value: 1 }))).code).toBe('Internal');
  });

  it.each([
    ['an unknown call', { kind: 'call', id: 9, name: 'constructor', request: {} }],
    ['a malformed request', { kind: 'call', id: 9, name: 'double', request: { value: 'x' } }],
  ])('answers %s with an Internal error', async (_name, message) => {
    const { raw } = connect();
    const reply = new Promise<unknown>((resolve) => raw.onMessage(resolve));
    raw.post(message);
    expect(await reply).toMatchObject({ kind: 'failure', id: 9, error: { code: 'Internal' } });
  });

  it('rejects a malformed response and a malformed error as Internal', async () => {
    const { a, b } = pipe();
    b.onMessage((message) => {
      const { id, name } = message as { id: number; name: string };
      if (name === 'double') b.post({ kind: 'result', id, response: 'four' });
      else b.post({ kind: 'failure', id, error: { code: 'Nonsense' } });
    });
    const client = new Channel({ port: a, local: SILENT_SIDE, remote: server, handlers: {} });
    expect((await errorOf(client.call('double', { value: 2 }))).code).toBe('Internal');
    expect((await errorOf(client.call('fail', {}))).code).toBe('Internal');
  });

  it('delivers events that fit their schema until the listener is disposed', async () => {
    const { client, serving, raw } = connect();
    const seen: string[] = [];
    const subscription = client.on('log', ({ message }) => seen.push(message));
    serving.emit('log', { message: 'one' });
    await client.call('double', { value: 0 });
    subscription.dispose();
    serving.emit('log', { message: 'two' });
    await client.call('double', { value: 0 });
    expect(seen).toEqual(['one']);
    raw.post('not an envelope');
    raw.post({ kind: 'event', name: 'log', payload: 3 });
    expect(await client.call('double', { value: 3 })).toBe(6);
  });
});
