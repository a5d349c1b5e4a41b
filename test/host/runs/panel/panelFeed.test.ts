import { describe, expect, it } from 'vitest';
import { emptyHistory } from '../../../../src/core/runs/runHistory.js';
import { PanelFeed } from '../../../../src/host/runs/panel/panelFeed.js';
import type { RunWatcher } from '../../../../src/node/runs/runFollowers.js';
import type { RunSummary } from '../../../../src/node/runs/runReader.js';
import { storedRun } from '../storedRun.js';

const run = storedRun({ id: '20261123-171500-calm-otter', status: 'running' });
const other = storedRun({ id: '20261123-171501-bold-fox', status: 'running' });

/** A feed whose reads a test lets go of. */
function feedOf() {
  const events: [string, unknown][] = [];
  const watchers = new Map<string, RunWatcher>();
  const reads: ((run: RunSummary | null) => void)[] = [];
  const feed = new PanelFeed({
    page: { emit: (name, payload) => void events.push([name, payload]) },
    followers: {
      watch: (directory, watcher) => {
        watchers.set(directory, watcher);
        return { dispose: () => void watchers.delete(directory) };
      },
    },
    read: () => new Promise((resolve) => reads.push(resolve)),
    useOf: () => ({ isUsedForHovers: false, isFollowedByHovers: false }),
  });
  return { feed, events, watchers, reads };
}

describe('PanelFeed', () => {
  it('follows nothing for a panel that was closed during the read', async () => {
    const { feed, watchers, reads } = feedOf();
    const watching = feed.watch([run.directory]);
    feed.dispose();
    reads[0]!(run);
    await watching;
    expect(watchers.size).toBe(0);
  });

  it('follows nothing for a page that was hidden during the read, and once for one that asked twice', async () => {
    const { feed, watchers, reads } = feedOf();
    const hidden = feed.watch([run.directory]);
    feed.pause();
    reads[0]!(run);
    await hidden;
    expect(watchers.size).toBe(0);
    const twice = [feed.watch([run.directory]), feed.watch([run.directory])];
    reads.forEach((resolve) => {
      resolve(run);
    });
    await Promise.all(twice);
    expect(watchers.size).toBe(1);
    feed.pause();
    expect(watchers.size).toBe(0);
  });

  it('names the run of each event, so that a page can show several', async () => {
    const { feed, events, watchers, reads } = feedOf();
    const watching = feed.watch([run.directory, other.directory]);
    reads[0]!(run);
    reads[1]!(other);
    expect((await watching).map(({ directory }) => directory)).toEqual([
      run.directory,
      other.directory,
    ]);
    watchers.get(other.directory)!.onHistory!(emptyHistory());
    watchers.get(run.directory)!.onRows!({ metrics: [], log: [], samples: [] });
    expect(events).toMatchObject([
      ['history', { run: other.directory }],
      ['rows', { run: run.directory }],
    ]);
    feed.unwatch([other.directory]);
    expect([...watchers.keys()]).toEqual([run.directory]);
  });

  it('tells of a run that is gone', async () => {
    const { feed, watchers, reads } = feedOf();
    const watching = feed.watch([run.directory]);
    reads[0]!(null);
    expect((await watching)[0]).toMatchObject({ status: 'unreadable', setup: null });
    expect(watchers.size).toBe(0);
  });
});
