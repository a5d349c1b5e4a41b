import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunReader } from '../../../src/node/runs/runReader.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';

let folder: string;
let factsFile: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-facts-'));
  factsFile = path.join(folder, 'storage', 'runFacts.json');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

function makeRun(name: string): string {
  const directory = path.join(folder, name);
  fs.mkdirSync(directory);
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf(name)));
  fs.writeFileSync(path.join(directory, 'state.json'), JSON.stringify(initialRunState()));
  return directory;
}

/** Reads runs as one session of the editor does. */
async function session(...directories: string[]): Promise<string[]> {
  const reader = new RunReader({ factsFile });
  const runs = await Promise.all(directories.map((directory) => reader.read(directory)));
  await reader.remember();
  return runs.map(({ name, status }) => `${name} ${status}`);
}

/** Names of the files that are opened. */
function openedFiles(): string[] {
  const opened: string[] = [];
  const { open } = fs;
  vi.spyOn(fs, 'open').mockImplementation(((file: string, ...rest: unknown[]) => {
    opened.push(path.basename(file));
    (open as (...all: unknown[]) => void)(file, ...rest);
  }) as typeof fs.open);
  return opened;
}

const storedRuns = (): string[] => {
  const { runs } = JSON.parse(fs.readFileSync(factsFile, 'utf8')) as { runs: object };
  return Object.keys(runs)
    .map((file) => path.basename(path.dirname(file)))
    .sort();
};

/** Changes the facts file as an attacker or an accident may. */
function forge(change: (text: string) => string): void {
  fs.writeFileSync(factsFile, change(fs.readFileSync(factsFile, 'utf8')));
}

describe('facts of an earlier session', () => {
  it('spare the next one all run.json that have not changed', async () => {
    const directories = [makeRun('a'), makeRun('b')];
    const first = openedFiles();
    expect(await session(...directories)).toEqual(['a queued', 'b queued']);
    expect(first.filter((name) => name === 'run.json')).toHaveLength(2);
    vi.restoreAllMocks();
    const second = openedFiles();
    expect(await session(...directories)).toEqual(['a queued', 'b queued']);
    expect(second).toEqual(['state.json', 'state.json']);
  });

  it('give way to a run.json that was replaced, edited, or has gone', async () => {
    const directories = [makeRun('a'), makeRun('b'), makeRun('c'), makeRun('d')];
    await session(...directories);
    const file = (i: number): string => path.join(directories[i]!, 'run.json');
    const { mtime } = fs.statSync(file(0));
    fs.writeFileSync(path.join(folder, 'aside'), JSON.stringify(specOf('x')));
    fs.utimesSync(path.join(folder, 'aside'), mtime, mtime);
    fs.renameSync(path.join(folder, 'aside'), file(0));
    fs.writeFileSync(file(1), '{"version": 1, ');
    fs.rmSync(file(2));
    expect(await session(...directories)).toEqual([
      'x queued',
      'b unreadable',
      'c unreadable',
      'd queued',
    ]);
    expect(storedRuns()).toEqual(['a', 'd']);
  });

  it('do not follow a run that is copied', async () => {
    const original = makeRun('a');
    await session(original);
    const copy = path.join(folder, 'copy');
    fs.cpSync(original, copy, { recursive: true, preserveTimestamps: true });
    const opened = openedFiles();
    expect(await session(original, copy)).toEqual(['a queued', 'a queued']);
    expect(opened.filter((name) => name === 'run.json')).toHaveLength(1);
  });

  it.each([
    ['is not JSON', () => '{"runs": '],
    ['has facts of the wrong types', (text: string) => text.replace('"name": "a"', '"name": 7')],
    ['is of another release', (text: string) => text.replace(/"masklab": ".*"/, '"masklab": "0"')],
    ['has other stamps', (text: string) => text.replace(/"stamp": ".*"/, '"stamp": "1 1 1"')],
  ])('are passed over if their file %s', async (_, change) => {
    const directory = makeRun('a');
    await session(directory);
    forge(change);
    forge((text) => text.replace('"name": "a"', '"name": "forged"'));
    expect(await session(directory)).toEqual(['a queued']);
    expect(await session(directory)).toEqual(['a queued']);
    expect(storedRuns()).toEqual(['a']);
  });

  it('are not needed: a storage that cannot be written costs nothing but time', async () => {
    fs.writeFileSync(path.dirname(factsFile), 'a file where the folder should be');
    expect(await session(makeRun('a'))).toEqual(['a queued']);
    expect(await session(path.join(folder, 'a'))).toEqual(['a queued']);
  });
});
