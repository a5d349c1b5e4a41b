import * as l10n from '@vscode/l10n';
import { influenceScene } from '../../src/core/charts/valueScenes.js';
import {
  FEW_TRIALS,
  importancesOf,
  trialsOf,
  varyingParameters,
  type ParameterImportance,
} from '../../src/core/experiments/compare/relations.js';
import { parameterName } from '../../src/core/experiments/differences.js';
import { h, setText } from '../shared/dom.js';
import { METRICS } from '../shared/metricTexts.js';
import type { SaveChart } from './chartTools.js';
import type { CompareContext } from './compareState.js';
import { SceneFigure } from './sceneFigure.js';

/** Rank correlation of each parameter with the metric, with the interval that a few trials allow. */
export class ImportanceSection {
  readonly element: HTMLElement;
  private readonly figure: SceneFigure;
  private readonly note = h('p', { class: 'section-note', 'data-testid': 'importance-note' });

  constructor(save: SaveChart) {
    this.figure = new SceneFigure(l10n.t('Influence of parameters'), {
      save,
      testId: 'importance',
    });
    this.element = h('div', {}, this.figure.element, this.note);
  }

  draw({ state, model }: CompareContext): void {
    const trials = trialsOf(model, state.view, state.heldOut).filter(
      ({ group }) => group.isSelected,
    );
    const found = importancesOf(trials, varyingParameters(model));
    this.element.hidden = found.rows.length === 0;
    if (found.rows.length === 0) return;
    const metric = METRICS[model.metric].label;
    const [strongest] = found.rows;
    this.figure.draw({
      scene: influenceScene(
        found.rows.map((row) => ({
          datum: row.parameter,
          name: nameOf(row),
          value: row.value,
          interval: row.interval === null ? null : [row.interval.low, row.interval.high],
          title: rowText(row),
        })),
        {
          label: l10n.t('Rank correlation with {0}', metric),
          summary: l10n.t('Rank correlation with {0}. Strongest: {1}', metric, rowText(strongest!)),
        },
      ),
      data: found.rows.map((row) => ({ datum: row.parameter, text: rowText(row) })),
      table: () => ({
        head: [l10n.t('Parameter'), l10n.t('Rank correlation'), l10n.t('Low'), l10n.t('High'), 'n'],
        rows: found.rows.map((row) => [
          nameOf(row),
          correlationText(row.value),
          row.interval === null ? '' : correlationText(row.interval.low),
          row.interval === null ? '' : correlationText(row.interval.high),
          String(row.n),
        ]),
      }),
    });
    setText(this.note, noteText(found.trials, found.unordered));
  }
}

function noteText(trials: number, unordered: readonly string[]): string {
  const parts = [
    trials < FEW_TRIALS
      ? l10n.t(
          'Spearman’s rank correlation over {0} groups, with bootstrap intervals. So few groups cannot show how parameters interact, and parameters that were varied together cannot be told apart.',
          trials,
        )
      : l10n.t(
          'Spearman’s rank correlation over {0} groups, with bootstrap intervals. Parameters that were varied together cannot be told apart.',
          trials,
        ),
  ];
  if (unordered.length > 0) {
    const names = unordered.map(parameterName).join(', ');
    parts.push(l10n.t('Left out, since their values have no order: {0}', names));
  }
  return parts.join(' ');
}

/** A parameter; of one with two texts, the text that counts as the higher value. */
function nameOf({ parameter, higher }: ParameterImportance): string {
  return higher === null ? parameterName(parameter) : `${parameterName(parameter)}: ${higher}`;
}

function rowText(row: ParameterImportance): string {
  const { interval } = row;
  const range =
    interval === null
      ? ''
      : ` [${correlationText(interval.low)}, ${correlationText(interval.high)}]`;
  return `${nameOf(row)} ${correlationText(row.value)}${range}`;
}

function correlationText(value: number): string {
  return value.toFixed(2).replace('-', '−');
}
