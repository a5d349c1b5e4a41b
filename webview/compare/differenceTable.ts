import * as l10n from '@vscode/l10n';
import type { ShownGroup } from '../../src/core/experiments/compare/comparedGroups.js';
import { differencesAmong, formatParameter } from '../../src/core/experiments/differences.js';
import type { RunParameters } from '../../src/core/specs/runParameters.js';
import { h } from '../shared/dom.js';
import type { CompareContext } from './compareState.js';

/** Everything that differs, each rule of a policy by itself, with versions of packages. */
export class DifferenceTable {
  readonly element: HTMLElement;
  private readonly table = h('table', { class: 'differences' });
  private readonly none = h(
    'p',
    { class: 'section-note' },
    l10n.t('These groups have the same settings.'),
  );
  private drawn = '';

  constructor() {
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'differences' },
      h('h2', {}, l10n.t('Differences in settings')),
      this.none,
      h('div', { class: 'scroll' }, this.table),
    );
  }

  draw({ model }: CompareContext): void {
    const groups = model.groups.filter(({ isSelected }) => isSelected);
    const differences = differencesAmong(groups.map(settingsOf));
    const key = JSON.stringify([groups.map(({ name, color }) => [name, color]), differences]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.none.hidden = differences.length > 0;
    this.table.hidden = differences.length === 0;
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, l10n.t('Setting')),
      ...groups.map(({ name, color }) =>
        h('th', { scope: 'col' }, h('span', { class: `dot tone-${color}` }), ` ${name}`),
      ),
    );
    this.table.replaceChildren(
      h('thead', {}, head),
      h(
        'tbody',
        {},
        ...differences.map(({ parameter, values }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, parameter),
            ...values.map((value) =>
              h('td', {}, value === null ? l10n.t('not set') : formatParameter(value)),
            ),
          ),
        ),
      ),
    );
  }
}

/** Parameters of a group with the releases that its newest run was created with. */
function settingsOf({ parameters, runs: [newest] }: ShownGroup): RunParameters {
  const versions = Object.entries(newest!.facts.versions);
  return {
    ...parameters,
    ...Object.fromEntries(versions.map(([name, version]) => [`versions.${name}`, version])),
  };
}
