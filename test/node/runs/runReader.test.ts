import { problemInEnglish } from '../../support/inEnglish.js';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSpecSchema } from '../../../src/core/runs/schema.js';
import { readMetrics } from '../../../src/node/runs/readMetrics.js';
import { listRuns, readRun, RunReader } from '../../../src/node/runs/runReader.js';
import { readRunSpec } from '../../../src/node/runs/runSpecFile.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-runs-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});
const runIn = (name: string, files: Readonly<Record<string, unknown>> = {}): string => {
  const directory = path.join(folder, name);
  fs.mkdirSync(directory);
  for (const [file, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(directory, file), JSON.stringify(content));
  }
  return directory;
};

describe('readRun', () => {
  it('shows a directory it cannot read, with the reason', async () => {
    const run = await readRun(runIn('empty'));
    expect(run.status).toBe('unreadable');
    expect(problemInEnglish(run.problem)).toBe('run.json is missing.');
    fs.writeFileSync(path.join(run.directory, 'run.json'), '{"version": 1, ');
    const { problem } = await readRun(run.directory);
    expect(problemInEnglish(problem)).toMatch(/^run\.json cannot be read: /);
  });

  it('lists newest first and passes over what is being written or deleted', async () => {
    for (const name of ['20260101-000000-a', '20260102-000000-b', '.20260103-c.tmp']) runIn(name);
    expect((await listRuns(folder)).map(({ id }) => id)).toEqual([
      '20260102-000000-b',
      '20260101-000000-a',
    ]);
    expect(await listRuns(path.join(folder, 'none'))).toEqual([]);
  });

  it('prefers the annotated name, and passes over annotations that do not parse', async () => {
    const files = { 'run.json': specOf('a'), 'state.json': initialRunState() };
    const directory = runIn('a', { ...files, 'annotations.json': { version: 1, name: 'My run' } });
    expect((await readRun(directory)).name).toBe('My run');
    fs.writeFileSync(path.join(directory, 'annotations.json'), '{"version": 2}');
    expect(await readRun(directory)).toMatchObject({ name: 'a', status: 'queued' });
  });
});

describe('RunReader', () => {
  it('reads a run in the experiment that it was moved to, with the same facts each time', async () => {
    const directory = runIn('a', {
      'run.json': specOf('a'),
      'annotations.json': { version: 1, experiment: 'moved-here' },
    });
    const reader = new RunReader();
    const first = await reader.read(directory);
    expect(first.facts?.experiment).toBe('moved-here');
    expect((await reader.read(directory)).facts).toBe(first.facts);
    fs.rmSync(path.join(directory, 'annotations.json'));
    expect((await reader.read(directory)).facts?.experiment).toBe('default');
  });

  it('parses an immutable spec once, however often the run is read', async () => {
    const parse = vi.spyOn(runSpecSchema, 'safeParse');
    const directory = runIn('a', { 'run.json': specOf('a'), 'state.json': initialRunState() });
    const reader = new RunReader();
    for (let i = 0; i < 5; i++) expect((await reader.read(directory)).name).toBe('a');
    expect(parse).toHaveBeenCalledTimes(1);
  });

  it('opens each file of a run once, and only looks at unchanged ones afterwards', async () => {
    const directory = runIn('a', { 'run.json': specOf('a'), 'state.json': initialRunState() });
    const calls = (['open', 'fstat', 'read', 'lstat', 'stat', 'access'] as const).map((name) =>
      vi.spyOn(fs, name),
    );
    const counted = (): number[] =>
      calls.map((call) => {
        const { length } = call.mock.calls;
        call.mockClear();
        return length;
      });
    const reader = new RunReader();
    await reader.read(directory);
    // Each file is checked before it is opened; annotations.json is missing.
    expect(counted()).toEqual([2, 2, 2, 3, 0, 1]);
    await reader.read(directory);
    expect(counted()).toEqual([0, 0, 0, 1, 2, 1]);
  });

  it('reads a file again once it was replaced', async () => {
    const directory = runIn('a', { 'run.json': specOf('a'), 'state.json': initialRunState() });
    const reader = new RunReader();
    expect((await reader.read(directory)).state?.step).toBe(0);
    const aside = path.join(directory, 'aside');
    fs.writeFileSync(aside, JSON.stringify({ ...initialRunState(), step: 7 }));
    fs.renameSync(aside, path.join(directory, 'state.json'));
    expect((await reader.read(directory)).state?.step).toBe(7);
  });

  it.skipIf(process.platform === 'win32').each(['run.json', 'state.json', 'annotations.json'])(
    'does not follow %s out of the run folder',
    async (name) => {
      const outside = path.join(folder, name);
      const annotations = { version: 1, name: 'of another' };
      const contents = {
        'run.json': specOf('a'),
        'state.json': { ...initialRunState(), step: 7 },
        'annotations.json': annotations,
      };
      const directory = runIn('a', contents);
      fs.renameSync(path.join(directory, name), outside);
      fs.symlinkSync(outside, path.join(directory, name));
      const run = await readRun(directory);
      const linked = {
        'run.json': run.facts,
        'state.json': run.state,
        'annotations.json': run.annotations.name ?? null,
      };
      expect(linked[name as keyof typeof linked]).toBeNull();
      if (name !== 'annotations.json') {
        expect(problemInEnglish(run.problem)).toMatch(/state\.json|run\.json/);
        expect(problemInEnglish(run.problem)).toMatch(/not a regular file/);
      }
    },
  );

  it.skipIf(process.platform === 'win32')(
    'does not follow metrics out of the run folder',
    async () => {
      const directory = runIn('a');
      const outside = path.join(folder, 'metrics.jsonl');
      const row = { step: 1, epoch: 0, time: 0, split: 'train', loss: 1 };
      fs.writeFileSync(outside, `${JSON.stringify(row)}\n`);
      fs.symlinkSync(outside, path.join(directory, 'metrics.jsonl'));
      expect(await readMetrics(directory)).toEqual([]);
      fs.rmSync(path.join(directory, 'metrics.jsonl'));
      fs.renameSync(outside, path.join(directory, 'metrics.jsonl'));
      expect(await readMetrics(directory)).toHaveLength(1);
    },
  );

  it('holds no file list', async () => {
    const spec = specOf('a', { files: 5000 });
    const directory = runIn('a', { 'run.json': spec, 'state.json': initialRunState() });
    const run = await readRun(directory);
    expect(run.facts).toMatchObject({ files: 5000, bytes: 5000 * 1000 });
    expect(JSON.stringify(run).length).toBeLessThan(3000);
  });
});

describe('readRunSpec', () => {
  it('gives the whole spec, and refuses one that cannot be read', async () => {
    const spec = specOf('a', { files: 3 });
    expect((await readRunSpec(runIn('a', { 'run.json': spec }))).data.files).toHaveLength(3);
    await expect(readRunSpec(runIn('b'))).rejects.toThrow(/run\.json is missing/);
  });
});
