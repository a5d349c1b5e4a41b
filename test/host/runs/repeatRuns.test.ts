import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { listRuns, readRun, type RunSummary } from '../../../src/node/runs/runReader.js';
import {
  repeatRuns,
  repeatWithLowerRate,
  repeatWithOtherSeed,
  type RepeatDependencies,
} from '../../../src/host/runs/repeatRuns.js';
import { specOf } from '../../support/syntheticRuns.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

let folder: string;
let launched: string[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-repeat-'));
  launched = [];
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

async function add(name: string, seed: number, annotations: object = {}): Promise<RunSummary> {
  const directory = path.join(folder, name);
  fs.mkdirSync(directory);
  const spec = specOf(name);
  const written = { ...spec, training: { ...spec.training, seed } };
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(written));
  const state = { ...initialRunState(), status: 'finished' };
  fs.writeFileSync(path.join(directory, 'state.json'), JSON.stringify(state));
  fs.writeFileSync(
    path.join(directory, 'annotations.json'),
    JSON.stringify({ version: 1, ...annotations }),
  );
  return readRun(directory);
}

/** `live` trains meanwhile. */
async function dependencies(live: readonly RunSummary[] = []): Promise<RepeatDependencies> {
  const runs = await listRuns(folder);
  const messages: string[] = [];
  return {
    runStore: {
      ready: () => Promise.resolve(),
      live: () => [...live],
      list: () => runs,
      update: readRun,
    },
    actions: {
      launch: (directory) => {
        launched.push(directory);
        return Promise.resolve();
      },
    },
    reporter: {
      ask: (_: string, text: string) => {
        messages.push(text);
        return Promise.resolve();
      },
    } as unknown as RepeatDependencies['reporter'],
  };
}

async function newRuns(...old: readonly RunSummary[]): Promise<RunSummary[]> {
  const known = new Set(old.map(({ id }) => id));
  return (await listRuns(folder)).filter(({ id }) => !known.has(id));
}

describe('running again', () => {
  it('repeats the seed and starts', async () => {
    const run = await add('calm-otter', 3);
    await repeatRuns(await dependencies(), [run]);
    const [repeated] = await newRuns(run);
    expect(repeated!.facts).toMatchObject({ seed: 3, group: run.facts!.group });
    expect(repeated!.name).not.toBe('calm-otter');
    expect(launched).toEqual([repeated!.directory]);
  });

  it('takes the first seed above those of the setting, once per setting', async () => {
    const first = await add('a', 0);
    const second = await add('b', 4);
    await repeatWithOtherSeed(await dependencies(), [first, second]);
    const made = await newRuns(first, second);
    expect(made.map(({ facts }) => facts!.seed)).toEqual([5]);
  });

  it('stays in the experiment that the run was moved to, with its name, tags and color', async () => {
    const annotations = {
      name: 'Careful',
      experiment: 'moved',
      tags: ['paper'],
      color: 'red',
      star: true,
      notes: 'Only of this run',
    };
    const run = await add('a', 0, annotations);
    await repeatWithOtherSeed(await dependencies(), [run]);
    const [repeated] = await newRuns(run);
    expect(repeated).toMatchObject({ name: 'Careful', facts: { experiment: 'moved' } });
    expect(repeated!.annotations).toEqual({ version: 1, tags: ['paper'], color: 'red' });
  });

  it('waits while another run trains', async () => {
    const run = await add('a', 0);
    await repeatRuns(await dependencies([run]), [run]);
    const [repeated] = await newRuns(run);
    expect(repeated!.status).toBe('waiting');
    expect(launched).toEqual([]);
  });

  it('halves the learning rate, after it has stopped a run that still trains', async () => {
    const run = await add('calm-otter', 3);
    const stopped: string[] = [];
    const known = await dependencies([run]);
    const stop = (directory: string): Promise<void> => {
      stopped.push(directory);
      return Promise.resolve();
    };
    const made = await repeatWithLowerRate({ ...known, actions: { ...known.actions, stop } }, [
      { ...run, status: 'running' },
    ]);
    const [repeated] = await newRuns(run);
    expect(made).toEqual([repeated!.directory]);
    expect(repeated!.facts).toMatchObject({ seed: 3, learningRate: 5e-4 });
    expect(repeated!.status).toBe('waiting');
    expect(stopped).toEqual([run.directory]);
  });
});
