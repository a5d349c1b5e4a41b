import { scanCacheDir } from '@huggingface/hub';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { cachedModelFolder } from '../../../src/node/hub/cachedModels.js';
import type { TransferProgress } from '../../../src/node/hub/transfer.js';
import { oidOf, type Fault } from '../../support/hubServer.js';
import { add, clientOf, useHub } from '../../support/hubPlace.js';

const WEIGHTS = 'model.safetensors';

/** Every file below a folder, relative. */
function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !fs.statSync(path.join(folder, name)).isDirectory())
    .sort();
}

/** Lets a fault happen the first `times` times that content of a file is sent. */
function onContent(file: string, times: number, fault: Fault): Fault {
  let left = times;
  return (seen, response, delivery) => {
    if (
      delivery === null ||
      !seen.url.endsWith(`/${file}`) ||
      seen.headers.range === 'bytes=0-65535'
    ) {
      return false;
    }
    return left-- > 0 && fault(seen, response, delivery);
  };
}

const problemId = async (work: Promise<unknown>): Promise<string> => {
  const thrown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(AppError);
  const { details, code } = (thrown as AppError).data;
  return 'problem' in details ? details.problem.id : code;
};

describe('downloadModel', () => {
  const place = useHub();
  const weights = (): Buffer => fs.readFileSync(path.join(place().source, WEIGHTS));
  const tiny = { repository: 'acme/tiny', revision: null };

  it('fills the shared cache so that scanCacheDir reads it back', async () => {
    const { client } = clientOf(place());
    const { folder, commit, downloadedBytes } = await add(client, 'acme/tiny');
    const { repos, warnings } = await scanCacheDir(place().cache);
    expect(warnings).toEqual([]);
    expect(repos).toHaveLength(1);
    const [repo] = repos;
    expect(repo).toMatchObject({ id: { name: 'acme/tiny', type: 'model' } });
    expect(repo!.revisions.map((one) => one.commitOid)).toEqual([commit]);
    expect(repo!.revisions[0]!.refs).toEqual(['main']);
    expect(repo!.size).toBe(downloadedBytes);
    expect(filesIn(folder)).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(fs.readlinkSync(path.join(folder, WEIGHTS))).toBe(
      path.join('../../blobs', oidOf(WEIGHTS, weights())),
    );
    expect(cachedModelFolder(place().cache, tiny)).toBe(folder);
    const [copy, original] = [await readModelFolder(folder), await readModelFolder(place().source)];
    expect(copy.parameters).toEqual(original.parameters);
    const absent = fs.readdirSync(path.join(place().cache, 'models--acme--tiny/.no_exist', commit));
    expect(absent).toContain('vocab.txt');
  });

  it('downloads nothing that is there already', async () => {
    const { client } = clientOf(place());
    await add(client, 'acme/tiny');
    place().server.requests.length = 0;
    expect(await add(client, 'acme/tiny')).toMatchObject({ downloadedBytes: 0 });
    expect(place().server.contentRequests(WEIGHTS)).toHaveLength(1);
    expect(place().server.contentRequests(WEIGHTS)[0]!.headers.range).toBe('bytes=0-65535');
  });

  it('uses a blob that Python has downloaded', async () => {
    const blobs = path.join(place().cache, 'models--acme--tiny/blobs');
    fs.mkdirSync(blobs, { recursive: true });
    fs.writeFileSync(path.join(blobs, oidOf(WEIGHTS, weights())), weights());
    const { client } = clientOf(place());
    const { downloadedBytes } = await add(client, 'acme/tiny');
    expect(downloadedBytes).toBeLessThan(weights().length);
  });

  it('continues after a connection that ends early, without sending the token to another host', async () => {
    const { server } = place();
    server.faults.push(
      onContent(WEIGHTS, 2, (_, response, delivery) => {
        response.writeHead(delivery!.status, delivery!.headers);
        response.write(delivery!.body.subarray(0, 10_000), () => response.destroy());
        return true;
      }),
    );
    const { client, waited } = clientOf(place(), { settings: { token: 'hf_secret' } });
    await add(client, 'acme/tiny');
    const ranges = server.contentRequests(WEIGHTS).map(({ headers }) => headers.range);
    expect(ranges).toEqual(['bytes=0-65535', undefined, 'bytes=10000-', 'bytes=20000-']);
    expect(waited).toEqual([1, 1]);
    const ofStorage = server.requests.filter((request) => request.server === 'storage');
    expect(ofStorage.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(ofStorage.every(({ headers }) => headers['if-range'] === undefined)).toBe(true);
    const ofHub = server.requests.filter((request) => request.server === 'hub');
    expect(ofHub.every(({ headers }) => headers.authorization === 'Bearer hf_secret')).toBe(true);
  });

  it('starts a file again where the server has no ranges', async () => {
    const { server } = place();
    server.faults.push(
      onContent(WEIGHTS, 1, (_, response, delivery) => {
        server.hasRanges = false;
        response.writeHead(delivery!.status, delivery!.headers);
        response.write(delivery!.body.subarray(0, 10_000), () => response.destroy());
        return true;
      }),
    );
    const { client } = clientOf(place());
    const { folder } = await add(client, 'acme/tiny');
    expect(fs.readFileSync(path.join(folder, WEIGHTS)).equals(weights())).toBe(true);
  });

  it('waits as long as a busy server asks, and longer each time it does not say', async () => {
    const { server } = place();
    const statuses = [429, 503, 500, 502];
    server.faults.push((seen, response) => {
      const status = seen.url.includes('/resolve/') ? undefined : statuses.shift();
      if (status === undefined) return false;
      response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {});
      response.end();
      return true;
    });
    const { client, waited } = clientOf(place());
    await add(client, 'acme/tiny');
    expect(waited).toEqual([7, 2, 4, 8]);
  });

  it('downloads only the damaged file again, and gives up if it is damaged twice', async () => {
    const { server } = place();
    const damage = (times: number): Fault =>
      onContent(WEIGHTS, times, (_, response, delivery) => {
        const wrong = Buffer.from(delivery!.body);
        wrong[5000]! ^= 1;
        response.writeHead(delivery!.status, delivery!.headers);
        response.end(wrong);
        return true;
      });
    server.faults = [damage(1)];
    const { client } = clientOf(place());
    const { folder } = await add(client, 'acme/tiny');
    expect(fs.readFileSync(path.join(folder, WEIGHTS)).equals(weights())).toBe(true);
    expect(server.contentRequests('tokenizer.json')).toHaveLength(2);

    fs.rmSync(place().cache, { recursive: true });
    server.faults = [damage(2)];
    expect(await problemId(add(client, 'acme/tiny'))).toBe('hub.wrongChecksum');
    expect(() => cachedModelFolder(place().cache, tiny)).toThrow(AppError);
    const blob = path.join(place().cache, 'models--acme--tiny/blobs', oidOf(WEIGHTS, weights()));
    expect(fs.existsSync(blob)).toBe(false);
    expect(fs.existsSync(path.join(place().cache, 'models--acme--tiny/snapshots'))).toBe(false);
  });

  it('shows a stream without bytes as stalled, and connects again', async () => {
    const { server } = place();
    server.faults.push(
      onContent(WEIGHTS, 1, (_, response, delivery) => {
        response.writeHead(delivery!.status, delivery!.headers);
        response.write(delivery!.body.subarray(0, 5000));
        return true;
      }),
    );
    const states: TransferProgress[] = [];
    const { client } = clientOf(place());
    await add(client, 'acme/tiny', {
      stallTimes: { stalledSeconds: 0.1, reconnectSeconds: 1 },
      onProgress: (progress) => {
        states.push(progress);
      },
    });
    const ofWeights = states.filter(({ file }) => file === WEIGHTS).map(({ state }) => state);
    expect(ofWeights).toContain('stalled');
    expect(ofWeights.indexOf('retrying')).toBeGreaterThan(ofWeights.indexOf('stalled'));
    expect(server.contentRequests(WEIGHTS).at(-1)!.headers.range).toBe('bytes=5000-');
    expect(states.at(-1)).toMatchObject({ bytes: states.at(-1)!.totalBytes });
  });

  it('can be paused and continues where it stopped', async () => {
    const { server } = place();
    const stop = new AbortController();
    server.faults.push(
      onContent(WEIGHTS, 1, (_, response, delivery) => {
        response.writeHead(delivery!.status, delivery!.headers);
        response.write(delivery!.body.subarray(0, 12_345));
        return true;
      }),
    );
    const { client } = clientOf(place());
    const paused = add(client, 'acme/tiny', {
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (bytes === 12_345) stop.abort();
      },
    });
    expect(await problemId(paused)).toBe('Cancelled');
    expect(() => cachedModelFolder(place().cache, tiny)).toThrow(AppError);
    await add(client, 'acme/tiny');
    expect(server.contentRequests(WEIGHTS).at(-1)!.headers.range).toBe('bytes=12345-');
  });

  it('refuses a model that does not fit, counting what is left only', async () => {
    const { client } = clientOf(place());
    const free = (bytes: number) => ({ freeBytes: () => Promise.resolve(bytes) });
    expect(await problemId(add(client, 'acme/tiny', free(1 << 24)))).toBe('hub.noSpace');
    const blobs = path.join(place().cache, 'models--acme--tiny/blobs');
    for (const [name, content] of place().server.models.get('acme/tiny')!.files) {
      fs.writeFileSync(path.join(blobs, `${oidOf(name, content)}.incomplete`), content);
    }
    await add(client, 'acme/tiny', free(1 << 10));
  });

  it('keeps what it has when the disk fills, and uses none of it', async () => {
    const { client } = clientOf(place());
    const open = fs.promises.open;
    const spy = vi.spyOn(fs.promises, 'open').mockImplementation(async (...given) => {
      const handle = await open(...given);
      if (String(given[0]).includes(oidOf(WEIGHTS, weights()))) {
        handle.writev = () =>
          Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
      }
      return handle;
    });
    try {
      expect(await problemId(add(client, 'acme/tiny'))).toBe('Storage');
    } finally {
      spy.mockRestore();
    }
    expect(() => cachedModelFolder(place().cache, tiny)).toThrow(AppError);
    await add(client, 'acme/tiny');
  });

  it('writes nothing into a cache of a newer version', async () => {
    fs.mkdirSync(place().cache);
    fs.writeFileSync(path.join(place().cache, 'version.txt'), '2\n');
    const { client } = clientOf(place());
    expect(await problemId(add(client, 'acme/tiny'))).toBe('hub.newerCache');
    expect(fs.readdirSync(place().cache)).toEqual(['version.txt']);
  });

  describe('on a volume without links', () => {
    const link = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));

    it('moves new files into the snapshot, and stores nothing twice', async () => {
      const { client } = clientOf(place());
      const { folder } = await add(client, 'acme/tiny', { link });
      expect(fs.lstatSync(path.join(folder, WEIGHTS)).isFile()).toBe(true);
      expect(fs.readdirSync(path.join(folder, '../../blobs'))).toEqual([]);
      await readModelFolder(cachedModelFolder(place().cache, tiny));
      expect(await add(client, 'acme/tiny', { link })).toMatchObject({ downloadedBytes: 0 });
    });

    it('copies a blob that was there before', async () => {
      const { client } = clientOf(place());
      const blobs = path.join(place().cache, 'models--acme--tiny/blobs');
      const blob = path.join(blobs, oidOf(WEIGHTS, weights()));
      fs.mkdirSync(blobs, { recursive: true });
      fs.writeFileSync(blob, weights());
      const { folder } = await add(client, 'acme/tiny', { link });
      expect(fs.readdirSync(blobs)).toEqual([path.basename(blob)]);
      expect(fs.readFileSync(path.join(folder, WEIGHTS)).equals(weights())).toBe(true);
    });
  });

  it('lets two downloads of the same model share the work', async () => {
    const states: string[] = [];
    const { client } = clientOf(place());
    const one = add(client, 'acme/tiny');
    const other = add(client, 'acme/tiny', {
      onProgress: ({ state }) => {
        states.push(state);
      },
    });
    const [{ folder }] = await Promise.all([one, other]);
    expect(fs.readFileSync(path.join(folder, WEIGHTS)).equals(weights())).toBe(true);
    expect(
      place()
        .server.contentRequests(WEIGHTS)
        .filter(({ headers }) => headers.range === undefined),
    ).toHaveLength(1);
  });

  it('damages nothing where files cannot be locked', async () => {
    const { client } = clientOf(place());
    const unlocked = { lockPrograms: [] };
    const both = [add(client, 'acme/tiny', unlocked), add(client, 'acme/tiny', unlocked)];
    const [{ folder } = { folder: '' }] = await Promise.all(both);
    expect(fs.readFileSync(path.join(folder, WEIGHTS)).equals(weights())).toBe(true);
    const left = fs.readdirSync(path.join(folder, '../../blobs'), { encoding: 'utf8' });
    expect(left.filter((name) => name.startsWith('.') || name.includes('incomplete'))).toEqual([]);
  });
});
