import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunIndex } from '../../../src/host/runs/runIndex.js';
import { runsFolderOf } from '../../../src/node/runs/runDirectory.js';
import { RunReader } from '../../../src/node/runs/runReader.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-index-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

function folderWithRun(name: string, status: 'finished' | 'queued' = 'finished'): string {
  const folder = path.join(root, name);
  const directory = path.join(runsFolderOf(folder), `run-${name}`);
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(specOf(name)));
  const state = { ...initialRunState(), status };
  fs.writeFileSync(path.join(directory, 'state.json'), JSON.stringify(state));
  return folder;
}

/** An index whose world a test can see and change. */
function indexOf(folders: string[]) {
  const world = { folders, watched: [] as string[], followed: new Set<string>(), errors: 0 };
  const index = new RunIndex({
    reader: new RunReader(),
    followers: {
      watch: (directory) => {
        world.followed.add(directory);
        return { dispose: () => void world.followed.delete(directory) };
      },
    },
    folders: () => [...world.folders],
    watch: (wanted) => {
      world.watched = [...wanted];
    },
    onDidChange: () => undefined,
    onError: () => world.errors++,
  });
  return { world, index };
}

describe('RunIndex', () => {
  it('lists and watches a folder that is added during a listing', async () => {
    const [a, b] = [folderWithRun('a'), folderWithRun('b')];
    const { world, index } = indexOf([a]);
    const first = index.refresh();
    world.folders = [a, b];
    await Promise.all([first, index.refresh()]);
    expect(index.list().map(({ name }) => name)).toEqual(['b', 'a']);
    expect(world.watched).toEqual([a, b]);
  });

  it('drops the runs of a folder that is closed', async () => {
    const [a, b] = [folderWithRun('a'), folderWithRun('b')];
    const { world, index } = indexOf([a, b]);
    await index.refresh();
    world.folders = [b];
    await index.refresh();
    expect(index.list().map(({ name }) => name)).toEqual(['b']);
    expect(world.errors).toBe(0);
  });

  it('follows a run while it lives, and no longer', async () => {
    const folder = folderWithRun('a', 'queued');
    const { world, index } = indexOf([folder]);
    await index.refresh();
    const [run] = index.list();
    expect([...world.followed]).toEqual([run!.directory]);
    const state = { ...initialRunState(), status: 'stopped' };
    fs.writeFileSync(path.join(run!.directory, 'state.json'), JSON.stringify(state));
    await index.update(run!.directory);
    expect(world.followed.size).toBe(0);
    expect(index.get(run!.directory)?.status).toBe('stopped');
  });

  it('finds what no watcher tells: runs that come, change and go in a shared folder', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const folder = path.join(root, 'a');
      const { index, world } = indexOf([folder]);
      await index.refresh();
      const afterLook = async (expected: readonly string[]): Promise<void> => {
        vi.advanceTimersByTime(5000);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await vi.waitFor(() => {
          expect(index.list().map(({ status }) => status)).toEqual(expected);
        });
      };
      folderWithRun('a');
      await afterLook(['finished']);
      const [run] = index.list();
      await afterLook(['finished']);
      const state = path.join(run!.directory, 'state.json');
      fs.writeFileSync(`${state}.new`, JSON.stringify({ ...initialRunState(), status: 'stopped' }));
      fs.renameSync(`${state}.new`, state);
      await afterLook(['stopped']);
      const runs = path.dirname(run!.directory);
      fs.renameSync(runs, `${runs}.away`);
      fs.writeFileSync(runs, 'not a folder');
      await afterLook(['stopped']);
      fs.rmSync(runs);
      fs.renameSync(`${runs}.away`, runs);
      fs.rmSync(run!.directory, { recursive: true });
      await afterLook([]);
      expect(world.errors).toBe(0);
      index.dispose();
    } finally {
      vi.useRealTimers();
    }
  });
});
