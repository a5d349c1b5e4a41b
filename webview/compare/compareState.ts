import {
  compareModelOf,
  type ColoredRun,
  type CompareModel,
  type HeldOutCurves,
} from '../../src/core/experiments/compare/comparedGroups.js';
import { DEFAULT_VIEW, type CompareView } from '../../src/core/experiments/compare/compareView.js';
import type { Columns } from '../../src/core/experiments/compare/groupCurve.js';
import type { ScoredSplit } from '../../src/core/runs/exampleScores.js';
import type { Clock, MetricName } from '../../src/core/runs/runCurves.js';
import type { EvaluationCurves, TrainCurve } from '../../src/protocol/comparePanelMessages.js';

/** Choices that change how the comparison is drawn, and nothing that is computed. */
const DRAWN_ONLY: ReadonlySet<string> = new Set<keyof CompareView>([
  ...(['curves', 'axes', 'scatter', 'pivot', 'predictions'] as const),
]);

/** Everything that the page knows. The comparison is computed again only after a change. */
export class CompareState {
  /** By directory. */
  readonly runs = new Map<string, ColoredRun>();
  readonly heldOut = new Map<string, HeldOutCurves>();
  readonly clocks = new Map<string, Readonly<Record<Clock, Columns>>>();
  /** Training curves by metric, then by directory. */
  readonly train = new Map<MetricName, Map<string, TrainCurve>>();
  private readonly digests = new Map<string, string | null>();
  private shownView: CompareView = DEFAULT_VIEW;
  private computed: { readonly model: CompareModel | null } | null = null;

  name = '';
  /** Runs that cannot be read, or that are gone. */
  missing = 0;

  get view(): CompareView {
    return this.shownView;
  }

  changeView(changes: Partial<CompareView>): void {
    this.shownView = { ...this.shownView, ...changes };
    if (Object.keys(changes).some((key) => !DRAWN_ONLY.has(key))) this.computed = null;
  }

  setRun(run: ColoredRun): void {
    this.runs.set(run.directory, run);
    this.computed = null;
  }

  removeRun(directory: string): void {
    if (this.runs.delete(directory)) this.missing++;
    this.computed = null;
  }

  setEvaluations({ run, heldOut, clocks }: EvaluationCurves): void {
    this.heldOut.set(run, heldOut);
    this.clocks.set(run, clocks);
    this.computed = null;
  }

  setTrainCurves(metric: MetricName, curves: readonly TrainCurve[]): void {
    const known = this.train.get(metric) ?? new Map<string, TrainCurve>();
    for (const curve of curves) known.set(curve.run, curve);
    this.train.set(metric, known);
  }

  /** Whether a run has values of a metric of training, which other tools may not log. */
  hasTrainCurve(metric: MetricName): boolean {
    return [...(this.train.get(metric)?.values() ?? [])].some(({ means }) => means.xs.length > 0);
  }

  /** Records the names of the items that runs were evaluated on. */
  setDigests(split: ScoredSplit, digests: Readonly<Record<string, string | null>>): void {
    for (const [run, digest] of Object.entries(digests))
      this.digests.set(`${split} ${run}`, digest);
    this.computed = null;
  }

  isDigestKnown(run: string): boolean {
    return this.digests.has(`${this.shownView.split} ${run}`);
  }

  model(): CompareModel | null {
    this.computed ??= {
      model: compareModelOf({
        runs: [...this.runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1)),
        heldOut: this.heldOut,
        view: this.shownView,
        haveSameItems: (a, b) => {
          const digest = this.digestOf(a.directory);
          return digest !== null && digest === this.digestOf(b.directory);
        },
      }),
    };
    return this.computed.model;
  }

  private digestOf(run: string): string | null {
    return this.digests.get(`${this.shownView.split} ${run}`) ?? null;
  }
}

/** Input of the parts of the page, and their way to change it. */
export interface CompareContext {
  readonly state: CompareState;
  readonly model: CompareModel;
  readonly change: (changes: Partial<CompareView>) => void;
}
