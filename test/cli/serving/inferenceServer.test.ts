import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InferenceServer, type Routes } from '../../../src/cli/serving/inferenceServer.js';
import { BODIES, LIMITS, readBody } from '../../../src/cli/serving/requestBodies.js';
import { RequestQueue } from '../../../src/cli/serving/requestQueue.js';

const servers: InferenceServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  vi.restoreAllMocks();
});

interface Started {
  readonly server: InferenceServer;
  readonly port: number;
  readonly url: string;
}

async function start({
  post = (body) => Promise.resolve(readBody(body, BODIES.fillMask).inputs),
  token = null,
  room = 8,
}: {
  post?: (body: Uint8Array, signal: AbortSignal) => Promise<unknown>;
  token?: string | null;
  room?: number;
} = {}): Promise<Started> {
  const routes: Routes = {
    get: (path) => (['/', '/health'].includes(path) ? { status: 'ok' } : undefined),
    post: (path) => (path === '/' || path === '/score' ? post : null),
  };
  const server = new InferenceServer({ routes, queue: new RequestQueue(room), token });
  servers.push(server);
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, port, url: `http://127.0.0.1:${port}` };
}

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request with headers and bytes that `fetch` would not send. */
function send(
  { port }: Started,
  {
    method = 'POST',
    path = '/',
    headers = { 'content-type': 'application/json' },
    body = '{"inputs":"a"}',
  }: {
    method?: string;
    path?: string;
    headers?: http.OutgoingHttpHeaders;
    body?: string | Buffer;
  } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      },
    );
    request.once('error', reject);
    request.end(method === 'POST' ? body : undefined);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

const errorOf = (reply: Reply): { status: number; error: string; type: string } => {
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  const { error, error_type: type } = JSON.parse(reply.body) as Record<string, string>;
  return { status: reply.status, error: error!, type: type! };
};

describe('an inference server', () => {
  it('answers JSON, reads with GET and HEAD, and ignores queries and a slash at the end', async () => {
    const started = await start();
    expect(await send(started)).toMatchObject({ status: 200, body: '"a"\n' });
    const info = await send(started, { method: 'GET', path: '/health/?verbose' });
    expect(JSON.parse(info.body)).toEqual({ status: 'ok' });
    expect(info.headers['cache-control']).toBe('no-store');
    expect(await send(started, { method: 'HEAD', path: '/health' })).toMatchObject({
      status: 200,
      body: '',
    });
  });

  it('says what is wrong with a body', async () => {
    const started = await start();
    for (const [body, error] of [
      ['', /^The body is empty\. Send JSON such as/],
      ['{', /^The body is not JSON: .*position 1/],
      [Buffer.from([0x22, 0xff, 0x22]), /^The body is not UTF-8\.$/],
      [`${'['.repeat(500)}${']'.repeat(500)}`, /^The body is not JSON: nested too deeply\.$/],
      ['[]', /^The body must be a JSON object such as/],
      ['{}', /^"inputs" must be a text or a list of at most 256 texts/],
      ['{"inputs": 4}', /^"inputs" must be a text or a list/],
      ['{"inputs": ["a", null]}', /^"inputs" must be a text or a list/],
      ['{"inputs": "a", "input": "b"}', /^Unknown field in the body: input\.$/],
      ['{"inputs": "a", "parameters": {"topk": 3}}', /^Unknown field in parameters: topk\.$/],
      ['{"inputs": "a", "parameters": {"top_k": 0}}', /^"parameters\.top_k": .*>=1\.$/],
      ['{"inputs": "a", "parameters": {"targets": []}}', /^"parameters\.targets": /],
    ] as const) {
      const { error: said, ...rest } = errorOf(await send(started, { body }));
      expect([body, said]).toEqual([body, expect.stringMatching(error) as string]);
      expect(rest).toEqual({ status: 400, type: 'validation' });
    }
    expect(errorOf(await send(started, { path: '/%zz' })).error).toBe(
      'The address of the request is malformed.',
    );
  });

  it('refuses foreign names of this machine, and pages of other sites', async () => {
    const started = await start();
    const hostOf = (host: string) =>
      send(started, { headers: { ...JSON_TYPE, host } }).then(({ status }) => status);
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1']) {
      expect([host, await hostOf(host)]).toEqual([host, 403]);
    }
    // A tunnel has another port.
    for (const host of ['localhost', 'LOCALHOST:9', '127.0.0.1:4000', '[::1]:1']) {
      expect([host, await hostOf(host)]).toEqual([host, 200]);
    }
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) {
      const reply = await send(started, { headers: { ...JSON_TYPE, origin } });
      expect(errorOf(reply)).toMatchObject({ status: 403, type: 'forbidden' });
    }
    const own = await send(started, { headers: { ...JSON_TYPE, origin: 'http://localhost:3000' } });
    expect(own.status).toBe(200);
    // Pages learn nothing from a question before a request, and cannot read answers.
    const preflight = await send(started, { method: 'OPTIONS' });
    for (const { headers } of [own, preflight]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(preflight.status).toBe(405);
  });

  it('requires its token, except for /health', async () => {
    const started = await start({ token: 'secret' });
    const withToken = (authorization?: string) =>
      send(started, {
        headers: { ...JSON_TYPE, ...(authorization !== undefined && { authorization }) },
      });
    const missing = await withToken();
    expect(errorOf(missing)).toMatchObject({ status: 401, type: 'unauthorized' });
    expect(missing.headers['www-authenticate']).toBe('Bearer');
    expect(errorOf(await withToken('Bearer wrong')).error).not.toContain('secret');
    expect(await withToken('Bearer wrong')).toMatchObject({ status: 401 });
    expect(await withToken('Basic secret')).toMatchObject({ status: 401 });
    expect(await withToken('bearer secret')).toMatchObject({ status: 200 });
    const health = await send(started, { method: 'GET', path: '/health', headers: {} });
    expect(health.status).toBe(200);
  });

  it('names the addresses and the methods that it has', async () => {
    const started = await start();
    const unknown = await send(started, { path: '/v1/chat' });
    expect(errorOf(unknown)).toMatchObject({ status: 404, type: 'not_found' });
    expect(errorOf(unknown).error).toMatch(/^This server has no \/v1\/chat\. It answers POST \//);
    const read = await send(started, { method: 'GET', path: '/score', headers: {} });
    expect(errorOf(read)).toMatchObject({ status: 405, error: 'Send POST requests to /score.' });
    expect(read.headers.allow).toBe('POST');
    const removed = await send(started, { method: 'DELETE', headers: {} });
    expect(removed).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST' } });
  });

  it('takes plain JSON only', async () => {
    const started = await start();
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      {},
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
    ]) {
      expect(errorOf(await send(started, { headers }))).toMatchObject({ status: 415 });
    }
    const withCharset = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect(await send(started, { headers: withCharset })).toMatchObject({ status: 200 });
  });

  it('refuses a large body, whether or not its length is known, and answers others then', async () => {
    const started = await start();
    const body = JSON.stringify({ inputs: 'a'.repeat(LIMITS.bodyBytes) });
    for (const headers of [JSON_TYPE, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }]) {
      const reply = await send(started, { headers, body });
      expect(errorOf(reply)).toMatchObject({ status: 413, type: 'too_large' });
    }
    const fits = JSON.stringify({ inputs: 'a'.repeat(LIMITS.bodyBytes - 20) });
    expect(await send(started, { body: fits })).toMatchObject({ status: 200 });
  });

  it('refuses more requests than its queue holds, and says when to try again', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let running = 0;
    const started = await start({
      room: 2,
      post: async () => {
        running++;
        await held;
        return 'done';
      },
    });
    const waiting = [1, 2, 3].map(() => send(started));
    await expect.poll(() => running).toBe(3);
    const refused = await send(started);
    expect(errorOf(refused)).toMatchObject({ status: 429, type: 'overloaded' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    // What does not need the model is answered.
    expect(await send(started, { method: 'GET', headers: {} })).toMatchObject({ status: 200 });
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await send(started)).toMatchObject({ status: 200 });
  });

  it('tells the log about a failure of its own, and the client only that there was one', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const started = await start({ post: () => Promise.reject(new Error('/home/me/secret')) });
    const reply = errorOf(await send(started));
    expect(reply).toMatchObject({ status: 500, type: 'backend' });
    expect(reply.error).not.toContain('secret');
    expect(String(log.mock.calls[0]?.[0])).toContain('/home/me/secret');
  });

  it('cancels the work for a client that is gone', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
    let signal: AbortSignal | null = null;
    const started = await start({
      post: (_, given) => {
        signal = given;
        return new Promise((_resolve, reject) => {
          given.addEventListener('abort', () => {
            reject(new Error('gone'));
          });
        });
      },
    });
    const { port } = started;
    const request = http.request({ host: '127.0.0.1', port, method: 'POST', headers: JSON_TYPE });
    request.once('error', () => undefined);
    request.end('{"inputs":"a"}');
    await expect.poll(() => signal).not.toBeNull();
    request.destroy();
    await expect.poll(() => signal!.aborted).toBe(true);
    // Nor is a client that ends within its request reported.
    const half = http.request({ host: '127.0.0.1', port, method: 'POST', headers: JSON_TYPE });
    half.once('error', () => undefined);
    half.write('{"inp');
    half.destroy();
    await send(started, { method: 'GET', headers: {} });
    expect(log).not.toHaveBeenCalled();
  });

  it('answers what is not HTTP with an error', async () => {
    const { port } = await start();
    const socket = net.connect(port, '127.0.0.1');
    let reply = '';
    socket.setEncoding('utf8').on('data', (text: string) => (reply += text));
    socket.write('hello\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(reply).toContain('"error":"The request is not valid HTTP."');
  });

  it('finishes what it is answering when it is closed, and takes nothing new', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isRunning = false;
    const started = await start({
      post: async () => {
        isRunning = true;
        await held;
        return 'done';
      },
    });
    const answer = send(started);
    await expect.poll(() => isRunning).toBe(true);
    const closed = started.server.close();
    await expect(send(started)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release();
    expect(await answer).toMatchObject({ status: 200, body: '"done"\n' });
    await closed;
    servers.length = 0;
  });
});
