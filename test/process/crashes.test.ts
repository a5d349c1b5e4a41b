import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeError, type AppError, type AppErrorData } from '../../src/core/errors.js';
import { ModelClient } from '../../src/host/models/modelClient.js';
import { CRASH_LIMITS } from '../../src/host/platform/crashHistory.js';
import { ENGLISH } from '../../src/core/messages/render.js';

/** Describes any model, and dies as soon as it is to predict with it. */
const DIES_IN_INFERENCE = `
process.on('message', ({ id, name }) => {
  if (name !== 'describeModel') {
    console.error('inference failed');
    process.exit(9);
  }
  const response = {
    folder: 'm', name: 'm', family: 'bert', kind: 'masked-lm',
    parameterCount: 1, vocabularySize: 5, maxLength: 8, maskToken: '[MASK]',
  };
  process.send({ kind: 'result', id, response });
});`;

let folder: string;
let client: ModelClient;
let starts = 0;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-crashes-'));
  const serverPath = path.join(folder, 'server.cjs');
  fs.writeFileSync(serverPath, DIES_IN_INFERENCE);
  starts = 0;
  client = new ModelClient({
    serverPath,
    log: (line) => {
      if (line.startsWith('started')) starts++;
    },
    crashLimits: { ...CRASH_LIMITS, backOffMilliseconds: 0, mostCrashes: 3 },
  });
});
afterEach(() => {
  client.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

const lane = 'interactive';
const errorOf = (promise: Promise<unknown>): Promise<AppErrorData> =>
  promise.then(
    () => Promise.reject(new Error('it was answered')),
    (thrown: unknown) => (thrown as AppError).data,
  );

/** Loads the model, which succeeds, and predicts with it, which does not. */
async function hover(): Promise<AppErrorData> {
  return errorOf(
    client.call('describeModel', { modelFolder: 'm', lane }).then(() =>
      client.call('predictWord', {
        modelFolder: 'm',
        text: 'a',
        start: 0,
        end: 1,
        topK: 1,
        lane,
      }),
    ),
  );
}

describe('a process that loads but dies in inference', () => {
  it('is given up after several crashes, with a clear error', async () => {
    // The first prediction is tried twice.
    for (const crashes of [2, 3]) {
      expect(await hover()).toMatchObject({ code: 'ProcessCrashed', details: { exitCode: 9 } });
      expect(starts).toBe(crashes);
    }
    const givenUp = await hover();
    expect(givenUp).toMatchObject({ code: 'ProcessKeepsCrashing', details: { crashes: 3 } });
    expect(describeError(givenUp, ENGLISH).message).toMatch(/crashed 3 times .* inference failed/);
    await hover();
    expect(starts).toBe(3);
  });

  it('is started again when a person asks for it', async () => {
    for (let crash = 1; crash <= 4; crash++) await hover();
    expect(starts).toBe(3);
    client.restart();
    expect(await client.call('describeModel', { modelFolder: 'm', lane })).toMatchObject({
      name: 'm',
    });
    expect(starts).toBe(4);
  });
});
