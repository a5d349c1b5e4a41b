import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { AppError, type AppErrorData } from '../../src/core/errors.js';
import { buildExportModel } from '../../src/core/models/inferenceGraphs.js';
import { parseTokenizer } from '../../src/core/tokenizer/definition/parseTokenizer.js';
import { ModelClient, type ModelClientOptions } from '../../src/host/models/modelClient.js';
import { CRASH_LIMITS } from '../../src/host/platform/crashHistory.js';
import { selectChecked } from '../../src/host/models/selectChecked.js';
import { readModelFolder } from '../../src/node/models/modelFolder.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { writeTinyClassifier, writeTinyModel } from '../support/tinyModel.js';

const dist = path.join(import.meta.dirname, '../../dist');
const TEXT = 'the whale and the sea and the ship on the sea saw the white whale';

let folder: string;
let model: string;
const clients: ModelClient[] = [];

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-server-'));
  model = path.join(folder, 'tiny');
  await writeTinyModel(model, TEXT);
});
afterEach(async () => {
  const pids = clients.flatMap(({ pid }) => pid ?? []);
  for (const client of clients.splice(0)) client.dispose();
  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

function connect(options: Partial<ModelClientOptions> = {}): ModelClient {
  const client = new ModelClient({
    serverPath: path.join(dist, 'modelServer.js'),
    log: () => undefined,
    ...options,
  });
  clients.push(client);
  return client;
}

const errorOf = async (promise: Promise<unknown>): Promise<AppErrorData> => {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return (thrown as AppError).data;
};

const lane = 'interactive';
const whale = () =>
  ({ modelFolder: model, text: 'the whale and', start: 4, end: 9, topK: 5, lane }) as const;

describe('model server', () => {
  it('starts at the first call and answers as the exported model computes', async () => {
    const client = connect();
    expect(client.isRunning).toBe(false);
    const prediction = await client.call('predictWord', whale());
    expect(client.isRunning).toBe(true);

    const { model: built, parameters, tokenizerJson } = await readModelFolder(model);
    const tokenizer = parseTokenizer(tokenizerJson);
    const id = (token: string): number => tokenizer.tokenToId(token)!;
    const session = await createOnnxRuntime().createSession(
      await buildExportModel(built, parameters),
      {
        threads: 1,
      },
    );
    const ids = [id('[CLS]'), id('the'), id('[MASK]'), id('and'), id('[SEP]')].map(BigInt);
    const tensor = (data: bigint[]) =>
      ({ type: 'int64', dims: [1, 5], data: BigInt64Array.from(data) }) as const;
    const { logits } = await session.run(
      {
        input_ids: tensor(ids),
        attention_mask: tensor([1n, 1n, 1n, 1n, 1n]),
        token_type_ids: tensor([0n, 0n, 0n, 0n, 0n]),
      },
      { logits: null },
    );
    await session.release();
    const row = Array.from(
      (logits!.data as Float32Array).subarray(
        2 * built.heads[0].outputSize,
        3 * built.heads[0].outputSize,
      ),
      Math.exp,
    );
    const sum = row.reduce((a, b) => a + b, 0);
    expect(prediction?.word?.probability).toBeCloseTo(row[id('whale')]! / sum, 6);
    expect(prediction?.candidates).toHaveLength(5);
    for (const { word, probability } of prediction!.candidates) {
      expect(probability).toBeCloseTo(row[id(word)]! / sum, 6);
    }
    expect(prediction?.modelName).toBe('tiny');
  });

  it('describes a model, fills several masks and scores words', async () => {
    const client = connect();
    const [description, fills, scores] = await Promise.all([
      client.call('describeModel', { modelFolder: model, lane }),
      client.call('fillMasks', {
        modelFolder: model,
        text: 'the [MASK] and [MASK]',
        topK: 2,
        lane,
      }),
      client.call('scoreWords', {
        modelFolder: model,
        text: 'the whale',
        words: [{ start: 4, end: 9 }],
        lane,
      }),
    ]);
    expect(description).toMatchObject({ family: 'bert', maskToken: '[MASK]', maxLength: 64 });
    expect(fills.masks.map(({ start }) => start)).toEqual([4, 15]);
    expect(scores.words[0]?.surprisal).toBeGreaterThan(0);
  });

  it('notices that the files of a model have changed', async () => {
    const client = connect();
    const before = await client.call('predictWord', whale());
    expect(await client.call('predictWord', whale())).toEqual(before);
    await writeTinyModel(model, TEXT, 2);
    expect(await client.call('predictWord', whale())).not.toEqual(before);
  });

  it.each(['config.json', 'tokenizer.json', 'model.safetensors'])(
    'names %s when the model folder lacks it, and goes on with other models',
    async (file) => {
      const client = connect();
      const broken = path.join(folder, 'broken');
      fs.cpSync(model, broken, { recursive: true });
      fs.rmSync(path.join(broken, file));
      const error = await errorOf(client.call('describeModel', { modelFolder: broken, lane }));
      expect(error).toMatchObject({
        code: 'Model',
        details: { path: path.join(broken, file) },
      });
      expect(await client.call('predictWord', whale())).not.toBeNull();
    },
  );

  it('selects a folder for hovers only once its model loads, and names the missing file', async () => {
    const modelClient = connect();
    const selected: string[] = [];
    const modelSelection = {
      select: (modelFolder: string) => {
        selected.push(modelFolder);
        return Promise.resolve();
      },
    };
    const noModel = path.join(folder, 'no-model');
    fs.mkdirSync(noModel);
    const error = await errorOf(selectChecked(noModel, { modelClient, modelSelection }));
    expect(error).toMatchObject({
      code: 'Model',
      details: { path: path.join(noModel, 'config.json') },
    });
    expect(selected).toEqual([]);
    await selectChecked(model, { modelClient, modelSelection });
    expect(selected).toEqual([model]);
  });

  it('answers from an earlier session without loading the model', async () => {
    const storage = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-storage-'));
    const first = connect({ serverArguments: [storage] });
    const answer = await first.call('predictWord', whale());
    const { pid } = first;
    first.dispose();
    await expect.poll(() => isAlive(pid!), { timeout: 10_000 }).toBe(false);
    const lines: string[] = [];
    const second = connect({ serverArguments: [storage], log: (line) => lines.push(line) });
    expect(await second.call('predictWord', whale())).toEqual(answer);
    expect(lines.filter((line) => line.startsWith('loaded'))).toEqual([]);
    await second.call('predictWord', { ...whale(), topK: 2 });
    expect(lines.filter((line) => line.startsWith('loaded'))).toHaveLength(1);
    const kept = fs.readFileSync(path.join(storage, 'answers.json'), 'utf8');
    expect(kept).not.toContain('whale and');
    fs.rmSync(storage, { recursive: true, force: true });
  });

  it('asks a new server once more for a prediction that was lost with the first', async () => {
    const client = connect({ crashLimits: { ...CRASH_LIMITS, backOffMilliseconds: 10 } });
    await client.call('describeModel', { modelFolder: model, lane });
    const { pid } = client;
    process.kill(pid!, 'SIGSTOP');
    const outstanding = client.call('predictWord', whale());
    process.kill(pid!, 'SIGKILL');
    expect(await outstanding).not.toBeNull();
    expect(client.pid).not.toBe(pid);
  });

  it('is asked again for words that it was writing when it was killed', async () => {
    const client = connect();
    await client.call('describeModel', { modelFolder: model, lane });
    const { pid } = client;
    process.kill(pid!, 'SIGSTOP');
    const text = 'the [MASK] sea';
    const outstanding = client.call('maskPredict', {
      ...{ modelFolder: model, text, starts: [text.indexOf('[')], lane, seed: 1 },
      ...{ iterations: 1, count: 1, temperature: 1, topP: 1 },
    });
    process.kill(pid!, 'SIGKILL');
    expect((await outstanding).unread).toBeNull();
    expect(client.pid).not.toBe(pid);
  });

  it('rejects what is outstanding when it is killed again, and starts after the back-off', async () => {
    const client = connect({ crashLimits: { ...CRASH_LIMITS, backOffMilliseconds: 200 } });
    await client.call('describeModel', { modelFolder: model, lane });
    process.kill(client.pid!, 'SIGKILL');
    await expect.poll(() => client.isRunning, { timeout: 5000 }).toBe(false);
    await client.call('describeModel', { modelFolder: model, lane });
    const { pid } = client;
    process.kill(pid!, 'SIGSTOP');
    const outstanding = errorOf(client.call('predictWord', whale()));
    process.kill(pid!, 'SIGKILL');
    const crash = await outstanding;
    expect(crash).toMatchObject({
      code: 'ProcessCrashed',
      details: { process: 'modelServer', signal: 'SIGKILL' },
    });
    expect(await errorOf(client.call('predictWord', whale()))).toEqual(crash);
    await expect
      .poll(() => client.call('predictWord', whale()).catch(() => null), { timeout: 20_000 })
      .not.toBeNull();
    expect(client.pid).not.toBe(pid);
  });

  it('gives up on a server that answers and crashes again and again, until it is restarted', async () => {
    const crashLimits = { ...CRASH_LIMITS, backOffMilliseconds: 1, mostCrashes: 3 };
    const client = connect({ crashLimits });
    const describeModel = () => client.call('describeModel', { modelFolder: model, lane });
    const answers = () =>
      describeModel().then(
        () => true,
        () => false,
      );
    for (let crash = 0; crash < 3; crash++) {
      await expect.poll(answers, { timeout: 20_000 }).toBe(true);
      process.kill(client.pid!, 'SIGKILL');
      await expect.poll(() => client.isRunning, { timeout: 5000 }).toBe(false);
    }
    expect(await errorOf(describeModel())).toMatchObject({
      code: 'ProcessKeepsCrashing',
      details: { crashes: 3 },
    });
    client.restart();
    expect(await answers()).toBe(true);
  });

  it('says what a server that cannot start wrote last', async () => {
    const script = path.join(folder, 'broken.js');
    fs.writeFileSync(script, 'throw new Error("native library is missing");');
    const error = await errorOf(
      connect({ serverPath: script }).call('describeModel', { modelFolder: model, lane }),
    );
    expect(error.code).toBe('ProcessCrashed');
    expect(JSON.stringify(error)).toContain('native library is missing');
  });

  it('does not hand the Node options of its own process on to the server', async () => {
    vi.stubEnv('NODE_OPTIONS', '--require ./no-such-preload.cjs');
    try {
      const { family } = await connect().call('describeModel', { modelFolder: model, lane });
      expect(family).toBe('bert');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('stops when idle and starts again when called', async () => {
    const client = connect({ idleMilliseconds: 50 });
    await client.call('describeModel', { modelFolder: model, lane });
    const first = client.pid!;
    await expect.poll(() => client.isRunning).toBe(false);
    await expect.poll(() => isAlive(first)).toBe(false);
    expect(await client.call('predictWord', whale())).not.toBeNull();
  });

  it('leaves when the process that started it is gone', async () => {
    const parent = `
      const { fork } = require('node:child_process');
      const child = fork(${JSON.stringify(path.join(dist, 'modelServer.js'))}, { stdio: 'ignore' });
      console.log(child.pid);
      setTimeout(() => process.exit(0), 300);`;
    const { stdout } = spawnSync(process.execPath, ['-e', parent], { encoding: 'utf8' });
    const pid = Number(stdout.trim());
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('rejects a cancelled call at once', async () => {
    const controller = new AbortController();
    const call = errorOf(connect().call('predictWord', whale(), controller.signal));
    controller.abort();
    expect((await call).code).toBe('Cancelled');
  });
});

/** Texts of several lengths, more than fit into one model run, in an order of no kind. */
const TEXTS = Array.from({ length: 60 }, (_, i) => {
  const words = TEXT.split(' ');
  return Array.from({ length: 1 + ((i * 17) % 50) }, (_, j) => words[(i + j * j) % 14]).join(' ');
});

describe('classifiers in the model server', () => {
  it.each([
    ['labels', { head: 'sequence', problemType: 'single_label_classification' }],
    ['labels', { head: 'sequence', problemType: 'multi_label_classification' }],
    ['numbers', { head: 'sequence', problemType: 'regression' }],
    ['tags', { head: 'token' }],
  ] as const)('predict %s as masklab predict does (%o)', async (kind, head) => {
    const classifier = path.join(folder, 'classifier');
    await writeTinyClassifier(classifier, TEXT, { ...head, labels: ['calm', 'rough', 'lost'] });
    const client = connect();
    const described = await client.call('describeModel', { modelFolder: classifier, lane });
    expect(described).toMatchObject({ kind, labels: ['calm', 'rough', 'lost'], family: 'bert' });

    const progress: { done: number; total: number }[] = [];
    const { predictions, modelName } = await client.follow(
      'classify',
      { modelFolder: classifier, texts: TEXTS.map((text) => ({ text, pair: null })), lane },
      { onProgress: (heard) => void progress.push(heard) },
    );
    const lines = execFileSync(
      process.execPath,
      [path.join(dist, 'cli.js'), 'predict', '--model', classifier, '--json'],
      { encoding: 'utf8', input: TEXTS.join('\n') },
    );
    const expected = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(modelName).toBe('classifier');
    expect(predictions.map((prediction, i) => ({ text: TEXTS[i], ...prediction }))).toEqual(
      near(expected),
    );
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual({ done: 60, total: 60 });
  });

  it('predict pairs of texts', async () => {
    const classifier = path.join(folder, 'classifier');
    await writeTinyClassifier(classifier, TEXT, { head: 'sequence', labels: ['calm', 'rough'] });
    const texts = [
      { text: 'the whale', pair: 'the sea' },
      { text: 'the whale', pair: null },
    ];
    const request = { modelFolder: classifier, texts, lane } as const;
    const { predictions } = await connect().call('classify', request);
    const line = execFileSync(
      process.execPath,
      [
        ...[path.join(dist, 'cli.js'), 'predict', '--model', classifier, '--json'],
        ...['--pair', 'the sea', 'the whale'],
      ],
      { encoding: 'utf8' },
    );
    const printed = JSON.parse(line) as object;
    expect(printed).toMatchObject(near({ text: 'the whale', ...predictions[0] }) as object);
    expect(predictions[1]).not.toEqual(predictions[0]);
  });

  it('are refused for hovers, and a masked model where labels are asked for', async () => {
    const classifier = path.join(folder, 'classifier');
    await writeTinyClassifier(classifier, TEXT, { head: 'sequence', labels: ['calm', 'rough'] });
    const modelClient = connect();
    const modelSelection = { select: () => Promise.reject(new Error('was selected')) };
    const refusal = { code: 'Model', details: { path: classifier } };
    expect(await errorOf(selectChecked(classifier, { modelClient, modelSelection }))).toMatchObject(
      refusal,
    );
    expect(
      await errorOf(modelClient.call('predictWord', { ...whale(), modelFolder: classifier })),
    ).toMatchObject(refusal);
    const texts = [{ text: 'the whale', pair: null }];
    expect(
      await errorOf(modelClient.call('classify', { modelFolder: model, texts, lane })),
    ).toMatchObject({ code: 'Model', details: { path: model } });
  });
});

describe('jobs of the model server', () => {
  it('let a hover through while a background job runs, and stop when cancelled', async () => {
    const classifier = path.join(folder, 'classifier');
    await writeTinyClassifier(classifier, TEXT, { head: 'sequence', labels: ['calm', 'rough'] });
    const client = connect();
    const abort = new AbortController();
    let done = 0;
    const texts = Array.from({ length: 10_000 }, (_, i) => ({ text: TEXTS[i % 60]!, pair: null }));
    const classifying = client.follow(
      'classify',
      { modelFolder: classifier, texts, lane: 'background' },
      { signal: abort.signal, onProgress: (progress) => void (done = progress.done) },
    );
    const outcome = errorOf(classifying);
    await expect.poll(() => done, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(await client.call('predictWord', whale())).not.toBeNull();
    expect(done).toBeLessThan(10_000);
    abort.abort();
    expect((await outcome).code).toBe('Cancelled');
    const before = done;
    // A job of the same lane has its turn at once, not after the ten thousand texts.
    await client.call('scoreWords', {
      ...{ modelFolder: model, text: 'the whale', words: [{ start: 4, end: 9 }] },
      lane: 'background',
    });
    expect(done).toBe(before);
  });
});

/** The same with some leeway in its numbers: several texts in one run round a little differently. */
function near(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 4);
  if (Array.isArray(value)) return value.map(near);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, near(part)]));
}

describe('masklab fill', () => {
  const cli = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(dist, 'cli.js'), 'fill', ...args], {
      encoding: 'utf8',
    });

  it('prints the fills of every mask as JSON, target words included', () => {
    const output = execFileSync(
      process.execPath,
      [
        ...[path.join(dist, 'cli.js'), 'fill', 'the [MASK] and the [MASK]', '--model', model],
        ...['--top-k', '3', '--target', 'whale', '--json'],
      ],
      { encoding: 'utf8' },
    );
    const { masks } = JSON.parse(output) as {
      masks: { candidates: unknown[]; targets: { word: string; probability: number }[] }[];
    };
    expect(masks).toHaveLength(2);
    expect(masks[0]!.candidates).toHaveLength(3);
    expect(masks[1]!.targets[0]).toMatchObject({ word: 'whale' });
    expect(masks[1]!.targets[0]!.probability).toBeGreaterThan(0);
  });

  it('prints words with percentages for a person', () => {
    const { stdout, status } = cli('the [MASK] and', '--model', model, '--top-k', '2');
    expect(status).toBe(0);
    expect(stdout).toMatch(/the \[MASK\] and\n {2}\S+ +<?\d+(\.\d+)?%/);
    expect(stdout).toContain('model: tiny');
  });

  it.each([
    ['a text without a mask', ['no mask here'], 'has no mask'],
    ['no text', [], 'requires a text'],
    ['a bad number', ['a [MASK]', '--top-k', 'x'], '--top-k'],
  ])('explains %s', (_name, args, message) => {
    const { stderr, status } = cli(...args, '--model', model);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('the form of a model', () => {
  it('is float32 in the first answer, and from the start of later sessions the fastest on this processor', async () => {
    const bundled = path.join(import.meta.dirname, '../..', BUNDLED_MODEL_FOLDER);
    const request = { ...whale(), modelFolder: bundled };
    const choices: { speedup: number; precision: string; wasAnswered: boolean }[] = [];
    while (choices.length < 2) {
      const client = connect({ serverArguments: [folder] });
      let wasAnswered = false;
      const chosen = new Promise<void>((resolve) => {
        client.on('form', ({ modelFolder, precision, speedup }) => {
          expect(modelFolder).toBe(bundled);
          choices.push({ precision, speedup, wasAnswered });
          resolve();
        });
      });
      // Another text in the second session, which would answer the first from its storage.
      const text = `${request.text}${'!'.repeat(choices.length)}`;
      const first = await client.call('predictWord', { ...request, text });
      wasAnswered = true;
      await chosen;
      // One more piece of text: the first answer is cached.
      const later = await client.call('predictWord', { ...request, text: `${text}.` });
      expect(first!.candidates[0]!.probability).toBeGreaterThan(0);
      expect(later!.candidates[0]!.probability).toBeGreaterThan(0);
      // It writes its answers before it leaves.
      const { pid } = client;
      client.dispose();
      await expect.poll(() => pid !== undefined && isAlive(pid), { timeout: 10_000 }).toBe(false);
    }
    const [measured, remembered] = choices as [(typeof choices)[0], (typeof choices)[0]];
    // The very same number: it was not measured twice.
    expect(remembered).toEqual({ ...measured, wasAnswered: false });
    expect(measured.wasAnswered).toBe(true);
    expect(fs.existsSync(path.join(folder, 'forms.json'))).toBe(true);
  });
});
