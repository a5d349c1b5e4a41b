import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { readSafetensors, writeSafetensors } from '../../../src/core/models/weights/safetensors.js';
import { parseModelReference } from '../../../src/core/hub/repository.js';
import { lockBlob } from '../../../src/node/hub/blobLock.js';
import { cachedModelFolder } from '../../../src/node/hub/cachedModels.js';
import { remoteModel } from '../../../src/node/hub/hubApi.js';
import { hubSettings } from '../../../src/node/hub/hubSettings.js';
import { inspectRemote, type RemoteInspection } from '../../../src/node/hub/inspectRemote.js';
import { planRemoval, remove } from '../../../src/node/hub/removeModel.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { externalExport, exportConfig } from '../../support/importedFixtures.js';
import { inEnglish } from '../../support/inEnglish.js';
import { add, clientOf, useHub } from '../../support/hubPlace.js';

const place = useHub();

async function said(work: Promise<unknown>): Promise<{ message: string; remedy: string }> {
  const thrown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return inEnglish(thrown, 'UserInput');
}

async function inspect(name: string): Promise<RemoteInspection> {
  const { client } = clientOf(place());
  return inspectRemote(client, await remoteModel(client, parseModelReference(name)));
}

/** Serves `acme/tiny` with some files replaced or, by `null`, removed. */
function serve(name: string, changes: Record<string, Buffer | null>): void {
  const files = new Map(place().server.models.get('acme/tiny')!.files);
  for (const [file, content] of Object.entries(changes)) {
    if (content === null) files.delete(file);
    else files.set(file, content);
  }
  place().server.models.set(name, { files });
}

describe('access', () => {
  it('to a gated model is explained without a token, and with the wrong one', async () => {
    const files = place().server.models.get('acme/tiny')!.files;
    place().server.models.set('acme/gated', { files, gatedFor: 'hf_right' });
    const without = await said(add(clientOf(place()).client, 'acme/gated'));
    expect(without.message).toMatch(/acme\/gated is gated/);
    expect(without.remedy).toMatch(/http.*\/acme\/gated, create a token .* HF_TOKEN/);
    const wrong = clientOf(place(), { settings: { token: 'hf_wrong' } });
    expect((await said(add(wrong.client, 'acme/gated'))).message).toMatch(/token gives no access/);
    const right = clientOf(place(), { settings: { token: 'hf_right' } });
    await add(right.client, 'acme/gated');
  });

  it('to a server that is not there names it and the reason', async () => {
    const settings = { endpoint: 'http://127.0.0.1:9' };
    const { client, waited } = clientOf(place(), { settings });
    const { message } = await said(remoteModel(client, parseModelReference('acme/tiny')));
    expect(message).toMatch(/127\.0\.0\.1:9 cannot be reached: .*(bad port|ECONNREFUSED)/);
    expect(waited).toHaveLength(4);
  });

  it('to a page that is not the hub is refused', async () => {
    place().server.faults.push((_, response) => {
      response.end('<html>Log in</html>');
      return true;
    });
    const { client } = clientOf(place());
    const { message } = await said(remoteModel(client, parseModelReference('acme/tiny')));
    expect(message).toMatch(/answer that cannot be used/);
  });
});

describe('what does not load is found before its weights are downloaded', () => {
  const problemOf = async (name: string): Promise<string | undefined> =>
    (await inspect(name)).verdict.problem?.id;

  it('no weights, only pickles, no tokenizer, no configuration', async () => {
    serve('acme/bare', { 'model.safetensors': null });
    serve('acme/pickle', { 'model.safetensors': null, 'pytorch_model.bin': Buffer.from('x') });
    serve('acme/mute', { 'tokenizer.json': null });
    serve('acme/blank', { 'config.json': null });
    expect(await problemOf('acme/bare')).toBe('hub.noWeights');
    expect(await problemOf('acme/pickle')).toBe('hub.onlyPickle');
    expect(await problemOf('acme/mute')).toBe('hub.noTokenizer');
    expect(await problemOf('acme/blank')).toBe('hub.noConfig');
  });

  it('other families, weights of another shape, stages that are not known, damaged files', async () => {
    const config = JSON.parse(
      place().server.models.get('acme/tiny')!.files.get('config.json')!.toString(),
    ) as Record<string, unknown>;
    const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
    serve('acme/gpt', { 'config.json': json({ ...config, model_type: 'gpt2' }) });
    serve('acme/wide', { 'config.json': json({ ...config, hidden_size: 64 }) });
    serve('acme/odd', { 'tokenizer.json': json({ model: { type: 'Word2Vec' } }) });
    serve('acme/torn', { 'model.safetensors': Buffer.alloc(4) });
    serve('acme/huge', { 'model.safetensors': Buffer.alloc(64, 0xff) });
    serve('acme/list', { 'config.json': json([1]) });
    expect(await problemOf('acme/gpt')).toBe('models.unsupportedType');
    expect(await problemOf('acme/wide')).toBe('models.weightsDoNotMatch');
    expect(await problemOf('acme/odd')).toMatch(/^tokenizer\./);
    expect(await problemOf('acme/torn')).toBe('models.unreadableWeights');
    expect(await problemOf('acme/huge')).toBe('models.unreadableWeights');
    expect(await problemOf('acme/list')).toBe('models.notJsonObject');
  });

  it('while a model that loads costs only the first bytes of its weights', async () => {
    const { verdict } = await inspect('acme/tiny');
    expect(verdict).toMatchObject({
      ...{ problem: null, family: 'bert', uses: ['hovers', 'fine-tuning'] },
    });
    expect(verdict.parameters).toBeGreaterThan(10_000);
    const [request, ...others] = place().server.contentRequests('model.safetensors');
    expect(request!.headers.range).toBe('bytes=0-65535');
    expect(others).toEqual([]);
  });
});

it('weights in shards are judged by all their headers, downloaded and loaded', async () => {
  const { files } = place().server.models.get('acme/tiny')!;
  const whole = readSafetensors(files.get('model.safetensors')!, 'model.safetensors');
  const names = [...whole.keys()];
  const half = Math.floor(names.length / 2);
  const shard = (i: number): string => `model-0000${i + 1}-of-00002.safetensors`;
  const shards = [names.slice(0, half), names.slice(half)].map((some) =>
    Buffer.from(writeSafetensors(new Map(some.map((name) => [name, whole.get(name)!])))),
  );
  const weight_map = Object.fromEntries(names.map((name, i) => [name, shard(i < half ? 0 : 1)]));
  const index = Buffer.from(JSON.stringify({ weight_map }));
  const sharded = {
    'model.safetensors': null,
    'model.safetensors.index.json': index,
    [shard(0)]: shards[0]!,
    [shard(1)]: shards[1]!,
  };
  serve('acme/sharded', sharded);
  expect((await inspect('acme/sharded')).verdict).toMatchObject({
    ...{ problem: null, parameters: (await inspect('acme/tiny')).verdict.parameters },
  });
  const { folder } = await add(clientOf(place()).client, 'acme/sharded');
  const [read, original] = [await readModelFolder(folder), await readModelFolder(place().source)];
  expect(read.parameters).toEqual(original.parameters);
  serve('acme/half', { ...sharded, [shard(1)]: null });
  expect((await inspect('acme/half')).verdict.problem?.id).toBe('models.weightsDoNotMatch');
});

it('an export with external data is downloaded and loads through the links of the cache', async () => {
  const { bytes, weights } = externalExport('bert');
  serve('acme/export', {
    'model.safetensors': null,
    'config.json': Buffer.from(JSON.stringify(exportConfig('bert'))),
    'onnx/model.onnx': Buffer.from(bytes),
    'onnx/model.onnx_data': Buffer.from(weights),
  });
  const { verdict } = await inspect('acme/export');
  expect(verdict.problem?.id ?? null).toBeNull();
  const { folder } = await add(clientOf(place()).client, 'acme/export');
  const { imported, parameters } = await readModelFolder(folder);
  expect(imported).toBeDefined();
  expect(parameters.size).toBeGreaterThan(0);
});

describe('the shared cache', () => {
  const tiny = { repository: 'acme/tiny', revision: null };

  it('names a missing file of a snapshot that Python has begun', async () => {
    const { folder } = await add(clientOf(place()).client, 'acme/tiny');
    fs.rmSync(path.join(folder, 'tokenizer.json'));
    expect(() => cachedModelFolder(place().cache, tiny)).toThrow(/tokenizer\.json is missing/);
  });

  it('frees only what no other revision uses, and nothing outside', async () => {
    const { client } = clientOf(place());
    const first = await add(client, 'acme/tiny');
    serve('acme/tiny', { 'README.md': Buffer.from('changed') });
    const second = await add(client, 'acme/tiny');
    expect(second.downloadedBytes).toBe('changed'.length);
    const outside = path.join(place().folder, 'precious.txt');
    fs.writeFileSync(outside, 'precious');
    fs.symlinkSync(outside, path.join(first.folder, 'link.txt'));

    const old = planRemoval(place().cache, { ...tiny, revision: first.commit });
    expect(old.isWhole).toBe(false);
    expect(old.files).toHaveLength(1);
    expect(old.freedBytes).toBe(fs.statSync(path.join(place().source, 'README.md')).size);
    remove(old);
    expect(fs.existsSync(first.folder)).toBe(false);
    await readModelFolder(cachedModelFolder(place().cache, tiny));

    remove(planRemoval(place().cache, tiny));
    expect(fs.readdirSync(place().cache)).not.toContain('models--acme--tiny');
    expect(fs.readFileSync(outside, 'utf8')).toBe('precious');
    expect(() => planRemoval(place().cache, tiny)).toThrow(AppError);
  });
});

it.runIf(process.platform === 'linux')(
  'a lock of Python (flock) is waited for, and held against it',
  async () => {
    const file = path.join(place().folder, 'x.lock');
    const script = `import fcntl,sys
f=open(sys.argv[1],'w')
try: fcntl.flock(f, fcntl.LOCK_EX|fcntl.LOCK_NB)
except BlockingIOError: print('held',flush=True); sys.exit()
print('locked',flush=True); sys.stdin.read()`;
    const python = () =>
      spawn('python3', ['-c', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    const first = python();
    expect(String((await once(first.stdout, 'data'))[0]).trim()).toBe('locked');
    let waited = 0;
    const locking = lockBlob(file, {
      onWait: () => {
        waited++;
        first.stdin.end();
      },
    });
    const lock = await locking;
    expect(waited).toBe(1);
    expect(lock.isShared).toBe(true);
    expect(String((await once(python().stdout, 'data'))[0]).trim()).toBe('held');
    await lock.release();
    const last = python();
    expect(String((await once(last.stdout, 'data'))[0]).trim()).toBe('locked');
    last.stdin.end();
  },
);

describe('hubSettings', () => {
  const home = path.resolve('/home/ann');
  const folder = (environment: Record<string, string>): string =>
    hubSettings(environment, home).cacheFolder;

  it('finds the cache as huggingface_hub does', () => {
    expect(folder({})).toBe(path.join(home, '.cache/huggingface/hub'));
    expect(folder({ XDG_CACHE_HOME: '/x' })).toBe(path.resolve('/x/huggingface/hub'));
    expect(folder({ XDG_CACHE_HOME: '/x', HF_HOME: '/h' })).toBe(path.resolve('/h/hub'));
    expect(folder({ HF_HOME: '/h', HF_HUB_CACHE: '~/c' })).toBe(path.join(home, 'c'));
  });

  it('finds the token and the endpoint', () => {
    fs.writeFileSync(path.join(place().folder, 'token'), 'hf_file\n');
    expect(hubSettings({ HF_HOME: place().folder }, home).token).toBe('hf_file');
    expect(hubSettings({ HF_HOME: place().folder, HF_TOKEN: ' hf_e ' }, home).token).toBe('hf_e');
    expect(hubSettings({ HF_ENDPOINT: 'https://mirror.example/hf/' }, home).endpoint).toBe(
      'https://mirror.example/hf',
    );
    for (const endpoint of ['file:///etc', 'mirror', 'https://user:pass@x', 'https://x?y']) {
      expect(() => hubSettings({ HF_ENDPOINT: endpoint }, home)).toThrow(/HF_ENDPOINT is/);
    }
    expect(hubSettings({ HF_HUB_OFFLINE: '1' }, home).isOffline).toBe(true);
    expect(hubSettings({ HF_HUB_OFFLINE: '0' }, home).isOffline).toBe(false);
  });
});
