import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModelReference } from '../../../src/core/hub/repository.js';
import {
  discardUnfinished,
  DownloadRecords,
  type UnfinishedModel,
} from '../../../src/node/hub/downloadRecords.js';
import { remoteModel } from '../../../src/node/hub/hubApi.js';
import { inspectRemote } from '../../../src/node/hub/inspectRemote.js';
import { lockBlob } from '../../../src/node/hub/blobLock.js';
import { tokenOf } from '../../../src/node/runs/processes.js';
import { clientOf, useHub } from '../../support/hubPlace.js';

const place = useHub();
const folder = (): string => path.join(place().folder, 'downloads');

async function tiny(): Promise<UnfinishedModel> {
  const { client } = clientOf(place());
  const model = await remoteModel(client, parseModelReference('acme/tiny'));
  const { needed } = await inspectRemote(client, model);
  const { repository, revision, commit } = model;
  return { repository, revision, commit, needed };
}

const states = async (records: DownloadRecords): Promise<string[]> =>
  (await records.list()).map(({ state }) => state);

describe('records of unfinished downloads', () => {
  it('tell a pause from an interruption and from a download of another window', async () => {
    const records = new DownloadRecords(folder());
    expect(await records.list()).toEqual([]);
    const model = await tiny();
    await records.write(model, 'active');
    expect(await states(records)).toEqual(['elsewhere']);
    expect((await records.list())[0]!.model).toEqual({
      ...model,
      needed: JSON.parse(JSON.stringify(model.needed)) as unknown,
    });

    // As another process, which has ended since.
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 60_000)']);
    const token = await tokenOf(child.pid!, folder());
    const [name = ''] = fs.readdirSync(folder());
    const file = path.join(folder(), name);
    const record = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
    fs.writeFileSync(file, JSON.stringify({ ...record, process: token }));
    expect(await states(records)).toEqual(['elsewhere']);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await states(records)).toEqual(['interrupted']);

    await records.write(model, 'paused');
    expect(await states(records)).toEqual(['paused']);
    await records.remove(model);
    expect(await records.list()).toEqual([]);
  });

  it('are skipped where they are damaged or name files outside of a repository', async () => {
    const records = new DownloadRecords(folder());
    const model = await tiny();
    await records.write(model, 'paused');
    const [name = ''] = fs.readdirSync(folder());
    const file = path.join(folder(), name);
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.slice(0, 100));
    expect(await records.list()).toEqual([]);
    fs.writeFileSync(file, text.replace('"config.json"', '"../../config.json"'));
    expect(await records.list()).toEqual([]);
    fs.writeFileSync(file, text.replace('acme/tiny', '../tiny'));
    expect(await records.list()).toEqual([]);
    fs.writeFileSync(file, text);
    expect(await states(records)).toEqual(['paused']);
  });
});

describe('discarding a download', () => {
  it('removes what has arrived, and keeps files that another process downloads', async () => {
    const model = await tiny();
    const repository = path.join(place().cache, 'models--acme--tiny');
    const [first, second] = model.needed.companions;
    const unfinished = [first!, second!].map(({ oid }) =>
      path.join(repository, 'blobs', `${oid}.incomplete`),
    );
    fs.mkdirSync(path.join(repository, 'blobs'), { recursive: true });
    for (const file of unfinished) fs.writeFileSync(file, 'part');
    const locks = path.join(place().cache, '.locks/models--acme--tiny');
    const lock = await lockBlob(path.join(locks, `${second!.oid}.lock`));
    await discardUnfinished(place().cache, model);
    expect(unfinished.map((file) => fs.existsSync(file))).toEqual([false, lock.isShared]);
    await lock.release();
    await discardUnfinished(place().cache, model);
    expect(fs.existsSync(repository)).toBe(false);
  });
});
