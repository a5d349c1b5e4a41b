import { followRun, type RunFollower } from '../../../node/runs/followRun.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import type { Channel } from '../../../protocol/channel.js';
import type { PanelHostSide, PanelSide } from '../../../protocol/runPanelMessages.js';

/**
 * Sends a run's rows to a page from the start, then each new one. The page is told to forget its
 * rows first: one that was hidden and shown in a moment may have got a part of them already.
 */
export function replayRun(
  directory: string,
  page: Pick<Channel<PanelHostSide, PanelSide>, 'emit'>,
  onState: (run: RunSummary) => void,
): RunFollower {
  page.emit('reset', null);
  return followRun(directory, {
    onState,
    onReset: () => {
      page.emit('reset', null);
    },
    onMetrics: (rows) => {
      page.emit('metrics', rows);
    },
    onLog: (rows) => {
      page.emit('log', rows);
    },
    onSamples: (rows) => {
      page.emit('samples', rows);
    },
  });
}
