import { isHeldOutMetric } from '../../../core/runs/metrics.js';
import type { Curve } from '../../../core/runs/curve.js';
import { METRIC_NAMES, type Curves, type MetricName } from '../../../core/runs/runCurves.js';
import type { RunFollowers } from '../../../node/runs/runFollowers.js';
import type { Channel } from '../../../protocol/channel.js';
import type {
  ColumnsData,
  CompareHostSide,
  CompareSide,
  EvaluationCurves,
  TrainCurve,
} from '../../../protocol/comparePanelMessages.js';
import type { Disposable } from '../../platform/disposables.js';

/** Runs that are followed at once, at most. */
const MAX_FOLLOWED = 500;
/** More runs at once would keep the host from answering others. */
const RUNS_READ_AT_ONCE = 2;
/** A page with many live runs draws them this often. */
const PAUSE_MILLISECONDS = 1000;

export interface CompareFeedOptions {
  readonly page: Pick<Channel<CompareHostSide, CompareSide>, 'emit'>;
  readonly followers: Pick<RunFollowers, 'watch'>;
}

interface Followed {
  follower: Disposable;
  curves: Curves | null;
}

/** Feeds a page with the curves of the runs that it shows, as few points as a screen can show. */
export class CompareFeed implements Disposable {
  private readonly followed = new Map<string, Followed>();
  /** Runs that are to be followed once others have been read. */
  private waiting: string[] = [];
  private readonly reading = new Set<string>();
  private readonly grown = new Set<string>();
  private readonly evaluated = new Set<string>();
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: CompareFeedOptions) {}

  /** Follows these runs, and no longer others. Long runs are read a few at a time. */
  follow(directories: readonly string[]): void {
    const wanted = new Set(directories.slice(0, MAX_FOLLOWED));
    for (const [directory, { follower }] of this.followed) {
      if (wanted.has(directory)) continue;
      follower.dispose();
      this.followed.delete(directory);
      this.reading.delete(directory);
    }
    this.waiting = [...wanted].filter((directory) => !this.followed.has(directory));
    this.readWaiting();
  }

  /** Training values so far of runs that are followed. */
  trainCurves(directories: readonly string[], metric: MetricName): TrainCurve[] {
    return directories.flatMap((run) => {
      const curves = this.followed.get(run)?.curves;
      if (curves === null || curves === undefined) return [];
      const curve = curves.curve(metric, 'train');
      return [{ run, extremes: columns(curve.columns()), means: columns(curve.means()) }];
    });
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.follow([]);
  }

  private readWaiting(): void {
    while (this.reading.size < RUNS_READ_AT_ONCE) {
      const directory = this.waiting.shift();
      if (directory === undefined) return;
      this.reading.add(directory);
      this.followOne(directory);
    }
  }

  private followOne(directory: string): void {
    const entry: Followed = { follower: { dispose: () => undefined }, curves: null };
    this.followed.set(directory, entry);
    entry.follower = this.options.followers.watch(directory, {
      onHistory: ({ curves }) => {
        entry.curves = curves;
        this.tellSoon(directory, { isEvaluated: true });
      },
      onCaughtUp: () => {
        if (this.reading.delete(directory)) this.readWaiting();
      },
      onRows: ({ metrics }) => {
        if (metrics.length === 0) return;
        this.tellSoon(directory, { isEvaluated: metrics.some(({ split }) => split === 'heldOut') });
      },
    });
  }

  private tellSoon(directory: string, { isEvaluated }: { readonly isEvaluated: boolean }): void {
    this.grown.add(directory);
    if (isEvaluated) this.evaluated.add(directory);
    this.timer ??= setTimeout(
      () => {
        this.timer = null;
        this.tell();
      },
      this.isFirst(directory) ? 0 : PAUSE_MILLISECONDS,
    );
  }

  /** Whether the page knows nothing of a run so far. */
  private isFirst(directory: string): boolean {
    return !this.told.has(directory);
  }

  private tell(): void {
    const { page } = this.options;
    for (const directory of this.evaluated) {
      const curves = this.followed.get(directory)?.curves;
      if (curves === null || curves === undefined) continue;
      this.told.add(directory);
      page.emit('evaluations', evaluationsOf(directory, curves));
    }
    const grown = [...this.grown].filter((directory) => this.followed.has(directory));
    this.grown.clear();
    this.evaluated.clear();
    if (grown.length > 0) page.emit('grew', grown);
  }
}

function evaluationsOf(run: string, curves: Curves): EvaluationCurves {
  const heldOut: EvaluationCurves['heldOut'] = {};
  for (const metric of METRIC_NAMES) {
    if (!isHeldOutMetric(metric)) continue;
    const curve = curves.curve(metric, 'heldOut');
    if (!curve.isEmpty) heldOut[metric] = columns(curve.columns());
  }
  return {
    run,
    heldOut,
    clocks: {
      epoch: columns(curves.clock('epoch').columns()),
      time: columns(curves.clock('time').columns()),
    },
  };
}

function columns({ xs, ys }: ReturnType<Curve['columns']>): ColumnsData {
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
}
