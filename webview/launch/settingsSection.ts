import * as l10n from '@vscode/l10n';
import type { LaunchField } from '../../src/core/specs/launchDraft.js';
import { parseSeeds } from '../../src/core/specs/seedList.js';
import { plural } from '../shared/pageWords.js';
import { TextControl } from './formControls.js';
import { Field } from './field.js';
import type { Edit, LaunchModel } from './launchForm.js';
import { OptionFields } from './optionGrid.js';
import { section, type FormSection } from './formSection.js';

/** The settings that matter most, and the name of the run. */
export class SettingsSection implements FormSection {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  private readonly options: OptionFields;
  private readonly lines: readonly {
    readonly field: 'seeds' | 'name' | 'experiment';
    readonly shown: Field;
  }[];

  constructor(edit: Edit, reset: (field: LaunchField) => void) {
    this.options = new OptionFields(
      ['epochs', 'batchSize', 'maxLength', 'learningRate', 'heldOut'],
      edit,
      reset,
    );
    const line = (
      field: 'seeds' | 'name' | 'experiment',
      label: string,
      help: string,
    ): (typeof this.lines)[number] => {
      const control = new TextControl((value) => {
        edit({ [field]: String(value ?? '') });
      });
      const onReset = (): void => {
        reset(field);
      };
      return { field, shown: new Field({ field, label, help, control, onReset }) };
    };
    this.lines = [
      line('seeds', l10n.t('Seeds'), SEEDS_HELP),
      line('name', l10n.t('Name'), l10n.t('Name of the run. Default: a generated name.')),
      line(
        'experiment',
        l10n.t('Experiment'),
        l10n.t('Runs of an experiment are listed together.'),
      ),
    ];
    const shown = this.lines.map((one) => one.shown);
    this.fields = [...this.options.fields, ...shown];
    this.options.element.append(...shown.map(({ element }) => element));
    this.element = section({ id: 'settings', title: l10n.t('Settings') }, this.options.element);
  }

  draw(model: LaunchModel): void {
    this.options.draw(model);
    const { draft } = model;
    for (const { field, shown } of this.lines) shown.control.setValue(draft[field]);
    const [seeds, name, experiment] = this.lines;
    seeds?.shown.control.setPlanned('0');
    name?.shown.control.setPlanned(l10n.t('generated'));
    experiment?.shown.control.setPlanned(draft.newModel === null ? 'default' : 'pretraining');
    const count = parseSeeds(draft.seeds)?.length ?? 0;
    seeds?.shown.setHelp(
      count > 1
        ? plural(
            count,
            l10n.t('{0} run, one for each seed. They are trained one after the other.', count),
            l10n.t('{0} runs, one for each seed. They are trained one after the other.', count),
          )
        : SEEDS_HELP,
    );
  }
}

const SEEDS_HELP = l10n.t('One seed, or several such as 1-5 for one run each.');
