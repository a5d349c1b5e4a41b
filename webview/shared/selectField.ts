import { h } from './dom.js';

export interface SelectChoice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** A labeled choice of one of several values. */
export class SelectField<T extends string> {
  readonly element: HTMLElement;
  private readonly select: HTMLSelectElement;
  private shown = '';

  constructor({
    label,
    testId,
    onDidChoose,
  }: {
    readonly label: string;
    readonly testId: string;
    readonly onDidChoose: (value: T) => void;
  }) {
    this.select = h('select', { 'data-testid': testId });
    this.element = h('label', { class: 'field' }, h('span', {}, label), this.select);
    this.select.addEventListener('change', () => {
      onDidChoose(this.select.value as T);
    });
  }

  /** Offers these choices; hidden while there is only one. */
  draw(choices: readonly SelectChoice<T>[], chosen: T): void {
    const key = JSON.stringify([choices, chosen]);
    if (key === this.shown) return;
    this.shown = key;
    this.element.hidden = choices.length < 2;
    this.select.replaceChildren(
      ...choices.map(({ value, label }) => h('option', { value }, label)),
    );
    this.select.value = chosen;
  }
}
