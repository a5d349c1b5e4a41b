import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRunDirectories, sweepRunsFolder } from '../../../src/node/runs/runDirectory.js';
import {
  emptyTrash,
  listTrash,
  moveToTrash,
  restoreFromTrash,
  sweepTrash,
} from '../../../src/node/runs/trash.js';
import { useRunsFolder } from './runsInFolder.js';

const runs = useRunsFolder();
const DAY = 86_400_000;

/** A run with a file, even one that cannot be read. */
function runWithFile(name: string): string {
  const directory = runs.runIn(name);
  fs.writeFileSync(path.join(directory, 'run.json'), 'x');
  return directory;
}

describe('a deleted run', () => {
  it('is no longer listed, and comes back as it was', async () => {
    const directory = runWithFile('a');
    const deleted = await moveToTrash(directory);
    expect(await listRunDirectories(runs.folder)).toEqual([]);
    expect(await listTrash(runs.folder)).toEqual([deleted]);
    expect(await restoreFromTrash(deleted)).toBe(directory);
    expect(fs.readFileSync(path.join(directory, 'run.json'), 'utf8')).toBe('x');
    expect(await listTrash(runs.folder)).toEqual([]);
    expect(fs.readdirSync(path.join(runs.folder, '.trash'))).toEqual([]);
  });

  it('is listed after those that were deleted later, each by the time of its deletion', async () => {
    await moveToTrash(runWithFile('a'), new Date('2026-11-01T10:00:00Z'));
    await moveToTrash(runWithFile('b'), new Date('2026-11-02T10:00:00Z'));
    const listed = await listTrash(runs.folder);
    expect(listed.map(({ id, deletedAt }) => [id, deletedAt.toISOString()])).toEqual([
      ['b', '2026-11-02T10:00:00.000Z'],
      ['a', '2026-11-01T10:00:00.000Z'],
    ]);
  });

  it('does not replace a run that has taken its place', async () => {
    const deleted = await moveToTrash(runWithFile('a'));
    runs.runIn('a');
    const taken = { data: { details: { problem: { id: 'run.placeTaken' } } } };
    await expect(restoreFromTrash(deleted)).rejects.toMatchObject(taken);
    expect(await listTrash(runs.folder)).toHaveLength(1);
  });

  it('cannot be restored once it has been removed', async () => {
    const deleted = await moveToTrash(runWithFile('a'));
    await emptyTrash(runs.folder);
    const gone = { data: { details: { problem: { id: 'run.notInTrash' } } } };
    await expect(restoreFromTrash(deleted)).rejects.toMatchObject(gone);
  });

  it('is removed after a week, by whoever starts next', async () => {
    const now = Date.now();
    await moveToTrash(runWithFile('old'), new Date(now - 8 * DAY));
    await moveToTrash(runWithFile('new'), new Date(now - 6 * DAY));
    await sweepRunsFolder(runs.folder);
    expect((await listTrash(runs.folder)).map(({ id }) => id)).toEqual(['new']);
    await sweepTrash(runs.folder, new Date(now + 2 * DAY));
    expect(await listTrash(runs.folder)).toEqual([]);
  });

  it('is not looked for behind a link, nor in folders of other names', async () => {
    const elsewhere = runs.runIn('elsewhere');
    const inside = path.join(elsewhere, '20200101T000000000Z', 'precious');
    fs.mkdirSync(inside, { recursive: true });
    fs.symlinkSync(elsewhere, path.join(runs.folder, '.trash'));
    await sweepTrash(runs.folder);
    await emptyTrash(runs.folder);
    expect(fs.existsSync(inside)).toBe(true);
    fs.rmSync(path.join(runs.folder, '.trash'));
    fs.mkdirSync(path.join(runs.folder, '.trash', 'mine'), { recursive: true });
    await emptyTrash(runs.folder);
    expect(fs.existsSync(path.join(runs.folder, '.trash', 'mine'))).toBe(true);
  });
});
