import { h } from '../shared/dom.js';
import type { Field } from './field.js';
import type { LaunchModel } from './launchForm.js';

/** A part of the form. */
export interface FormSection {
  readonly element: HTMLElement;
  /** In the order of the page. */
  readonly fields: readonly Field[];
  draw(model: LaunchModel): void;
}

/** A titled part of the page, which screen readers list as a region. */
export function section(
  { id, title }: { readonly id: string; readonly title: string },
  ...children: readonly (Node | null)[]
): HTMLElement {
  return h(
    'section',
    { class: 'form-section', 'aria-labelledby': `${id}-title`, 'data-testid': id },
    h('h2', { id: `${id}-title` }, title),
    ...children,
  );
}

/** Fields side by side where there is room. */
export function fieldGrid(...fields: readonly Field[]): HTMLElement {
  return h('div', { class: 'field-grid' }, ...fields.map(({ element }) => element));
}
