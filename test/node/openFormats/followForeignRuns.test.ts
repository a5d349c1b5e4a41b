import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followForeignRuns } from '../../../src/node/openFormats/followForeignRuns.js';
import { listRuns } from '../../../src/node/runs/runReader.js';

let folder: string;
let runsFolder: string;
let stop: AbortController;
let imported: string[];
let problems: string[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-follow-'));
  runsFolder = path.join(folder, '.masklab/runs');
  stop = new AbortController();
  imported = [];
  problems = [];
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Writes `trainer_state.json` of a run that has come so far. */
function write(name: string, steps: number): void {
  const history = Array.from({ length: steps }, (_, i) => ({ step: i + 1, epoch: 1, loss: 4 - i }));
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  const state = { log_history: history, max_steps: 20, num_train_epochs: 2 };
  fs.writeFileSync(path.join(folder, name, 'trainer_state.json'), JSON.stringify(state));
}

function follow(...names: string[]): Promise<void> {
  return followForeignRuns(
    names.map((name) => path.join(folder, name)),
    {
      ...{ runsFolder, signal: stop.signal, pollSeconds: 0.02 },
      onImported: (_directory, source) => imported.push(path.basename(source)),
      onProblem: (_problem, source) => problems.push(path.basename(source)),
    },
  );
}

async function until(isDone: () => boolean): Promise<void> {
  for (let waited = 0; !isDone(); waited++) {
    expect(waited).toBeLessThan(500);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('copies a run that appears later, again when it grows, and not otherwise', async () => {
  const following = follow('out');
  write('out', 2);
  await until(() => imported.length === 1);
  expect(await listRuns(runsFolder)).toMatchObject([{ name: 'out', state: { step: 2 } }]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(imported).toEqual(['out']);
  write('out', 5);
  await until(() => imported.length === 2);
  expect(await listRuns(runsFolder)).toMatchObject([{ state: { step: 5, totalSteps: 20 } }]);
  stop.abort();
  await following;
  expect(fs.readdirSync(path.join(folder, 'out'))).toEqual(['trainer_state.json']);
});

it('follows every folder of a folder, those that come later included, but no links', async () => {
  write('outputs/a', 1);
  write('elsewhere', 1);
  if (process.platform !== 'win32') {
    fs.symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'outputs/link'));
  }
  const following = follow('outputs/*');
  await until(() => imported.length === 1);
  write('outputs/b', 1);
  await until(() => imported.length === 2);
  stop.abort();
  await following;
  expect(imported).toEqual(['a', 'b']);
});

it('reports a folder that cannot be read once, and continues when it is written', async () => {
  write('out', 1);
  const file = path.join(folder, 'out/trainer_state.json');
  fs.writeFileSync(file, '{ "log_history": [');
  const following = follow('out');
  await until(() => problems.length === 1);
  fs.writeFileSync(file, '{ "log_history": [ ');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(problems).toEqual(['out']);
  write('out', 3);
  await until(() => imported.length === 1);
  stop.abort();
  await following;
});
