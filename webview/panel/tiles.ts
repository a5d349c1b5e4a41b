import {
  formatDuration,
  formatLearningRate,
  formatLoss,
  formatPerplexity,
  formatShare,
  groupThousands,
} from '../../src/core/format.js';
import { isLive } from '../../src/core/runs/status.js';
import type { RunView } from '../../src/protocol/panel.js';
import { h, setText } from './dom.js';
import type { PanelModel } from './state.js';
import { STATUS_TEXT } from '../../src/core/runs/statusText.js';

/** A tile: a name, a value, and a smaller note below. */
export interface Tile {
  readonly id: string;
  readonly label: string;
  value(model: PanelModel): string;
  note?(model: PanelModel): string;
  /** For people who wonder what the number is. */
  readonly explanation: string;
}

const before = (model: PanelModel, name: string): number | undefined =>
  model.run?.state?.before?.[name];
const latest = (model: PanelModel, name: string): number | undefined =>
  model.run?.state?.latest?.[name];

export function perplexityBefore(model: PanelModel): number | undefined {
  return before(model, 'perplexity') ?? model.heldOutBefore?.perplexity;
}

export function perplexityNow(model: PanelModel): number | undefined {
  return model.heldOut?.perplexity ?? latest(model, 'perplexity');
}

export const TILES: readonly Tile[] = [
  {
    id: 'status',
    label: 'Status',
    explanation: 'What the trainer is doing',
    value: ({ run }) => (run === null ? '–' : STATUS_TEXT[run.status].word),
    note: ({ run }) => (run === null ? '' : activityOf(run)),
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
    note: ({ run }) => (run?.setup ? `${run.setup.threads} threads` : ''),
  },
  {
    id: 'train-loss',
    label: 'Training loss',
    explanation: 'Mean negative log-likelihood of the masked tokens at the last step, in nats',
    value: ({ train }) => formatLoss(train?.loss),
  },
  {
    id: 'heldout-loss',
    label: 'Held-out loss',
    explanation: 'The same on text that the model is not trained on',
    value: (model) => formatLoss(model.heldOut?.loss ?? latest(model, 'loss')),
    note: ({ run }) =>
      run?.state?.best?.metric.toLowerCase().includes('loss') === true
        ? `best ${formatLoss(run.state.best.value)}`
        : '',
  },
  {
    id: 'perplexity-before',
    label: 'Perplexity before',
    explanation: 'Held-out perplexity of the model before the first step; lower is better',
    value: (model) => formatPerplexity(perplexityBefore(model)),
  },
  {
    id: 'perplexity-now',
    label: 'Perplexity now',
    explanation: 'Held-out perplexity at the latest evaluation; lower is better',
    value: (model) => formatPerplexity(perplexityNow(model)),
    note: (model) => changeOf(perplexityBefore(model), perplexityNow(model)),
  },
  {
    id: 'accuracy',
    label: 'Masked accuracy',
    explanation: 'Share of held-out masked tokens whose top prediction is the original',
    value: (model) => formatShare(model.heldOut?.maskedAccuracy ?? latest(model, 'maskedAccuracy')),
    note: (model) => {
      const was = before(model, 'maskedAccuracy') ?? model.heldOutBefore?.maskedAccuracy;
      return was === undefined ? '' : `${formatShare(was)} before`;
    },
  },
  {
    id: 'learning-rate',
    label: 'Learning rate',
    explanation: 'Of the last step; it warms up, then decays',
    value: ({ train }) => formatLearningRate(train?.learningRate),
    note: ({ run }) => (run?.setup ? `peak ${formatLearningRate(run.setup.learningRate)}` : ''),
  },
];

/** What a live trainer is doing, where that says more than its status. */
export function activityOf({ state, status }: RunView): string {
  if (state === null || !isLive(status) || state.activity === STATUS_TEXT[status].word) return '';
  return state.activity;
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
  readonly element: HTMLElement;
  private readonly cells = TILES.map((tile) => {
    const value = h('span', { class: 'tile-value number', 'data-testid': tile.id });
    const note = h('span', { class: 'tile-note number' });
    return { tile, value, note };
  });

  constructor() {
    this.element = h(
      'dl',
      { class: 'tiles' },
      ...this.cells.map(({ tile, value, note }) =>
        h(
          'div',
          { class: 'tile', title: tile.explanation },
          h('dt', {}, tile.label),
          h('dd', {}, value, note),
        ),
      ),
    );
  }

  draw(model: PanelModel): void {
    for (const { tile, value, note } of this.cells) {
      setText(value, tile.value(model));
      setText(note, tile.note?.(model) ?? '');
    }
  }
}
