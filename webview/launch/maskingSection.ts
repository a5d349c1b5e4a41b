import * as l10n from '@vscode/l10n';
import type { LaunchField } from '../../src/core/specs/launchDraft.js';
import type { LaunchChoice } from '../../src/protocol/launchPanelMessages.js';
import { h, setText } from '../shared/dom.js';
import { formatShare } from '../shared/pageNumbers.js';
import { say } from '../shared/pageWords.js';
import { SelectControl } from './formControls.js';
import { Field } from './field.js';
import type { Edit, LaunchModel } from './launchForm.js';
import { OptionFields } from './optionGrid.js';
import { section, type FormSection } from './formSection.js';

/** Choice of a policy that has no file, such as that of an earlier run. */
const OWN_POLICY = ':policy';

const WORDS_TO_PREDICT = l10n.t('Words that the model learns to predict.');
const WORDS_TO_MASK = l10n.t(
  'Words that the policy finds are masked in training, not in evaluation.',
);

/** Choice of no policy for texts with labels. */
const NO_WORDS: LaunchChoice = {
  value: '',
  label: l10n.t('No words'),
  description: l10n.t('The texts are not masked'),
};

/** The masking policy, and how much of this data each policy masks. */
export class MaskingSection implements FormSection {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  private readonly policy = new SelectControl([], (value) => {
    this.choose(String(value ?? ''));
  });
  private readonly policyField: Field;
  private readonly options: OptionFields;
  private readonly effect = h('p', { class: 'facts-line', 'data-testid': 'mask-rates' });
  private readonly open: HTMLElement;
  private model: LaunchModel | null = null;

  constructor(
    private readonly edit: Edit,
    reset: (field: LaunchField) => void,
    openPolicy: () => void,
  ) {
    const policy = new Field({
      field: 'masking',
      label: l10n.t('Masking policy'),
      help: WORDS_TO_PREDICT,
      control: this.policy,
      onReset: () => {
        reset('masking');
      },
    });
    this.options = new OptionFields(['maskingRate', 'maskedExamples'], edit, reset);
    this.options.element.prepend(policy.element);
    this.policyField = policy;
    this.fields = [policy, ...this.options.fields];
    this.open = h('vscode-button', { secondary: true, icon: 'json' });
    this.open.addEventListener('click', openPolicy);
    this.element = section(
      { id: 'masking', title: l10n.t('Masking') },
      this.options.element,
      this.effect,
      h('div', { class: 'row-buttons' }, this.open),
    );
  }

  draw(model: LaunchModel): void {
    this.model = model;
    const { draft, findings, policies, from } = model;
    const hasLabels = findings.isText === false;
    this.policyField.setHelp(hasLabels ? WORDS_TO_MASK : WORDS_TO_PREDICT);
    for (const { field, element } of this.options.fields) {
      if (field !== 'maskedExamples') continue;
      element.hidden = !hasLabels && draft.options.maskedExamples === undefined;
    }
    const shareOf = (name: string): number | undefined =>
      findings.masking.find(({ policy }) => policy === name)?.share;
    const own = draft.policy ?? from.policy;
    this.policy.setChoices([
      ...policies.map((choice): LaunchChoice => {
        if (choice.value === '' && hasLabels) return NO_WORDS;
        const share = choice.value === '' ? undefined : shareOf(choice.value);
        const { label } = choice;
        return {
          ...choice,
          label: share === undefined ? label : l10n.t('{0}: masks {1}', label, formatShare(share)),
        };
      }),
      ...(own === null
        ? []
        : [
            {
              value: OWN_POLICY,
              label: own.name ?? l10n.t('Policy of the earlier run'),
              description: l10n.t('Policy of the earlier run'),
            },
          ]),
    ]);
    this.policy.setValue(draft.policy === null ? draft.masking : OWN_POLICY);
    this.options.draw(model);
    const current = findings.masking.find(({ policy }) => policy === null);
    setText(
      this.effect,
      current === undefined
        ? ''
        : [
            l10n.t('In a sample of this data: {0}', say(current.masked)),
            ...(current.byLabel === null ? [] : [say(current.byLabel)]),
          ].join('. '),
    );
    const isFile = draft.masking.endsWith('.json');
    setText(this.open, isFile ? l10n.t('Open Policy') : l10n.t('New Policy…'));
  }

  private choose(value: string): void {
    if (this.model === null) return;
    const { from, draft } = this.model;
    this.edit(
      value === OWN_POLICY
        ? { masking: '', policy: draft.policy ?? from.policy }
        : { masking: value, policy: null },
    );
  }
}
