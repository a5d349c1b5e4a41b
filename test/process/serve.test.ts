import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/node/runs/processes.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { masklab, UNNAMED } from './commandLine.js';
import { DIST } from './trainerRuns.js';

const CLI = path.join(DIST, 'cli.js');

let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-serve-'));
  await writeTinyModel(path.join(folder, 'tiny'), 'the whale and the ship on the sea');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  /** Everything that the command has printed. */
  readonly output: () => string;
}

/** Starts the command and waits for its address. */
async function start(
  args: readonly string[],
  { environment = {}, isForked = false }: { environment?: object; isForked?: boolean } = {},
): Promise<Started> {
  const all = ['serve', '--model', 'tiny', ...args];
  const options = { cwd: folder, env: { ...process.env, ...environment } };
  const child = isForked
    ? fork(CLI, all, { ...options, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    : spawn(process.execPath, [CLI, ...all], options);
  children.push(child);
  let printed = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const address = (): string | undefined => /http:\/\/[^\s"]+/.exec(printed)?.[0];
  await expect.poll(address, { timeout: 30_000 }).toBeDefined();
  return { child, url: address()!, output: () => printed };
}

const fill = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"inputs":"the [MASK] and the ship"}',
  });

const ended = async (child: ChildProcess): Promise<[number | null, string | null]> =>
  child.exitCode === null && child.signalCode === null
    ? ((await once(child, 'exit')) as [number | null, string | null])
    : [child.exitCode, child.signalCode];

describe('masklab serve', () => {
  it('serves until it is asked to end, and takes another port if its own is in use', async () => {
    const first = await start([]);
    const second = await start([]);
    expect(second.url).not.toBe(first.url);
    const [, port] = /:(\d+)$/.exec(second.url)!;
    expect(second.output()).toMatch(
      new RegExp(
        `^Port 8477 is in use\\. Listening on ${port!} instead\\.\nServing tiny \\(fill-mask\\) at`,
      ),
    );
    for (const [{ child, url }, signal] of [
      [first, 'SIGTERM'],
      [second, 'SIGINT'],
    ] as const) {
      expect((await fill(url)).status).toBe(200);
      child.kill(signal);
      expect(await ended(child)).toEqual([0, null]);
      await expect(fill(url)).rejects.toThrow('fetch failed');
    }
    expect(first.output() + second.output()).not.toMatch(UNNAMED);
  }, 90_000);

  it('takes its token from the environment and never prints it', async () => {
    const { child, url, output } = await start(['--json', '--port', '0'], {
      environment: { MASKLAB_SERVE_TOKEN: 'open-sesame' },
    });
    expect(JSON.parse(output())).toEqual({ url, model: 'tiny', task: 'fill-mask', token: true });
    expect((await fill(url)).status).toBe(401);
    expect((await fill(url, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await fill(url, { authorization: 'Bearer open-sesame' })).status).toBe(200);
    child.kill('SIGTERM');
    await ended(child);
    expect(output()).not.toContain('sesame');
  }, 60_000);

  it('is reached from this machine only', async () => {
    const { url } = await start(['--port', '0']);
    const { port } = new URL(url);
    const others = Object.values(os.networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      const socket = net.connect(Number(port), address);
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }
    const name = await fetch(`http://localhost:${port}/health`).catch(() => null);
    expect(name?.status ?? 200).toBe(200);
  }, 60_000);

  it('ends with the process that forked it', async () => {
    const { child, url } = await start(['--port', '0', '--json'], { isForked: true });
    expect((await fill(url)).status).toBe(200);
    child.disconnect();
    expect(await ended(child)).toEqual([0, null]);
    expect(isAlive(child.pid!)).toBe(false);
  }, 60_000);

  it('says why it does not start', async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as net.AddressInfo;
    for (const [args, said] of [
      [['--port', String(port)], `Port ${port} of 127.0.0.1 is in use.`],
      [['--port', '70000'], '--port must be a whole number between 0 and 65535'],
      [['--host', '0.0.0.0'], '--host must be an address of this machine alone'],
      [['--token', 'two words'], '--token must be 1 to 1000 printable ASCII characters'],
      [['--queue', '0'], '--queue must be a whole number of at least 1'],
      [['tiny'], 'takes the model with --model, but "tiny" was given'],
    ] as const) {
      const { code, output } = await masklab(folder, ['serve', '--model', 'tiny', ...args]);
      expect([args, code, output]).toEqual([args, 2, expect.stringContaining(said) as string]);
    }
    taken.close();
    const missing = await masklab(folder, ['serve', '--model', 'nowhere']);
    expect(missing.code).toBeGreaterThan(0);
    expect(missing.output).toMatch(/nowhere/);
    expect(missing.output).not.toMatch(UNNAMED);
  }, 120_000);
});
