import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunFile, requestOfRunFile } from '../../../src/node/runs/readRunFile.js';

describe('a run file', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-'));
  });

  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const requestOf = async (content: object): Promise<ReturnType<typeof requestOfRunFile>> => {
    const own = path.join(folder, 'experiments');
    fs.mkdirSync(own, { recursive: true });
    const file = path.join(own, 'a.run.jsonc');
    fs.writeFileSync(file, JSON.stringify(content));
    return requestOfRunFile(await readRunFile(file), {
      folder: own,
      workspaceFolder: folder,
      bundledModel: '/bundled',
    });
  };

  it('names data, policy and model relative to its own folder', async () => {
    const request = await requestOf({
      data: ['../notes', '!../notes/drafts/**', 'own.txt', '..'],
      model: '../runs/one',
      masking: 'opinion.mask.json',
      epochs: 2,
    });
    expect(request.paths).toEqual(['notes', '!notes/drafts/**', 'experiments/own.txt', '.']);
    expect(request.modelFolder).toBe(path.join(folder, 'runs/one'));
    expect(request.options).toEqual({
      epochs: 2,
      masking: path.join(folder, 'experiments/opinion.mask.json'),
    });
  });

  it('names a run for its model, and policies of the gallery by name', async () => {
    const run = path.join(folder, 'runs/one');
    fs.mkdirSync(run, { recursive: true });
    fs.writeFileSync(path.join(run, 'run.json'), '{}');
    const request = await requestOf({ data: '.', model: '../runs/one', masking: 'bert' });
    expect(request.modelFolder).toBe(path.join(run, 'model'));
    expect(request.options).toEqual({ masking: 'bert' });
    expect((await requestOf({ data: '.' })).modelFolder).toBe('/bundled');
  });

  it('with a mistake is refused by file and line', async () => {
    await expect(requestOf({ data: '.', epoch: 2 })).rejects.toMatchObject({
      data: { details: { file: path.join(folder, 'experiments/a.run.jsonc'), row: 1 } },
    });
  });
});
