import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyHistory, extendHistory } from '../../../../src/core/runs/runHistory.js';
import type { MetricsRow } from '../../../../src/core/runs/schema.js';
import { CompareFeed } from '../../../../src/host/runs/compare/compareFeed.js';
import type { RunWatcher } from '../../../../src/node/runs/runFollowers.js';
import type { EvaluationCurves } from '../../../../src/protocol/comparePanelMessages.js';

const row = (split: 'train' | 'heldOut', step: number): MetricsRow => ({
  ...{ step, epoch: step / 10, time: step * 2, split, loss: 3 - step / 10 },
});

describe('the feed of a comparison', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function feedOf() {
    const watchers = new Map<string, RunWatcher>();
    const emitted: [string, unknown][] = [];
    const feed = new CompareFeed({
      page: { emit: (name, data) => void emitted.push([name, data]) },
      followers: {
        watch: (directory, watcher) => {
          watchers.set(directory, watcher);
          return { dispose: () => void watchers.delete(directory) };
        },
      },
    });
    const read = (directory: string, metrics: MetricsRow[]) => {
      const history = extendHistory(emptyHistory(), { metrics, log: [], samples: [] });
      watchers.get(directory)!.onHistory!(history);
      watchers.get(directory)!.onCaughtUp!();
      return history;
    };
    return { feed, watchers, emitted, read };
  }

  it('reads a few runs at once, the next as soon as one has been read', () => {
    const { feed, watchers, read } = feedOf();
    feed.follow(['a', 'b', 'c', 'd']);
    expect([...watchers.keys()]).toEqual(['a', 'b']);
    read('a', []);
    expect([...watchers.keys()]).toEqual(['a', 'b', 'c']);
    feed.follow(['d']);
    expect([...watchers.keys()]).toEqual(['d']);
    feed.dispose();
    expect(watchers.size).toBe(0);
  });

  it('sends evaluations with their clocks, and says which runs grew', () => {
    const { feed, emitted, read } = feedOf();
    feed.follow(['a']);
    read('a', [row('train', 1), row('heldOut', 10)]);
    vi.runAllTimers();
    expect(emitted.map(([name]) => name)).toEqual(['evaluations', 'grew']);
    const { heldOut, clocks } = emitted[0]![1] as EvaluationCurves;
    expect([...heldOut.loss!.ys]).toEqual([2]);
    expect([...clocks.time.ys]).toEqual([2, 20]);
    expect(heldOut.accuracy).toBeUndefined();
    expect(feed.trainCurves(['a', 'unknown'], 'loss')).toMatchObject([
      { run: 'a', means: { xs: Float64Array.of(1), ys: Float64Array.of(2.9) } },
    ]);
    feed.dispose();
  });

  it('sends evaluations of a live run again only after a new one', () => {
    const { feed, emitted, read, watchers } = feedOf();
    feed.follow(['a']);
    const history = read('a', [row('heldOut', 0)]);
    vi.runAllTimers();
    emitted.length = 0;
    const append = (metrics: MetricsRow[]) => {
      extendHistory(history, { metrics, log: [], samples: [] });
      watchers.get('a')!.onRows!({ metrics, log: [], samples: [] });
    };
    append([row('train', 1)]);
    append([row('train', 2)]);
    vi.runAllTimers();
    expect(emitted).toEqual([['grew', ['a']]]);
    append([row('heldOut', 3)]);
    vi.runAllTimers();
    expect(emitted.slice(1).map(([name]) => name)).toEqual(['evaluations', 'grew']);
    feed.dispose();
  });
});
