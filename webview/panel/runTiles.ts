import {
  capitalized,
  formatDuration,
  formatLearningRate,
  formatLoss,
  formatShare,
  groupThousands,
} from '../../src/core/format.js';
import {
  HELD_OUT_METRICS,
  type HeldOutMetricName,
  type TaskMetrics,
} from '../../src/core/runs/metrics.js';
import type { Message } from '../../src/core/messages/message.js';
import { isLive } from '../../src/core/runs/status.js';
import type { RunView } from '../../src/protocol/runPanelMessages.js';
import { h, setText } from '../shared/dom.js';
import { say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';
import { STATUS_TEXT } from '../../src/core/runs/statusText.js';

/** A tile: a name, a value, and a smaller note below. */
export interface Tile {
  readonly id: string;
  readonly label: string;
  value(model: PanelModel): string;
  note?(model: PanelModel): string;
  /** Whether there is something to show; always, unless given. */
  isShown?(model: PanelModel): boolean;
  /** For people who wonder what the number is. */
  readonly explanation: string;
}

function before({ run, heldOutBefore }: PanelModel, name: HeldOutMetricName): number | undefined {
  return run?.state?.before?.[name] ?? heldOutBefore?.[name];
}

function latest({ run, heldOut }: PanelModel, name: HeldOutMetricName): number | undefined {
  return heldOut?.[name] ?? run?.state?.latest?.[name];
}

const PROGRESS: readonly Tile[] = [
  {
    id: 'status',
    label: 'Status',
    explanation: 'What the trainer is doing',
    value: ({ run }) => (run === null ? '–' : STATUS_TEXT[run.status].word),
    note: ({ run }) => {
      const activity = run === null ? null : activityOf(run);
      return activity === null ? '' : say(activity);
    },
  },
  {
    id: 'step',
    label: 'Step',
    explanation: 'Optimizer steps done, of all steps of this run',
    value: ({ run }) => groupThousands(run?.state?.step),
    note: ({ run }) => (run?.state?.totalSteps ? `of ${groupThousands(run.state.totalSteps)}` : ''),
  },
  {
    id: 'epoch',
    label: 'Epoch',
    explanation: 'Passes over the training text',
    value: ({ train, heldOut }) => (train ?? heldOut)?.epoch.toFixed(2) ?? '–',
    note: ({ run }) => (run?.setup ? `of ${run.setup.epochs}` : ''),
  },
  {
    id: 'time-left',
    label: 'Time left',
    explanation: 'Estimated from the steps so far',
    value: ({ run }) =>
      run?.state && isLive(run.status) ? formatDuration(run.state.secondsLeft) : '–',
    note: ({ run }) =>
      run?.state?.trainingSeconds ? `${formatDuration(run.state.trainingSeconds)} so far` : '',
  },
  {
    id: 'tokens-per-second',
    label: 'Tokens per second',
    explanation: 'Training speed, padding not counted',
    value: ({ train }) => groupThousands(train?.tokensPerSecond),
    note: ({ run }) => (run?.setup?.threads == null ? '' : `${run.setup.threads} threads`),
  },
];

const LEARNING_RATE: Tile = {
  id: 'learning-rate',
  label: 'Learning rate',
  explanation: 'Of the last step; it warms up, then decays',
  value: ({ train }) => formatLearningRate(train?.learningRate),
  note: ({ run }) => (run?.setup ? `peak ${formatLearningRate(run.setup.learningRate)}` : ''),
};

const LOSSES: readonly Tile[] = [
  {
    id: 'train-loss',
    label: 'Training loss',
    explanation: 'Mean loss of the last step; in nats a masked token, or a label',
    value: ({ train }) => formatLoss(train?.loss),
  },
  {
    id: 'heldout-loss',
    label: 'Held-out loss',
    explanation: HELD_OUT_METRICS.loss.explanation,
    value: (model) => formatLoss(latest(model, 'loss')),
    note: (model) => bestNote(model, 'loss'),
  },
];

/** A tile for what was measured last, with what it was before the first step. */
function metricTile(name: HeldOutMetricName): Tile {
  const { label, explanation, format } = HELD_OUT_METRICS[name];
  return {
    id: name,
    label: capitalized(label),
    explanation,
    value: (model) => format(latest(model, name)),
    note: (model) => {
      const best = bestNote(model, name);
      const was = before(model, name);
      return best === '' && was !== undefined ? `${format(was)} before` : best;
    },
  };
}

/** Perplexity says most by its change. */
const PERPLEXITY: readonly Tile[] = [
  {
    id: 'perplexity-before',
    label: 'Perplexity before',
    explanation: 'Held-out perplexity of the model before the first step; lower is better',
    value: (model) => HELD_OUT_METRICS.perplexity.format(before(model, 'perplexity')),
  },
  {
    id: 'perplexity-now',
    label: 'Perplexity now',
    explanation: 'Held-out perplexity at the latest evaluation; lower is better',
    value: (model) => HELD_OUT_METRICS.perplexity.format(latest(model, 'perplexity')),
    note: (model) => changeOf(before(model, 'perplexity'), latest(model, 'perplexity')),
  },
];

/** `best 0.213`, where the run ranks its models by this metric and the latest is not the best. */
function bestNote(model: PanelModel, name: HeldOutMetricName): string {
  const best = model.run?.state?.best;
  if (best?.metric !== name || best.value === latest(model, name)) return '';
  return `best ${HELD_OUT_METRICS[name].format(best.value)}`;
}

/** The finished model on data that nothing was chosen by. */
function testTile(name: HeldOutMetricName): Tile {
  const { label, explanation, format } = HELD_OUT_METRICS[name];
  return {
    id: 'test',
    label: `Test ${label}`,
    explanation: `${explanation}; measured once, by the finished model, on test data`,
    value: ({ run }) => format(run?.state?.test?.[name]),
    isShown: ({ run }) => run?.state?.test !== undefined,
  };
}

/** The tiles of a run whose task has these metrics. */
export function tilesOf(measured: TaskMetrics): readonly Tile[] {
  const metrics = measured.flatMap((name): readonly Tile[] => {
    if (name === 'loss') return [];
    return name === 'perplexity' ? PERPLEXITY : [metricTile(name)];
  });
  return [...PROGRESS, ...LOSSES, ...metrics, testTile(measured[0]), LEARNING_RATE];
}

/** Current activity of a live trainer, or null if the status says as much. */
export function activityOf({ state, status }: RunView): Message | null {
  return state !== null && isLive(status) ? state.activity : null;
}

/** `12.5% lower`, where that says something. */
export function changeOf(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined || !(from > 0)) return '';
  const change = (to - from) / from;
  if (Math.abs(change) < 0.0005) return 'unchanged';
  return `${formatShare(Math.abs(change))} ${change < 0 ? 'lower' : 'higher'}`;
}

/** The grid of tiles; a redraw touches only text that differs. */
export class TileGrid {
  readonly element = h('dl', { class: 'tiles' });
  private measured: TaskMetrics | null = null;
  private cells: readonly {
    readonly tile: Tile;
    readonly value: HTMLElement;
    readonly note: HTMLElement;
    readonly element: HTMLElement;
  }[] = [];

  draw(model: PanelModel): void {
    // Nothing is known of the task before the run is.
    if (model.run === null) return;
    const { metrics } = model.run;
    if (metrics.join() !== this.measured?.join()) this.build(metrics);
    for (const { tile, value, note, element } of this.cells) {
      element.hidden = tile.isShown?.(model) === false;
      setText(value, tile.value(model));
      setText(note, tile.note?.(model) ?? '');
    }
  }

  private build(measured: TaskMetrics): void {
    this.measured = measured;
    this.cells = tilesOf(measured).map((tile) => {
      const value = h('span', { class: 'tile-value number', 'data-testid': tile.id });
      const note = h('span', { class: 'tile-note number' });
      const element = h(
        'div',
        { class: 'tile', title: tile.explanation },
        h('dt', {}, tile.label),
        h('dd', {}, value, note),
      );
      return { tile, value, note, element };
    });
    this.element.replaceChildren(...this.cells.map(({ element }) => element));
  }
}
