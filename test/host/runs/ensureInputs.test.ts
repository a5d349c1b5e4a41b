import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureInputs } from '../../../src/host/runs/ensureInputs.js';
import { readRunSpec } from '../../../src/node/runs/runSpecFile.js';
import type { RunSpec } from '../../../src/core/runs/schema.js';
import { specOf } from '../../support/syntheticRuns.js';

/** Answers of the person, and the questions asked. */
const person = vi.hoisted(() => ({ selects: [] as string[], asked: [''] }));
vi.mock('vscode', async () => ({
  ...(await import('../../support/fakeVscode.js')),
  window: {
    showWarningMessage: (message: string, _options: object, action: string) => {
      person.asked.push(message);
      return Promise.resolve(action);
    },
    showOpenDialog: () =>
      Promise.resolve(person.selects.splice(0, 1).map((fsPath) => ({ fsPath }))),
  },
}));

let folder: string;
let directory: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-inputs-'));
  directory = path.join(folder, 'run');
  fs.mkdirSync(directory);
  const spec = { ...specOf('a'), workspaceFolder: '..' };
  fs.writeFileSync(
    path.join(directory, 'run.json'),
    JSON.stringify({ ...spec, model: { ...spec.model, path: 'tiny' } }),
  );
  person.asked = [];
  person.selects = [];
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** The data and model of the run in a folder. */
function writeInputs(root: string): void {
  fs.mkdirSync(path.join(root, 'texts'), { recursive: true });
  fs.mkdirSync(path.join(root, 'tiny'));
  fs.writeFileSync(path.join(root, 'texts/chapter-0.txt'), 'x');
}

describe('resuming a run', () => {
  it('asks nothing if its data and model exist', async () => {
    writeInputs(folder);
    expect(await ensureInputs(directory)).toBe(true);
    expect(person.asked).toEqual([]);
  });

  it('asks for the folder of its data and model if they are gone, and remembers it', async () => {
    const moved = path.join(folder, 'moved');
    writeInputs(moved);
    expect(await ensureInputs(directory)).toBe(false);
    person.selects = [moved];
    expect(await ensureInputs(directory)).toBe(true);
    expect(person.asked).toEqual(
      new Array(2).fill(`${path.join(folder, 'texts/chapter-0.txt')} does not exist.`),
    );
    expect((await readRunSpec(directory)).workspaceFolder).toBe(moved);
    expect(await ensureInputs(directory)).toBe(true);
    expect(person.asked).toHaveLength(2);
  });

  it('asks for each folder outside the workspace folder, and asks no more once it knows them', async () => {
    writeInputs(folder);
    const spec = JSON.parse(fs.readFileSync(path.join(directory, 'run.json'), 'utf8')) as RunSpec;
    const [first] = spec.data.files;
    const files = ['texts/chapter-0.txt', '../gone/a.txt', '../gone/b.txt'];
    const data = { ...spec.data, files: files.map((file) => ({ ...first!, path: file })) };
    const model = { ...spec.model, path: path.resolve('/gone too/tiny') };
    fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify({ ...spec, data, model }));
    const [texts, models] = ['texts now', 'models now'].map((name) => path.join(folder, name));
    for (const made of [texts!, path.join(models!, 'tiny')])
      fs.mkdirSync(made, { recursive: true });
    for (const name of ['a.txt', 'b.txt']) fs.writeFileSync(path.join(texts!, name), name);

    person.selects = [texts!];
    expect(await ensureInputs(directory)).toBe(false);
    expect(fs.existsSync(path.join(directory, 'binding.json'))).toBe(false);
    person.asked = [];
    person.selects = [texts!, models!];
    expect(await ensureInputs(directory)).toBe(true);
    const missing = [path.resolve(folder, '../gone/a.txt'), path.resolve('/gone too/tiny')];
    expect(person.asked).toEqual(missing.map((file) => `${file} does not exist.`));
    const bound = await readRunSpec(directory);
    expect(bound.workspaceFolder).toBe(folder);
    expect(bound.data.files.map((file) => file.path)).toEqual([
      ...['texts/chapter-0.txt', 'texts now/a.txt', 'texts now/b.txt'],
    ]);
    expect(bound.model.path).toBe(path.join(models!, 'tiny'));
    expect(await ensureInputs(directory)).toBe(true);
    expect(person.asked).toHaveLength(2);
  });

  it('refuses a folder that has no such data', async () => {
    person.selects = [os.tmpdir()];
    await expect(ensureInputs(directory)).rejects.toMatchObject({ data: { code: 'UserInput' } });
    expect(fs.existsSync(path.join(directory, 'binding.json'))).toBe(false);
  });
});
