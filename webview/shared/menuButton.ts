import { h } from './dom.js';

/** Button that opens a list below it, closed by Escape, by a choice, and by a click elsewhere. */
export class MenuButton {
  readonly element: HTMLElement;
  private readonly details: HTMLDetailsElement;
  private readonly list = h('div', { class: 'menu-list' });

  constructor(label: string, testId: string) {
    const summary = h('summary', { class: 'menu-label' }, label, icon('chevron-down'));
    this.details = h('details', { class: 'menu', 'data-testid': testId }, summary, this.list);
    this.element = this.details;
    this.details.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.details.open) return;
      this.close();
      summary.focus();
    });
    document.addEventListener('click', (event) => {
      if (!event.composedPath().includes(this.details)) this.close();
    });
  }

  get isOpen(): boolean {
    return this.details.open;
  }

  fill(...items: readonly HTMLElement[]): void {
    this.list.replaceChildren(...items);
  }

  /** An entry that does something at once. */
  entry(label: string, run: () => void): HTMLElement {
    const button = h('button', { class: 'menu-entry', type: 'button' }, label);
    button.addEventListener('click', () => {
      this.close();
      run();
    });
    return button;
  }

  private close(): void {
    this.details.open = false;
  }
}

/** An icon that assistive technology passes over. */
export function icon(name: string): HTMLElement {
  return h('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

export interface IconButton {
  readonly icon: string;
  readonly label: string;
  readonly isPressed?: boolean;
  /** Name by which the focus finds the button again after a redraw. */
  readonly focusKey: string;
  readonly run: () => void;
}

export function iconButton({
  icon: name,
  label,
  isPressed,
  focusKey,
  run,
}: IconButton): HTMLElement {
  const button = h(
    'button',
    {
      ...{ class: 'icon-button', type: 'button', title: label, 'aria-label': label },
      'aria-pressed': isPressed === undefined ? null : String(isPressed),
      'data-focus': focusKey,
    },
    icon(name),
  );
  button.addEventListener('click', run);
  return button;
}

/** Redraws a part of the page; the element with the same `data-focus` has the focus again. */
export function keepingFocus(root: HTMLElement, redraw: () => void): void {
  const active = document.activeElement;
  const key =
    active instanceof HTMLElement && root.contains(active) ? active.dataset['focus'] : undefined;
  redraw();
  if (key === undefined) return;
  const again = [...root.querySelectorAll<HTMLElement>('[data-focus]')].find(
    (element) => element.dataset['focus'] === key,
  );
  again?.focus();
}
