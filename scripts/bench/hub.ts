// `npm run bench:hub`: downloads a model of 440 MB from a server in another process of this machine,
// as `masklab models add` does: checksum, write and sync to the disk. Beside it, as the peer, a loop
// that fetches and writes the same bytes without a checksum. Reports the median of the runs, the
// longest time that the event loop was blocked, and the time for which the disk alone is waited for.
// --json ends with one line that holds the result as JSON.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { HubClient } from '../../src/node/hub/hubClient.js';
import { downloadBlob } from '../../src/node/hub/downloadBlob.js';
import { placesOf } from '../../src/node/hub/cacheFolder.js';
import { Transfer } from '../../src/node/hub/transfer.js';

const BYTES = 440_000_000;
const PIECE = 1 << 20;
const REPEATS = 3;
const GOAL = 500;
const BLOCKED_GOAL = 50;

function contentPiece(): Buffer {
  const piece = Buffer.alloc(PIECE);
  for (let i = 0; i < piece.length; i++) piece[i] = (i * 2_654_435_761) >>> 13;
  return piece;
}

function* pieces(): Generator<Buffer> {
  const piece = contentPiece();
  for (let left = BYTES; left > 0; left -= PIECE) yield piece.subarray(0, Math.min(left, PIECE));
}

/** Serves the content until the parent ends. */
function serve(): void {
  const all = Buffer.concat([...pieces()]);
  const server = http.createServer((_, response) => {
    response.writeHead(200, { 'content-length': String(BYTES) });
    response.end(all);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.once('disconnect', () => process.exit());
}

interface Measured {
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  readonly blockedMilliseconds: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6, blockedMilliseconds: delay.max / 1e6 };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const child = fork(import.meta.filename, ['server'], { execArgv: process.execArgv });
  const [port] = (await once(child, 'message')) as [number];
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-bench-hub-'));
  try {
    const hash = createHash('sha256');
    for (const piece of pieces()) hash.update(piece);
    const file = { path: 'model.safetensors', size: BYTES, oid: hash.digest('hex') };
    const ours: Measured[] = [];
    const peers: Measured[] = [];
    for (let i = 0; i < REPEATS; i++) {
      const cache = path.join(folder, `cache${i}`);
      const settings = { endpoint, cacheFolder: cache, token: null, isOffline: false };
      ours.push(
        await measured(async () => {
          await downloadBlob({
            ...{ client: new HubClient({ settings }), url: endpoint, file },
            ...{ repository: 'a/b', places: placesOf(cache, 'a/b') },
            transfer: new Transfer(BYTES),
          });
        }),
      );
      fs.rmSync(cache, { recursive: true });
      const target = path.join(folder, 'plain');
      peers.push(await measured(() => plainDownload(endpoint, target)));
      fs.rmSync(target);
    }
    const speed = BYTES / 1e6 / median(ours.map(({ seconds }) => seconds));
    const plain = BYTES / 1e6 / median(peers.map(({ seconds }) => seconds));
    const blocked = median(ours.map(({ blockedMilliseconds }) => blockedMilliseconds));
    const cpu = BYTES / 1e6 / median(ours.map(({ cpuSeconds }) => cpuSeconds));
    console.log(
      `440 MB with checksum: ${speed.toFixed(0)} MB/s (goal: ${GOAL}; ${cpu.toFixed(0)} MB per second of CPU time), event loop blocked for at most ${blocked.toFixed(0)} ms (goal: ${BLOCKED_GOAL}); fetched and written alone: ${plain.toFixed(0)} MB/s`,
    );
    if (values.json) console.log(JSON.stringify({ speed, cpu, plain, blocked, ours, peers }));
  } finally {
    child.disconnect();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The peer: fetch, write, sync. */
async function plainDownload(url: string, target: string): Promise<void> {
  const response = await fetch(url);
  const handle = await fs.promises.open(target, 'w');
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) await handle.write(chunk);
  await handle.datasync();
  await handle.close();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (process.argv[2] === 'server') serve();
else void main();
