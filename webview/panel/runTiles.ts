import * as l10n from '@vscode/l10n';
import { capitalized, formatLearningRate } from '../../src/core/format.js';
import {
  HELD_OUT_METRICS,
  type HeldOutMetricName,
  type TaskMetrics,
} from '../../src/core/runs/metrics.js';
import type { Message } from '../../src/core/messages/message.js';
import { isLive } from '../../src/core/runs/status.js';
import type { RunView } from '../../src/protocol/runPanelMessages.js';
import { h, setText } from '../shared/dom.js';
import {
  formatDuration,
  formatFixed,
  formatFraction,
  formatLoss,
  formatPerplexity,
  formatShare,
  groupThousands,
} from '../shared/pageNumbers.js';
import { PAGE_WORDS, plural, say } from '../shared/pageWords.js';
import { bagOfWordsTile } from './baselineLines.js';
import type { PanelModel } from './state.js';
import { statusTextOf } from '../../src/core/runs/statusText.js';

/** A tile: a name, a value, and a smaller note below. */
export interface Tile {
  readonly id: string;
  readonly label: string;
  value(model: PanelModel): string;
  note?(model: PanelModel): string;
  /** Whether there is something to show. Default: always. */
  isShown?(model: PanelModel): boolean;
  /** Tooltip that explains the number. */
  readonly explanation: string;
}

function before({ run, heldOutBefore }: PanelModel, name: HeldOutMetricName): number | undefined {
  return run?.state?.before?.[name] ?? heldOutBefore?.[name];
}

function latest({ run, heldOut }: PanelModel, name: HeldOutMetricName): number | undefined {
  return heldOut?.[name] ?? run?.state?.latest?.[name];
}

function epochText(row: { readonly epoch: number } | null): string {
  return row === null ? '–' : formatFixed(row.epoch, 2);
}

function threadsText(count: number): string {
  return plural(count, l10n.t('{0} thread', count), l10n.t('{0} threads', count));
}

const PROGRESS: readonly Tile[] = [
  {
    id: 'status',
    label: l10n.t('Status'),
    explanation: l10n.t('Activity of the trainer'),
    value: ({ run }) => (run === null ? '–' : say(statusTextOf(run).word)),
    note: ({ run }) => {
      const activity = run === null ? null : activityOf(run);
      return activity === null ? '' : say(activity);
    },
  },
  {
    id: 'step',
    label: l10n.t('Step'),
    explanation: l10n.t('Completed optimizer steps, of all steps of this run'),
    value: ({ run }) => groupThousands(run?.state?.step),
    note: ({ run }) =>
      run?.state?.totalSteps ? l10n.t('of {0}', groupThousands(run.state.totalSteps)) : '',
  },
  {
    id: 'epoch',
    label: l10n.t('Epoch'),
    explanation: l10n.t('Passes over the training data'),
    value: ({ train, heldOut }) => epochText(train ?? heldOut),
    note: ({ run }) => (run?.setup ? l10n.t('of {0}', formatFraction(run.setup.epochs, 2)) : ''),
  },
  {
    id: 'time-left',
    label: l10n.t('Time left'),
    explanation: l10n.t('Estimated from the speed so far'),
    value: ({ run }) =>
      run?.state && isLive(run.status) ? formatDuration(run.state.secondsLeft) : '–',
    note: ({ run }) =>
      run?.state?.trainingSeconds
        ? l10n.t('{0} so far', formatDuration(run.state.trainingSeconds))
        : '',
  },
  {
    id: 'tokens-per-second',
    label: l10n.t('Tokens per second'),
    explanation: l10n.t('Training speed, without padding'),
    value: ({ train }) => groupThousands(train?.tokensPerSecond),
    note: ({ run }) => (run?.setup?.threads == null ? '' : threadsText(run.setup.threads)),
  },
];

const LEARNING_RATE: Tile = {
  id: 'learning-rate',
  label: l10n.t('Learning rate'),
  explanation: l10n.t('Learning rate of the last step. It warms up, then decays.'),
  value: ({ train }) => formatLearningRate(train?.learningRate),
  note: ({ run }) =>
    run?.setup ? l10n.t('peak {0}', formatLearningRate(run.setup.learningRate)) : '',
};

const LOSSES: readonly Tile[] = [
  {
    id: 'train-loss',
    label: l10n.t('Training loss'),
    explanation: l10n.t('Mean loss of the last step, in nats per masked token or label'),
    value: ({ train }) => formatLoss(train?.loss),
  },
  {
    id: 'heldout-loss',
    label: l10n.t('Held-out loss'),
    explanation: say(HELD_OUT_METRICS.loss.explanation),
    value: (model) => formatLoss(latest(model, 'loss')),
    note: (model) => bestNote(model, 'loss'),
  },
];

/** Tile of the latest evaluation, with the value before the first step. */
function metricTile(name: HeldOutMetricName): Tile {
  const { label, explanation, format } = HELD_OUT_METRICS[name];
  return {
    id: name,
    label: capitalized(say(label)),
    explanation: say(explanation),
    value: (model) => format(latest(model, name), PAGE_WORDS.locale),
    // Runs of earlier versions have fewer metrics.
    isShown: (model) => latest(model, name) !== undefined || latest(model, 'loss') === undefined,
    note: (model) => {
      const best = bestNote(model, name);
      const was = before(model, name);
      return best === '' && was !== undefined
        ? l10n.t('{0} before', format(was, PAGE_WORDS.locale))
        : best;
    },
  };
}

/** Perplexity is shown before and now, since its change matters most. */
const PERPLEXITY: readonly Tile[] = [
  {
    id: 'perplexity-before',
    label: l10n.t('Perplexity before'),
    explanation: l10n.t('Held-out perplexity of the model before the first step. Lower is better.'),
    value: (model) => formatPerplexity(before(model, 'perplexity')),
  },
  {
    id: 'perplexity-now',
    label: l10n.t('Perplexity now'),
    explanation: l10n.t('Held-out perplexity at the latest evaluation. Lower is better.'),
    value: (model) => formatPerplexity(latest(model, 'perplexity')),
    note: (model) => changeOf(before(model, 'perplexity'), latest(model, 'perplexity')),
  },
];

/** `best 0.213` if the run selects its model by this metric and the latest value is not the best. */
function bestNote(model: PanelModel, name: HeldOutMetricName): string {
  const best = model.run?.state?.best;
  if (best?.metric !== name || best.value === latest(model, name)) return '';
  return l10n.t('best {0}', HELD_OUT_METRICS[name].format(best.value, PAGE_WORDS.locale));
}

/** Tile of the finished model on the test split. */
function testTile(name: HeldOutMetricName): Tile {
  const { label, explanation, format } = HELD_OUT_METRICS[name];
  return {
    id: 'test',
    label: l10n.t('Test {0}', say(label)),
    explanation: l10n.t('{0} Evaluated once on the test split, after training.', say(explanation)),
    value: ({ run }) => format(run?.state?.test?.[name], PAGE_WORDS.locale),
    isShown: ({ run }) => run?.state?.test !== undefined,
  };
}

/** Baseline that a model with labels should beat. */
const BAG_OF_WORDS: Tile = {
  id: 'bag-of-words',
  label: l10n.t('Bag of words'),
  explanation: l10n.t(
    'First metric of a simple model of the words (TF-IDF with a linear model) on held-out data, and of always predicting the same. A useful model beats both.',
  ),
  value: (model) => bagOfWordsTile(model)?.value ?? '–',
  note: (model) => bagOfWordsTile(model)?.note ?? '',
  isShown: (model) => bagOfWordsTile(model) !== null,
};

/** Tiles of a run whose task has these metrics. */
export function tilesOf(taskMetrics: TaskMetrics): readonly Tile[] {
  const metrics = taskMetrics.flatMap((name): readonly Tile[] => {
    if (name === 'loss') return [];
    return name === 'perplexity' ? PERPLEXITY : [metricTile(name)];
  });
  return [
    ...PROGRESS,
    ...LOSSES,
    ...metrics,
    BAG_OF_WORDS,
    testTile(taskMetrics[0]),
    LEARNING_RATE,
  ];
}

/** Current activity of a live trainer, or null if the status says as much. */
export function activityOf({ state, status }: RunView): Message | null {
  return state !== null && isLive(status) ? state.activity : null;
}

/** `12.5% lower`; empty if it cannot be computed. */
export function changeOf(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined || !(from > 0)) return '';
  const change = (to - from) / from;
  if (Math.abs(change) < 0.0005) return l10n.t('unchanged');
  const share = formatShare(Math.abs(change));
  return change < 0 ? l10n.t('{0} lower', share) : l10n.t('{0} higher', share);
}

/** The grid of tiles; a redraw touches only text that differs. */
export class TileGrid {
  readonly element = h('dl', { class: 'tiles' });
  private taskMetrics: TaskMetrics | null = null;
  private cells: readonly {
    readonly tile: Tile;
    readonly value: HTMLElement;
    readonly note: HTMLElement;
    readonly element: HTMLElement;
  }[] = [];

  draw(model: PanelModel): void {
    // The task is unknown until the run is read.
    if (model.run === null) return;
    const { metrics } = model.run;
    if (metrics.join() !== this.taskMetrics?.join()) this.build(metrics);
    for (const { tile, value, note, element } of this.cells) {
      element.hidden = tile.isShown?.(model) === false;
      setText(value, tile.value(model));
      setText(note, tile.note?.(model) ?? '');
    }
    const shown = this.cells.filter(({ element }) => !element.hidden).length;
    this.element.classList.toggle('tiles-even', shown % 2 === 0);
  }

  private build(taskMetrics: TaskMetrics): void {
    this.taskMetrics = taskMetrics;
    this.cells = tilesOf(taskMetrics).map((tile) => {
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
