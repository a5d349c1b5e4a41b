import * as l10n from '@vscode/l10n';
import type { LaunchField, LaunchOptionName } from '../../src/core/specs/launchDraft.js';
import { DEFAULT_NEW_MODEL } from '../../src/core/specs/pretraining.js';
import type { LaunchChoice } from '../../src/protocol/launchPanelMessages.js';
import { h } from '../shared/dom.js';
import { SelectControl } from './formControls.js';
import { Field } from './field.js';
import type { Edit, LaunchModel } from './launchForm.js';
import { OptionFields } from './optionGrid.js';
import { section, type FormSection } from './formSection.js';

/** Choice of a model that the run makes. */
const NEW_MODEL = ':new';

/** Options of low-rank adapters, which other methods refuse. */
const LORA: readonly LaunchOptionName[] = ['loraRank', 'loraAlpha', 'loraTargets', 'keepAdapter'];

/** The model that the run starts from, and the weights that it trains. */
export class ModelSection implements FormSection {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  private readonly model = new SelectControl([], (value) => {
    this.choose(String(value ?? ''));
  });
  private readonly method: OptionFields;
  private readonly lora: OptionFields;
  private drawn: LaunchModel | null = null;
  /** Models that were browsed for. */
  private readonly browsed: LaunchChoice[] = [];

  constructor(
    private readonly edit: Edit,
    reset: (field: LaunchField) => void,
    browse: () => Promise<LaunchChoice | null>,
  ) {
    const model = new Field({
      field: 'model',
      label: l10n.t('Model'),
      help: l10n.t('Model that the run starts from.'),
      control: this.model,
      onReset: () => {
        reset('model');
      },
    });
    this.method = new OptionFields(['method'], edit, reset);
    this.lora = new OptionFields(LORA, edit, reset);
    this.fields = [model, ...this.method.fields, ...this.lora.fields];
    const button = h(
      'vscode-button',
      { secondary: true, icon: 'folder-opened' },
      l10n.t('Browse…'),
    );
    button.addEventListener('click', () => {
      void browse().then((found) => {
        if (found === null) return;
        this.browsed.push(found);
        this.choose(found.value);
      });
    });
    this.method.element.prepend(model.element);
    this.element = section(
      { id: 'model', title: l10n.t('Model') },
      this.method.element,
      this.lora.element,
      h('div', { class: 'row-buttons' }, button),
    );
  }

  draw(model: LaunchModel): void {
    this.drawn = model;
    const { draft, models, findings } = model;
    const isNew = draft.newModel !== null;
    const isForText = findings.isText !== false;
    const listed = [...models, ...this.browsed].filter(
      ({ value }, i, all) => all.findIndex((other) => other.value === value) === i,
    );
    this.model.setChoices([
      ...listed,
      ...(isForText || isNew
        ? [
            {
              value: NEW_MODEL,
              label: l10n.t('A new model, from scratch'),
              description: l10n.t('trains a vocabulary and new weights; needs megabytes of text'),
            },
          ]
        : []),
    ]);
    this.model.setValue(isNew ? NEW_MODEL : draft.model);
    const [method] = this.method.fields;
    if (method !== undefined) method.element.hidden = isNew;
    this.lora.element.hidden = isNew || draft.options.method !== 'lora';
    this.method.draw(model);
    this.lora.draw(model);
  }

  private choose(value: string): void {
    if (this.drawn === null) return;
    const { from } = this.drawn;
    this.edit(
      value === NEW_MODEL
        ? { newModel: from.newModel ?? DEFAULT_NEW_MODEL }
        : { model: value, newModel: null },
    );
  }
}
