import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-multi-select/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { VscodeCheckbox } from '@vscode-elements/elements/dist/vscode-checkbox/vscode-checkbox.js';
import type { VscodeMultiSelect } from '@vscode-elements/elements/dist/vscode-multi-select/vscode-multi-select.js';
import type { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/vscode-single-select.js';
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/vscode-textfield.js';
import type { LaunchOptionValue } from '../../src/core/specs/launchDraft.js';
import type { LaunchChoice } from '../../src/protocol/launchPanelMessages.js';
import { h } from '../shared/dom.js';

/** Texts that belong to a control for those who hear it. */
export interface Description {
  readonly label: string;
  /** Help, and the problem if there is one. */
  readonly text: string;
  readonly isInvalid: boolean;
}

/** An element with a value that a person changes. */
export interface Control {
  readonly element: HTMLElement;
  /** `undefined` if nothing is entered. */
  setValue(value: LaunchOptionValue | undefined): void;
  /** Value that the run has if nothing is entered. */
  setPlanned(value: string): void;
  describe(description: Description): void;
  focus(): void;
}

export type OnEdit = (value: LaunchOptionValue | undefined) => void;

/** Elements that render into a shadow root. */
type Rendered = HTMLElement & { readonly updateComplete: Promise<boolean> };

/** Describes the focusable part, which is rendered behind a shadow root that no id reaches into. */
function describeInner(element: Rendered, { label, text, isInvalid }: Description): void {
  void element.updateComplete.then(() => {
    const inner = element.shadowRoot?.querySelector('input, [role="combobox"]');
    inner?.setAttribute('aria-label', label);
    inner?.setAttribute('aria-description', text);
    inner?.setAttribute('aria-invalid', String(isInvalid));
  });
}

/** A line of text. */
export class TextControl implements Control {
  readonly element: VscodeTextfield = h('vscode-textfield');

  constructor(onEdit: OnEdit) {
    this.element.addEventListener('input', () => {
      onEdit(this.element.value === '' ? undefined : this.element.value);
    });
  }

  setValue(value: LaunchOptionValue | undefined): void {
    const text = value === undefined ? '' : String(value);
    // The caret stays where it is while the person types.
    if (this.element.value !== text) this.element.value = text;
  }

  setPlanned(value: string): void {
    this.element.placeholder = value;
  }

  describe(description: Description): void {
    this.element.label = description.label;
    this.element.invalid = description.isInvalid;
    describeInner(this.element, description);
  }

  focus(): void {
    this.element.wrappedElement.focus();
  }
}

/** One of several choices; an empty value stands for no choice. */
export class SelectControl implements Control {
  readonly element: VscodeSingleSelect = h('vscode-single-select');
  private value = '';
  private planned = '';
  private drawn = '';

  constructor(
    private choices: readonly LaunchChoice[],
    onEdit: OnEdit,
  ) {
    this.element.addEventListener('change', () => {
      this.value = this.element.value;
      onEdit(this.value === '' ? undefined : this.value);
    });
  }

  setChoices(choices: readonly LaunchChoice[]): void {
    this.choices = choices;
    this.draw();
  }

  setValue(value: LaunchOptionValue | undefined): void {
    this.value = value === undefined ? '' : String(value);
    this.draw();
  }

  setPlanned(value: string): void {
    this.planned = value;
    this.draw();
  }

  describe(description: Description): void {
    this.element.label = description.label;
    this.element.invalid = description.isInvalid;
    describeInner(this.element, description);
  }

  focus(): void {
    focusInner(this.element);
  }

  private draw(): void {
    const hasEmpty = this.choices.some(({ value }) => value === '');
    const shown = this.value === '' && !hasEmpty ? this.planned : this.value;
    const options = this.choices.map(({ value, label, description }) => ({
      ...{ value, label, description, disabled: false },
      selected: value === shown,
    }));
    const key = JSON.stringify(options);
    if (key === this.drawn || this.element.open) return;
    this.drawn = key;
    this.element.options = options;
    this.element.value = shown;
  }
}

/** The element says how many are selected, in English alone; this puts the names there. */
const FACE = new CSSStyleSheet();
FACE.replaceSync(`
  .select-face-badge { all: unset; font-size: 0; overflow: hidden; padding: 0 4px; }
  .select-face-badge::after { content: var(--names); font-size: 13px; line-height: 20px; white-space: nowrap; }
`);

/** Any number of names. */
export class NamesControl implements Control {
  readonly element: VscodeMultiSelect = h('vscode-multi-select');
  private names: readonly string[] = [];
  private value: readonly string[] = [];
  private planned = '';
  private drawn = '';

  constructor(onEdit: OnEdit) {
    void this.element.updateComplete.then(() => {
      this.element.shadowRoot?.adoptedStyleSheets.push(FACE);
    });
    this.element.addEventListener('change', () => {
      this.value = this.element.value;
      this.drawFace();
      onEdit(this.value.length === 0 ? undefined : [...this.value]);
    });
  }

  setNames(names: readonly string[]): void {
    this.names = names;
    this.draw();
  }

  setValue(value: LaunchOptionValue | undefined): void {
    this.value = value === undefined ? [] : typeof value === 'object' ? value : [String(value)];
    this.draw();
  }

  setPlanned(value: string): void {
    this.planned = value;
    this.drawFace();
  }

  describe(description: Description): void {
    this.element.label = description.label;
    this.element.invalid = description.isInvalid;
    describeInner(this.element, description);
  }

  focus(): void {
    focusInner(this.element);
  }

  private drawFace(): void {
    const face = this.value.length === 0 ? this.planned : this.value.join(', ');
    this.element.style.setProperty('--names', JSON.stringify(face));
  }

  private draw(): void {
    this.drawFace();
    const all = [...this.names, ...this.value.filter((name) => !this.names.includes(name))];
    const key = JSON.stringify([all, this.value]);
    if (key === this.drawn || this.element.open) return;
    this.drawn = key;
    this.element.options = all.map((name) => ({
      ...{ value: name, label: name, description: '', disabled: false },
      selected: this.value.includes(name),
    }));
  }
}

/** A switch. */
export class SwitchControl implements Control {
  readonly element: VscodeCheckbox;

  constructor(label: string, onEdit: OnEdit) {
    this.element = h('vscode-checkbox', { label });
    this.element.addEventListener('change', () => {
      onEdit(this.element.checked ? true : undefined);
    });
  }

  setValue(value: LaunchOptionValue | undefined): void {
    this.element.checked = value === true;
  }

  setPlanned(): void {
    // A switch that is not set is off.
  }

  describe(description: Description): void {
    this.element.invalid = description.isInvalid;
    describeInner(this.element, description);
  }

  focus(): void {
    this.element.focus();
  }
}

function focusInner(element: HTMLElement): void {
  element.shadowRoot?.querySelector<HTMLElement>('input, [role="combobox"]')?.focus();
}
