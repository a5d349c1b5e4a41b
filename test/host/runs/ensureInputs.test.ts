import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureInputs } from '../../../src/host/runs/ensureInputs.js';
import { readRunSpec } from '../../../src/node/runs/runSpecFile.js';
import { specOf } from '../../support/syntheticRuns.js';

/** What the person answers, and what they were asked. */
const person = vi.hoisted(() => ({ selects: undefined as string | undefined, asked: [''] }));
vi.mock('vscode', () => ({
  window: {
    showWarningMessage: (message: string, _options: object, action: string) => {
      person.asked.push(message);
      return Promise.resolve(action);
    },
    showOpenDialog: () =>
      Promise.resolve(person.selects === undefined ? undefined : [{ fsPath: person.selects }]),
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
  person.selects = undefined;
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
    person.selects = moved;
    expect(await ensureInputs(directory)).toBe(true);
    expect(person.asked).toEqual(
      new Array(2).fill(`${path.join(folder, 'texts/chapter-0.txt')} does not exist.`),
    );
    expect((await readRunSpec(directory)).workspaceFolder).toBe(moved);
    expect(await ensureInputs(directory)).toBe(true);
    expect(person.asked).toHaveLength(2);
  });

  it('refuses a folder that has no such data', async () => {
    person.selects = os.tmpdir();
    await expect(ensureInputs(directory)).rejects.toMatchObject({ data: { code: 'UserInput' } });
    expect(fs.existsSync(path.join(directory, 'binding.json'))).toBe(false);
  });
});
