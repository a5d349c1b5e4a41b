import * as l10n from '@vscode/l10n';
import { RUN_OPTIONS } from '../../src/core/runs/options.js';
import { OPTION_GROUPS, type OptionGroup } from '../../src/core/runs/options/runOption.js';
import {
  LAUNCH_OPTION_NAMES,
  type LaunchField,
  type LaunchOptionName,
} from '../../src/core/specs/launchDraft.js';
import { h, setText } from '../shared/dom.js';
import { PAGE_WORDS, plural } from '../shared/pageWords.js';
import type { Field } from './field.js';
import type { Edit, LaunchModel } from './launchForm.js';
import { OptionFields } from './optionGrid.js';
import type { FormSection } from './formSection.js';

/** All other options, behind a disclosure that opens where one of them has a problem. */
export class MoreSettings implements FormSection {
  readonly element: HTMLDetailsElement;
  readonly fields: readonly Field[];
  private readonly groups: readonly OptionFields[];
  private readonly count = h('span', { class: 'section-note' });

  constructor(shown: ReadonlySet<LaunchField>, edit: Edit, reset: (field: LaunchField) => void) {
    const names = LAUNCH_OPTION_NAMES.filter((name) => !shown.has(name));
    const groups = (Object.keys(OPTION_GROUPS) as OptionGroup[]).map((group) => ({
      title: PAGE_WORDS.translate(OPTION_GROUPS[group]),
      options: new OptionFields(ofGroup(names, group), edit, reset),
    }));
    this.groups = groups.map(({ options }) => options);
    this.fields = this.groups.flatMap(({ fields }) => fields);
    this.element = h(
      'details',
      { class: 'form-section', 'data-testid': 'more-settings' },
      h('summary', {}, h('span', {}, l10n.t('More Settings')), this.count),
      ...groups.flatMap(({ title, options }) => [h('h3', {}, title), options.element]),
    );
  }

  draw(model: LaunchModel): void {
    for (const group of this.groups) group.draw(model);
    const fields = this.fields.map(({ field }) => field);
    const changed = fields.filter((field) => model.changed.has(field)).length;
    setText(
      this.count,
      changed === 0
        ? ''
        : plural(changed, l10n.t('{0} changed', changed), l10n.t('{0} changed', changed)),
    );
    if (fields.some((field) => model.problems.has(field))) this.element.open = true;
  }
}

function ofGroup(names: readonly LaunchOptionName[], group: OptionGroup): LaunchOptionName[] {
  return names.filter((name) => RUN_OPTIONS[name].group === group);
}
