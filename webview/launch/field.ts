import '@vscode-elements/elements/dist/vscode-icon/index.js';
import * as l10n from '@vscode/l10n';
import type { LaunchField } from '../../src/core/specs/launchDraft.js';
import { h, setAttribute, setText } from '../shared/dom.js';
import type { Control } from './formControls.js';

export interface FieldOptions {
  readonly field: LaunchField;
  readonly label: string;
  readonly help: string;
  readonly control: Control;
  /** Restores the value of the source. */
  readonly onReset: () => void;
}

export interface FieldState {
  /** Whether the value differs from that of the source. */
  readonly isChanged: boolean;
  /** Text of the problem; empty if there is none. */
  readonly refusal: string;
}

/** A control with its label, help, problem, and a button that restores the value of the source. */
export class Field {
  readonly element: HTMLElement;
  readonly control: Control;
  private readonly help = h('p', { class: 'field-help' });
  private readonly problem = h('p', { class: 'field-problem', hidden: true });
  private readonly reset: HTMLButtonElement;
  private state: FieldState = { isChanged: false, refusal: '' };

  constructor(private readonly options: FieldOptions) {
    const { field, label, help, control, onReset } = options;
    this.control = control;
    this.reset = h(
      'button',
      {
        type: 'button',
        class: 'reset',
        title: l10n.t('Reset “{0}”', label),
        'aria-label': l10n.t('Reset “{0}”', label),
        'data-testid': `reset-${field}`,
        hidden: true,
      },
      h('vscode-icon', { name: 'discard', size: 14 }),
    );
    this.reset.addEventListener('click', () => {
      onReset();
      control.focus();
    });
    control.element.dataset['testid'] = `field-${field}`;
    setText(this.help, help);
    this.element = h(
      'div',
      { class: 'field', 'data-field': field },
      h('div', { class: 'field-label' }, h('span', {}, label), this.reset),
      control.element,
      this.problem,
      this.help,
    );
    this.describe();
  }

  get field(): LaunchField {
    return this.options.field;
  }

  get label(): string {
    return this.options.label;
  }

  /** Replaces the help, for example by what the data says about the field. */
  setHelp(text: string): void {
    if (this.help.textContent === text) return;
    setText(this.help, text);
    this.describe();
  }

  draw(state: FieldState): void {
    const isSame = state.isChanged === this.state.isChanged && state.refusal === this.state.refusal;
    if (isSame) return;
    this.state = state;
    this.reset.hidden = !state.isChanged;
    setAttribute(this.element, 'data-changed', state.isChanged);
    this.problem.hidden = state.refusal === '';
    setText(this.problem, state.refusal);
    this.describe();
  }

  private describe(): void {
    const { isChanged, refusal } = this.state;
    const changed = isChanged ? l10n.t('Changed.') : '';
    this.control.describe({
      label: this.options.label,
      text: [refusal, changed, this.help.textContent].filter((part) => part !== '').join(' '),
      isInvalid: refusal !== '',
    });
  }
}
