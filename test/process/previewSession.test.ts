import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toAppErrorData } from '../../src/core/errors.js';
import { PreviewSession } from '../../src/host/masking/preview/previewSession.js';
import { CRASH_LIMITS } from '../../src/host/platform/crashHistory.js';
import { DataClient } from '../../src/host/platform/dataClient.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { tinyTokenizerJson } from '../support/tinyModel.js';

const WORDS = 'the white whale saw the ship and the sea';
const { signal } = new AbortController();
const inSight = () => [{ start: 0, end: 1e9 }];

let folder: string;
let client: DataClient;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-preview-'));
  fs.writeFileSync(path.join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizerJson(WORDS)));
  client = new DataClient({
    serverPath: path.join(import.meta.dirname, '../../dist/dataWorker.js'),
    log: () => undefined,
    crashLimits: { ...CRASH_LIMITS, backOffMilliseconds: 0 },
  });
});
afterEach(async () => {
  const { pid } = client;
  client.dispose();
  await expect.poll(() => pid !== undefined && isAlive(pid), { timeout: 10_000 }).toBe(false);
  fs.rmSync(folder, { recursive: true, force: true });
});

function sessionOn(document: { version: number; text: string }) {
  const policy = { version: 1, rate: 0.3, rules: [{ name: 'crew', words: ['whale'], rate: 0.5 }] };
  const file = path.join(folder, 'p.mask.json');
  const settings = {
    policy: { text: JSON.stringify(policy), file, workspaceFolder: null },
    modelFolder: folder,
    seed: null,
  };
  const previewed = {
    get version() {
      return document.version;
    },
    textFile: 'a.md',
    getText: () => document.text,
  };
  const session = new PreviewSession(client, previewed, () => Promise.resolve(settings));
  const plan = async () => (await session.plan({ recount: false, inSight }, signal)).answer;
  return { session, plan };
}

/** Kills the worker as the system does when memory runs out. */
async function killWorker(): Promise<number> {
  const { pid } = client;
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => client.isRunning, { timeout: 10_000 }).toBe(false);
  return pid!;
}

it('a preview session answers as before after its worker was killed', async () => {
  const document = { version: 1, text: `${WORDS}\n\n`.repeat(300) };
  const { session, plan } = sessionOn(document);
  const before = await plan();
  expect(before.masks.starts.length).toBeGreaterThan(300);
  const killed = await killWorker();
  expect(await plan()).toEqual(before);
  expect(client.pid).not.toBe(killed);

  // What was typed while there was no worker is not lost.
  await killWorker();
  document.text = `the whale ${document.text}`;
  document.version++;
  session.edit([{ offset: 0, length: 0, text: 'the whale ' }]);
  const after = await plan();
  expect(after).toEqual(await sessionOn(document).plan());
  expect(after.tokens).toBe(before.tokens + 2);
});

it('a question that a killed worker leaves unanswered fails, and the next one does not', async () => {
  const document = { version: 1, text: `${WORDS}\n\n`.repeat(300) };
  const { session, plan } = sessionOn(document);
  const before = await plan();
  process.kill(client.pid!, 'SIGSTOP');
  const asked = session.maskedText(signal).catch((thrown: unknown) => toAppErrorData(thrown).code);
  await killWorker();
  expect(await asked).toBe('ProcessCrashed');
  expect(await plan()).toEqual(before);
});
