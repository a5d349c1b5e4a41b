import * as l10n from '@vscode/l10n';
import { influenceScene, type InfluenceOptions } from '../../src/core/charts/valueScenes.js';
import {
  importancesOf,
  type Importances,
  type ParameterImportance,
} from '../../src/core/experiments/compare/importances.js';
import {
  trialsOf,
  varyingParameters,
  type Trial,
} from '../../src/core/experiments/compare/relations.js';
import { parameterName } from '../../src/core/experiments/differences.js';
import { formatShare } from '../../src/core/format.js';
import { h, setText } from '../shared/dom.js';
import { METRICS } from '../shared/metricTexts.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import type { SaveChart } from '../shared/chartTools.js';
import type { CompareContext } from './compareState.js';
import { SceneFigure } from '../shared/sceneFigure.js';

/** Texts and axis of a method. */
interface MethodTexts {
  /** Label of the axis; `{0}` is the metric. */
  readonly label: (metric: string) => string;
  readonly column: string;
  readonly format: (value: number) => string;
  readonly formatTick: InfluenceOptions['formatTick'];
  readonly range: InfluenceOptions['range'];
}

const METHODS: Readonly<Record<Importances['method'], MethodTexts>> = {
  rankCorrelation: {
    label: (metric) => l10n.t('Rank correlation with {0}', metric),
    column: l10n.t('Rank correlation'),
    format: (value) => value.toFixed(2).replace('-', '−'),
    formatTick: (value) => String(value).replace('-', '−'),
    range: [-1, 1],
  },
  forest: {
    label: (metric) => l10n.t('Share of the variance of {0}', metric),
    column: l10n.t('Share of the variance'),
    format: (value) => formatShare(value, PAGE_WORDS.locale),
    formatTick: (value) => value.toLocaleString(PAGE_WORDS.locale, { style: 'percent' }),
    range: [0, 1],
  },
};

/** Influence of each parameter on the metric, with the interval that so many trials allow. */
export class ImportanceSection {
  readonly element: HTMLElement;
  private readonly figure: SceneFigure;
  private readonly note = h('p', { class: 'section-note', 'data-testid': 'importance-note' });
  private computed: { readonly key: string; readonly found: Importances } | null = null;

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
    const found = this.importances(trials, varyingParameters(model));
    this.element.hidden = found.rows.length === 0;
    if (found.rows.length === 0) return;
    const { label, column, format, formatTick, range } = METHODS[found.method];
    const axis = label(METRICS[model.metric].label);
    const [strongest] = found.rows;
    this.figure.draw({
      scene: influenceScene(
        found.rows.map((row) => ({
          datum: row.parameter,
          name: nameOf(row),
          value: row.value,
          interval: row.interval === null ? null : [row.interval.low, row.interval.high],
          title: rowText(row, format),
        })),
        {
          ...{ label: axis, range, formatTick },
          summary: l10n.t('{0}. Strongest: {1}', axis, rowText(strongest!, format)),
        },
      ),
      data: found.rows.map((row) => ({ datum: row.parameter, text: rowText(row, format) })),
      table: () => ({
        head: [l10n.t('Parameter'), column, l10n.t('Low'), l10n.t('High'), 'n'],
        rows: found.rows.map((row) => [
          nameOf(row),
          format(row.value),
          row.interval === null ? '' : format(row.interval.low),
          row.interval === null ? '' : format(row.interval.high),
          String(row.n),
        ]),
      }),
    });
    setText(this.note, noteText(found));
  }

  /** A forest takes longer than a frame; it is grown again only for other results. */
  private importances(trials: readonly Trial[], parameters: readonly string[]): Importances {
    const key = JSON.stringify([
      parameters,
      trials.map(({ group, estimate }) => [group.key, estimate?.mean, estimate?.isProvisional]),
    ]);
    if (this.computed?.key !== key)
      this.computed = { key, found: importancesOf(trials, parameters) };
    return this.computed.found;
  }
}

function noteText({ method, trials, unordered, explained }: Importances): string {
  const parts: string[] = [];
  if (method === 'rankCorrelation') {
    parts.push(
      l10n.t(
        'Spearman’s rank correlation over {0} groups, with bootstrap intervals. So few groups cannot show how parameters interact, and parameters that were varied together cannot be told apart.',
        trials,
      ),
    );
  } else {
    parts.push(
      l10n.t(
        'Permutation importance in a random forest over {0} groups: the share of the variance that depends on a parameter, alone or together with others. It is the rise of the squared error when the values of the parameter are shuffled, divided by twice the variance, so that shares need not add up to 100%. The 95% intervals are over the groups, for the forest as it was grown. Parameters that were varied together share their influence.',
        trials,
      ),
      explained !== null && explained > 0
        ? l10n.t(
            'The forest explains {0} of the variance of groups that it was not grown from.',
            formatShare(explained, PAGE_WORDS.locale),
          )
        : l10n.t(
            'The forest predicts groups that it was not grown from no better than their mean does, so that these shares show nothing.',
          ),
    );
  }
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

function rowText(row: ParameterImportance, format: (value: number) => string): string {
  const { interval } = row;
  const range = interval === null ? '' : ` [${format(interval.low)}, ${format(interval.high)}]`;
  return `${nameOf(row)} ${format(row.value)}${range}`;
}
