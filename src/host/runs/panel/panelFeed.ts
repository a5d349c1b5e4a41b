import { problem } from '../../../core/messages/message.js';
import { objectiveOfRun } from '../../../core/objectives/objectives.js';
import { snapshotOf } from '../../../core/runs/runHistory.js';
import type { RunFollowers } from '../../../node/runs/runFollowers.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import type { Channel } from '../../../protocol/channel.js';
import type { PanelHostSide, PanelSide, RunView } from '../../../protocol/runPanelMessages.js';
import type { Disposable } from '../../platform/disposables.js';
import { collectRunView, type HoverUse } from './collectRunView.js';

export interface PanelFeedOptions {
  readonly page: Pick<Channel<PanelHostSide, PanelSide>, 'emit'>;
  readonly followers: Pick<RunFollowers, 'watch'>;
  /** Reads a run now; null for one that is gone. */
  readonly read: (directory: string) => Promise<RunSummary | null>;
  readonly useOf: (directory: string) => HoverUse;
}

/** Feeds a page with the runs that it watches, until it stops or is hidden. */
export class PanelFeed implements Disposable {
  private readonly watched = new Map<
    string,
    { run: RunSummary | null; follower: Disposable | null }
  >();
  private isDisposed = false;

  constructor(private readonly options: PanelFeedOptions) {}

  /** Begins to watch runs; a page that watches one already gets its rows again. */
  async watch(directories: readonly string[]): Promise<RunView[]> {
    return Promise.all(directories.map((directory) => this.watchOne(directory)));
  }

  unwatch(directories: readonly string[]): void {
    for (const directory of directories) {
      this.watched.get(directory)?.follower?.dispose();
      this.watched.delete(directory);
    }
  }

  /** Stops everything; a page that is shown again watches again. */
  pause(): void {
    this.unwatch([...this.watched.keys()]);
  }

  /** Tells the page of its runs again, where something beside their files has changed. */
  refresh(): void {
    for (const { run } of this.watched.values()) {
      if (run !== null) this.options.page.emit('run', this.viewOf(run));
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.pause();
  }

  private async watchOne(directory: string): Promise<RunView> {
    this.unwatch([directory]);
    const entry: { run: RunSummary | null; follower: Disposable | null } = {
      run: null,
      follower: null,
    };
    this.watched.set(directory, entry);
    const run = await this.options.read(directory);
    if (run === null) {
      this.unwatch([directory]);
      return goneRun(directory);
    }
    entry.run = run;
    // The page may have been hidden or closed, or have asked again, during the read.
    if (!this.isDisposed && this.watched.get(directory) === entry) {
      entry.follower = this.follow(directory, entry);
    }
    return this.viewOf(run);
  }

  private follow(directory: string, entry: { run: RunSummary | null }): Disposable {
    const { page, followers } = this.options;
    return followers.watch(directory, {
      onState: (run) => {
        entry.run = run;
        page.emit('run', this.viewOf(run));
      },
      onHistory: (history) => {
        page.emit('history', { run: directory, history: snapshotOf(history) });
      },
      onRows: (rows) => {
        page.emit('rows', { run: directory, rows });
      },
    });
  }

  private viewOf(run: RunSummary): RunView {
    return collectRunView(run, this.options.useOf(run.directory));
  }
}

function goneRun(directory: string): RunView {
  return {
    directory,
    id: directory,
    name: directory,
    status: 'unreadable',
    problem: { code: 'UserInput', details: { problem: problem('runs.gone') } },
    setup: null,
    metrics: objectiveOfRun(null).metrics,
    baselineNames: null,
    samplesMasks: false,
    readsPairs: false,
    fillsMasks: false,
    predictsTexts: false,
    state: null,
    hasModel: false,
    isUsedForHovers: false,
    isFollowedByHovers: false,
  };
}
