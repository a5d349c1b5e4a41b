import type { LaunchField, LaunchOptionName } from '../../src/core/specs/launchDraft.js';
import { Field } from './field.js';
import { withOption, type Edit, type LaunchModel } from './launchForm.js';
import { optionControl, optionHelp, optionLabel } from './optionFields.js';
import { fieldGrid } from './formSection.js';

/** Fields of some options. */
export class OptionFields {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  private model: LaunchModel | null = null;

  constructor(
    private readonly names: readonly LaunchOptionName[],
    edit: Edit,
    reset: (field: LaunchField) => void,
  ) {
    this.fields = names.map((name) => {
      const control = optionControl(name, (value) => {
        if (this.model !== null) edit(withOption(this.model.draft, name, value));
      });
      return new Field({
        ...{ field: name, label: optionLabel(name), help: optionHelp(name), control },
        onReset: () => {
          reset(name);
        },
      });
    });
    this.element = fieldGrid(...this.fields);
  }

  draw(model: LaunchModel): void {
    this.model = model;
    const { draft, findings } = model;
    for (const [i, name] of this.names.entries()) {
      const control = this.fields[i]?.control;
      control?.setPlanned(findings.planned[name] ?? '');
      control?.setValue(draft.options[name]);
    }
  }
}
