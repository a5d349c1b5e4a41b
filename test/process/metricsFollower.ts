/** A process that follows a run until it has caught up, and prints what it saw and its memory. */
import { emptyHistory, extendHistory, snapshotOf } from '../../src/core/runs/runHistory.js';
import { followRun } from '../../src/node/runs/followRun.js';

export interface Followed {
  /** Last step of training. */
  readonly step: number | null;
  /** Length of the snapshot for a panel, as JSON. */
  readonly snapshot: number;
  /** Resident memory in bytes: before, and the most since the start of the process. */
  readonly before: number;
  readonly most: number;
}

const [, , directory = ''] = process.argv;
const before = process.memoryUsage().rss;
let history = emptyHistory();
const follower = followRun(directory, {
  onMetrics: (metrics) => {
    history = extendHistory(history, { metrics, log: [], samples: [] });
  },
  onCaughtUp: () => {
    follower.dispose();
    const followed: Followed = {
      step: history.train?.step ?? null,
      snapshot: JSON.stringify(snapshotOf(history)).length,
      before,
      most: process.resourceUsage().maxRSS * 1024,
    };
    process.stdout.write(JSON.stringify(followed));
  },
});
